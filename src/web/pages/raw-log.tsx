/**
 * The raw log as it is written, newest first: by level, camera and text; paused; downloaded. Held to a few hundred lines, and as
 * many older ones as were asked for, where the system's journal has them.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LogLevel, LogLine } from "#api/contract/log.ts";
import { t } from "../i18n/text.ts";
import { LogTools } from "./log-tools.tsx";
import { OlderLines } from "./older-lines.tsx";

/** Lines kept on the page; the download has all. */
const MAX_LINES = 500;
const levels: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** The raw log. */
export function RawLog({ cameras }: { readonly cameras: readonly string[] }) {
  const lines = useSignal<readonly LogLine[]>([]);
  const held = useSignal<readonly LogLine[] | undefined>(undefined);
  const camera = useSignal("");
  const level = useSignal<LogLevel>("info");
  const text = useSignal("");
  const missed = useSignal(0);
  const older = useSignal<readonly LogLine[]>([]);
  useEffect(() => {
    const stream = new EventSource("/api/log/stream");
    stream.addEventListener("line", (event: MessageEvent<string>) => {
      lines.value = [...lines.value, JSON.parse(event.data) as LogLine].slice(-MAX_LINES);
    });
    stream.addEventListener("missed", (event: MessageEvent<string>) => {
      missed.value += (JSON.parse(event.data) as { readonly count: number }).count;
    });
    return () => stream.close();
  }, []);

  const wanted = text.value.toLowerCase();
  const shown = [...older.value, ...(held.value ?? lines.value)]
    .filter((line) => levels.indexOf(line.level) <= levels.indexOf(level.value))
    .filter((line) => camera.value === "" || line.camera === camera.value)
    .filter((line) => wanted === "" || line.text.toLowerCase().includes(wanted))
    .toReversed();
  return (
    <section class="panel stack">
      <div class="row">
        <LogTools
          cameras={cameras}
          camera={camera.value}
          onCamera={(name) => (camera.value = name)}
          paused={held.value !== undefined}
          onPause={(pause) => (held.value = pause ? lines.value : undefined)}
        />
        <label class="row">
          <span class="quiet">{t("log.level")}</span>
          <select
            class="input"
            value={level.value}
            onChange={(event) => (level.value = levels.find((known) => known === event.currentTarget.value) ?? "info")}
          >
            {levels.map((name) => (
              <option key={name} value={name}>
                {t(`log.level.${name}`)}
              </option>
            ))}
          </select>
        </label>
        <input
          class="input search"
          type="search"
          aria-label={t("log.search")}
          placeholder={t("log.search")}
          value={text}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
        <a class="button" href="/api/log/download" download="sluice.log">
          {t("log.download")}
        </a>
      </div>
      {missed.value > 0 && <p class="quiet small">{t("log.missed", { count: missed.value })}</p>}
      {shown.length === 0 && <p class="empty">{t("log.no-lines")}</p>}
      <ol class="lines" tabIndex={0} aria-label={t("log.raw")}>
        {shown.map((line) => (
          <li key={line.id} data-level={line.level}>
            <code>{line.text}</code>
          </li>
        ))}
      </ol>
      <OlderLines newest={lines} older={older} />
    </section>
  );
}
