/** The five marks of a state. Shape and word say it; colour only repeats it. */
import type { JSX } from "preact";

/** Names of the marks, as the box uses them. */
export type MarkName = "live" | "degraded" | "working" | "needs-you" | "off";

/** A mark; the word stands beside it, so it says nothing to a screen reader. */
export function Mark({ name }: { readonly name: MarkName }) {
  return (
    <svg class="mark" viewBox="0 0 14 14" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}

const ring = <circle cx="7" cy="7" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5" />;

const shapes: Readonly<Record<MarkName, JSX.Element>> = {
  live: <circle cx="7" cy="7" r="6" fill="currentColor" />,
  degraded: (
    <>
      {ring}
      <path d="M7 1.75a5.25 5.25 0 0 0 0 10.5z" fill="currentColor" />
    </>
  ),
  working: <circle cx="7" cy="7" r="5.25" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.5 2" />,
  "needs-you": <path d="M7 1 13.5 12.5H.5z" fill="currentColor" />,
  off: <path d="m2.5 2.5 9 9m0-9-9 9" fill="none" stroke="currentColor" stroke-width="2" />,
};
