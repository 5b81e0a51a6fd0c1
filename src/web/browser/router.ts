/** Which page the address bar asks for. Addresses are real paths: they can be linked, kept and reloaded. */
import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { routeOf } from "./routes.ts";
import type { Route } from "./routes.ts";

const current = signal<Route>(routeOf(location.pathname));

/** The page that is shown. */
export const route: ReadonlySignal<Route> = current;

/** Goes to an address of this page, and back to its top. */
export function navigate(address: string): void {
  if (address !== location.pathname) history.pushState(null, "", address);
  current.value = routeOf(location.pathname);
  scrollTo({ top: 0, behavior: "instant" });
  document.querySelector("main")?.focus({ preventScroll: true });
}

/** Follows the browser's back button and clicks on links of this page. Call once. */
export function startRouter(): void {
  addEventListener("popstate", () => (current.value = routeOf(location.pathname)));
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.target !== "" || link.hasAttribute("download")) return;
    event.preventDefault();
    navigate(link.pathname);
  });
}
