/** What the box tells while it looks at a camera, and how that ended. */
import type { ProbedTrack, ProbeMessage } from "#api/contract/probe.ts";
import { said } from "../components/camera-words.tsx";
import { Mark } from "../components/mark.tsx";
import { Notice } from "../components/notice.tsx";
import { formatBitrate, formatNumber, formatSeconds } from "../i18n/format.ts";
import { language, t } from "../i18n/text.ts";

/** The steps so far. */
export function ProbeProgress({ messages }: { readonly messages: readonly ProbeMessage[] }) {
  const steps = messages.length === 0 ? [t("probe.begin")] : messages.map(stepWords);
  return (
    <ol class="panel stack steps">
      {steps.map((words, index) => (
        <li key={index} class="row">
          <Mark name={index === steps.length - 1 ? "working" : "live"} />
          {words}
        </li>
      ))}
    </ol>
  );
}

function stepWords(message: ProbeMessage): string {
  switch (message.kind) {
    case "trying":
      return t("probe.trying", { transport: message.transport.toUpperCase() });
    case "watching":
      return t("probe.watching", { seconds: message.seconds });
    case "transport-failed":
      return t("probe.transport-failed", { transport: message.transport.toUpperCase(), why: said(message.cause.text) });
    case "found":
      return t("probe.found");
    case "failed":
      return said(message.cause.text);
  }
}

/** What was found, or why nothing was. */
export function ProbeResult({ ended }: { readonly ended: ResultStep }) {
  if (ended.kind === "failed") return <Failure message={ended.message} />;
  const { report } = ended;
  const made = report.server ?? report.make;
  return (
    <Notice tone="ok">
      <strong>{t("probe.found")}</strong>
      {made !== null && <div>{made}</div>}
      <ul>
        {report.tracks.map((track, index) => (
          <li key={index} class="figures">
            {trackWords(track)}
          </li>
        ))}
      </ul>
      {report.oddities.map((oddity) => (
        <div key={oddity.id} class="quiet">
          {said(oddity)}
        </div>
      ))}
    </Notice>
  );
}

type ResultStep =
  | { readonly kind: "found"; readonly report: Extract<ProbeMessage, { kind: "found" }>["report"] }
  | { readonly kind: "failed"; readonly message: Extract<ProbeMessage, { kind: "failed" }> };

function Failure({ message: { reason, cause, advice } }: { readonly message: Extract<ProbeMessage, { kind: "failed" }> }) {
  return (
    <Notice tone="problem" announce>
      <strong>{t(`probe.${reason}`)}</strong>
      <div>{t(`probe.${reason}.do`)}</div>
      {advice !== null && <div>{said(advice)}</div>}
      <div class="quiet small">
        {said(cause.text)} · {cause.code}
      </div>
    </Notice>
  );
}

function trackWords(track: ProbedTrack): string {
  const spoken = language.value;
  const { width, height } = track.props;
  const words = [track.codec];
  if (width !== undefined && height !== undefined) words.push(`${String(width)} × ${String(height)}`);
  if (track.kind === "video" && track.unitsPerSecond !== null) words.push(`${formatNumber(track.unitsPerSecond, spoken)} fps`);
  words.push(formatBitrate(track.bitrate, spoken));
  if (track.kind === "video" && track.keyIntervalMs !== null)
    words.push(t("probe.key-interval", { time: formatSeconds(track.keyIntervalMs, spoken) }));
  return words.join(" · ");
}
