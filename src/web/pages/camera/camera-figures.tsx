/** What a camera sends: measured beside declared, and what an odd figure means. */
import { Fragment } from "preact";
import type { CameraDetails, CameraTrack, CameraView } from "#api/contract/cameras.ts";
import { useBox } from "../../box/box.ts";
import { formatBitrate, formatBytes, formatDuration, formatNumber, formatSeconds, formatShare } from "../../i18n/format.ts";
import { language, t } from "../../i18n/text.ts";
import { oddities } from "./oddities.ts";

const SHORT_MS = 60_000;

type Row = readonly [what: string, figure: string, odd?: string | undefined];

/** The table of figures. `details` add those of each track. */
export function CameraFigures(props: { readonly camera: CameraView; readonly details: CameraDetails | undefined }) {
  const { camera, details } = props;
  const box = useBox();
  const firstVideo = camera.tracks.find((track) => track.kind === "video");
  const rows = [
    ...camera.tracks.flatMap((track, index) => {
      const bitrate = details?.trackFigures[index]?.bitrate;
      if (track.kind !== "video") return [soundRow(track, bitrate)];
      return track === firstVideo ? [codecRow(track), ...videoRows(camera, track, box.now)] : [codecRow(track)];
    }),
    ...connectionRows(camera),
  ];
  return (
    <section class="panel stack">
      <h2>{t("figures.title")}</h2>
      <dl class="facts">
        {rows.map(([what, figure, odd]) => (
          <Fragment key={what}>
            <dt>{what}</dt>
            <dd>
              {figure}
              {odd !== undefined && <span class="odd">{odd}</span>}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function soundRow(track: CameraTrack, bitrate: number | undefined): Row {
  const spoken = language.value;
  const { sampleRate, channelCount } = track.props;
  const words = [track.codec];
  if (sampleRate !== undefined) words.push(`${formatNumber(Number(sampleRate) / 1000, spoken)} kHz`);
  if (channelCount !== undefined) words.push(t("figures.channels", { count: Number(channelCount) }));
  if (bitrate !== undefined) words.push(formatBitrate(bitrate, spoken));
  return [track.kind === "audio" ? t("figures.audio") : t("figures.data"), words.join(" · ")];
}

function codecRow(track: CameraTrack): Row {
  const { profile, level } = track.props;
  const words = [track.codec, profile, level].filter((part) => part !== undefined && part !== "");
  return [t("figures.codec"), words.join(" · "), track.bFrames ? t("odd.b-frames") : undefined];
}

function videoRows(camera: CameraView, track: CameraTrack, now: number): readonly Row[] {
  const spoken = language.value;
  const { fps, gop, keyframeAt, bitrate } = camera.figures;
  const { width, height } = track.props;
  const odd = oddities(camera.figures, track);
  const rows: Row[] = [];
  if (width !== undefined && height !== undefined) rows.push([t("figures.size"), `${String(width)} × ${String(height)}`]);
  if (fps !== null) {
    const declared =
      track.declaredFps === null ? "" : ` (${t("figures.declared", { figure: formatNumber(track.declaredFps, spoken) })})`;
    rows.push([
      t("figures.fps"),
      `${formatNumber(fps, spoken)} fps${declared}`,
      odd.includes("slow") ? t("odd.slow") : undefined,
    ]);
  }
  rows.push([t("figures.bitrate"), formatBitrate(bitrate, spoken)]);
  if (gop !== null) {
    const length = `${formatSeconds(gop.durationMs, spoken)} · ${t("figures.pictures", { count: gop.pictures })}`;
    rows.push([t("figures.gop"), length, odd.includes("long-gop") ? t("odd.long-gop") : undefined]);
  }
  if (keyframeAt !== null) rows.push([t("figures.keyframe-age"), t("ago", { time: ageOf(now - keyframeAt) })]);
  return rows;
}

/** Tenths while they matter. */
function ageOf(ms: number): string {
  return ms < SHORT_MS ? formatSeconds(Math.max(0, ms), language.value) : formatDuration(ms, language.value);
}

function connectionRows(camera: CameraView): readonly Row[] {
  const spoken = language.value;
  const { reconnects, source, figures } = camera;
  const lost = t("figures.lost-packets", { count: formatNumber(figures.lostPackets, spoken) });
  return [
    [t("figures.loss"), `${formatShare(figures.lossRatio, spoken)} · ${lost}`],
    [t("figures.transport"), camera.transport?.toUpperCase() ?? t("none")],
    [t("figures.source"), source.address ?? t(`source.${source.kind}`)],
    [t("figures.reconnects"), t("figures.reconnects-value", { day: reconnects.lastDay, total: reconnects.total })],
    [t("figures.readers"), readersOf(camera)],
    [t("figures.drops"), formatNumber(camera.readers.drops, spoken)],
    [t("figures.memory"), `${formatBytes(figures.memoryBytes, spoken)} / ${formatBytes(figures.memoryLimitBytes, spoken)}`],
  ];
}

/** `3 · WEBRTC 2 · RTSP 1`. */
function readersOf({ readers }: CameraView): string {
  const spoken = language.value;
  const split = Object.entries(readers.byProtocol).filter(([, count]) => count > 0);
  const words = split.map(([protocol, count]) => `${protocol.toUpperCase()} ${formatNumber(count, spoken)}`);
  return [formatNumber(readers.total, spoken), ...words].join(" · ");
}
