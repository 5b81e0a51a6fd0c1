/** Something to know or to do, where it matters. */
import type { ComponentChildren } from "preact";
import { Mark } from "./mark.tsx";
import type { MarkName } from "./mark.tsx";

/** How serious it is. */
export type Tone = "ok" | "notice" | "problem";

const marks: Readonly<Record<Tone, MarkName>> = { ok: "live", notice: "degraded", problem: "needs-you" };

/** A notice; `announce` reads it out when it appears. */
export function Notice(props: {
  readonly tone: Tone;
  readonly announce?: boolean;
  readonly action?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="notice" data-tone={props.tone} role={props.announce === true ? "status" : undefined}>
      <Mark name={marks[props.tone]} />
      <div class="words">{props.children}</div>
      {props.action}
    </div>
  );
}
