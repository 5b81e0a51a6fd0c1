/** A camera's state in words: the same everywhere, with its mark, since when and why. */
import type { BothLanguages, Explanation } from "#api/contract/answers.ts";
import type { CameraView } from "#api/contract/cameras.ts";
import { formatDuration } from "../i18n/format.ts";
import { language, t } from "../i18n/text.ts";
import { Mark } from "./mark.tsx";
import type { MarkName } from "./mark.tsx";

/** A mark with its word. */
export function StateWord({ mark, word }: { readonly mark: MarkName; readonly word: string }) {
  return (
    <span class="state" data-mark={mark}>
      <Mark name={mark} />
      <span>{word}</span>
    </span>
  );
}

/** The word of a camera's state. */
export function stateWord(camera: Pick<CameraView, "state" | "idle" | "enabled">): string {
  if (camera.state.kind === "disabled" && camera.enabled && camera.idle !== null) return t(`idle.${camera.idle}`);
  return t(`state.${camera.state.kind}`);
}

/** Words of the box in the reader's language. */
export function said(words: BothLanguages): string {
  return words[language.value];
}

/** Cause and remedy; the code stands in small print for support. */
export function Cause({ cause }: { readonly cause: Explanation }) {
  const remedy = said(cause.remedy);
  return (
    <>
      <span class="cause">{said(cause.text)}</span>
      {remedy !== "" && <span class="quiet remedy"> {remedy}</span>}
      <span class="quiet small code"> {cause.code}</span>
    </>
  );
}

/** `4 min`: how long something lasts by the box's clock. */
export function lasting(since: number, now: number): string {
  return formatDuration(now - since, language.value);
}
