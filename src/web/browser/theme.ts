/** Dark or light: as the system has it, unless the person chose. The root element carries the result. */
import { signal } from "@preact/signals";
import { keep, readKept } from "./kept.ts";

/** What a person may choose. */
export type Theme = "system" | "light" | "dark";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The choice in force. */
export const theme = signal<Theme>(read());

function read(): Theme {
  const kept = readKept("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

function apply(): void {
  const shown = theme.value === "system" ? (dark.matches ? "dark" : "light") : theme.value;
  document.documentElement.dataset["theme"] = shown;
}

/** Chooses, and remembers it. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  keep("theme", chosen === "system" ? undefined : chosen);
  apply();
}

/** Puts the theme on the page and follows the system. Call once. */
export function startTheme(): void {
  apply();
  dark.addEventListener("change", apply);
}
