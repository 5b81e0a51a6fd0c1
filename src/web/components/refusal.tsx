/** What the box said no with, or that it said nothing. */
import type { Answer } from "../box/client.ts";
import { t } from "../i18n/text.ts";
import { said } from "./camera-words.tsx";
import { Notice } from "./notice.tsx";

/** An answer that isn't the wished one. */
export type Refusal = Exclude<Answer<unknown>, { readonly kind: "ok" }>;

/** In one line, for a field. */
export function refusalWords(answer: Refusal): string {
  if (answer.kind === "unreachable") return t("truth.unreachable");
  const { text, remedy } = answer.error;
  return [said(text), said(remedy)].filter((part) => part !== "").join(t("sentence-gap"));
}

/** As a notice. */
export function RefusalNotice({ answer }: { readonly answer: Refusal }) {
  if (answer.kind === "unreachable")
    return (
      <Notice tone="problem" announce>
        {t("truth.unreachable")}
      </Notice>
    );
  const { text, remedy, code } = answer.error;
  return (
    <Notice tone="problem" announce>
      <div>{said(text)}</div>
      <div class="quiet">{said(remedy)}</div>
      <div class="quiet small">{code}</div>
    </Notice>
  );
}
