/** Whether a tile is looked at: on the screen, and the page in front. A glance away doesn't count. */
import type { Clock, Timer } from "../browser/clock.ts";

/** Scrolling past and switching tabs back and forth shouldn't end and begin sessions. */
const GRACE_MS = 1500;
/** Tiles just outside of the screen are about to be seen. */
const MARGIN = "120px";

/** Calls `onChange` when it changes; returns how to stop. */
export function watchVisibility(element: Element, clock: Clock, onChange: (seen: boolean) => void): () => void {
  let onScreen = false;
  let told = false;
  let timer: Timer | undefined;
  const decide = (): void => {
    const seen = onScreen && document.visibilityState === "visible";
    timer?.cancel();
    timer = undefined;
    if (seen === told) return;
    const tell = (): void => {
      told = seen;
      onChange(seen);
    };
    if (seen) tell();
    else timer = clock.after(GRACE_MS, tell);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      onScreen = entries.at(-1)?.isIntersecting === true;
      decide();
    },
    { rootMargin: MARGIN },
  );
  observer.observe(element);
  document.addEventListener("visibilitychange", decide);
  return () => {
    timer?.cancel();
    observer.disconnect();
    document.removeEventListener("visibilitychange", decide);
  };
}
