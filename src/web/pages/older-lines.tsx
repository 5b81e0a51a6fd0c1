/** The way back into the journal: fetches lines from before those that are shown, as long as there are some. */
import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import type { LogLine, OlderLog } from "#api/contract/log.ts";
import { askBox } from "../box/client.ts";
import { t } from "../i18n/text.ts";

/** Lines fetched at once, and kept. */
const LINES = 200;
const MAX_LINES = 2000;

/** Adds to `older`, oldest first. */
export function OlderLines(props: { readonly newest: Signal<readonly LogLine[]>; readonly older: Signal<readonly LogLine[]> }) {
  const { newest, older } = props;
  const ended = useSignal(false);
  const before = older.value[0]?.at ?? newest.value[0]?.at;
  if (before === undefined || ended.value) return null;
  const fetchLines = async (): Promise<void> => {
    const answer = await askBox<OlderLog>(`/api/log/older?before=${String(before)}&limit=${String(LINES)}`);
    if (answer.kind !== "ok") return;
    older.value = [...answer.value.lines, ...older.value];
    ended.value = !answer.value.more || older.value.length >= MAX_LINES;
  };
  return (
    <button type="button" class="button" onClick={() => void fetchLines()}>
      {t("log.older")}
    </button>
  );
}
