/**
 * Cameras as the contract shows them, put together from the configuration, the hub and the cameras' board. Paths that
 * somebody publishes to are cameras too; their state comes from whether media flows.
 */
import { redactQuery } from "#base/secret.ts";
import { stripCredentials, parseRtspUrl } from "#formats/rtsp-message/url.ts";
import type { CameraReport } from "#cameras/camera-board.ts";
import { cameraError } from "#cameras/errors.ts";
import { markOf } from "#cameras/camera-state.ts";
import type { CameraState } from "#cameras/camera-state.ts";
import type { PathOptions } from "#streams/options.ts";
import type { Path } from "#streams/path-registry.ts";
import type { Track } from "#streams/track.ts";
import type { BothLanguages, Explanation } from "../contract/answers.ts";
import type { CameraSourceView, CameraTrack, CameraView, ReaderCounts } from "../contract/cameras.ts";
import { explain } from "../explain.ts";
import type { PathFigures } from "./figures.ts";
import type { MonitorSources, ReaderRecord } from "./sources.ts";

/** What a view is made from besides the sources. */
export interface ViewContext {
  readonly options: PathOptions;
  readonly figures: PathFigures;
  /** Readers of this path. */
  readonly readers: readonly ReaderRecord[];
  readonly subStreamOf: readonly string[];
  readonly wallOffset: number;
}

interface Standing {
  readonly state: CameraState;
  readonly idle: CameraView["idle"];
}

/** Makes views; remembers since when paths without a supervisor are as they are. */
export class CameraViews {
  readonly #sources: MonitorSources;
  readonly #since = new Map<string, { kind: string; at: number }>();

  constructor(sources: MonitorSources) {
    this.#sources = sources;
  }

  /** Forgets paths that aren't among `names`. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#since.keys()) if (!names.has(name)) this.#since.delete(name);
  }

  /** The camera of path `name`. */
  view(name: string, context: ViewContext): CameraView {
    const { options, figures, readers, subStreamOf, wallOffset } = context;
    const { paths, cameras, demoPath, store } = this.#sources;
    const path = paths.find(name);
    const report = isPulled(options) ? cameras.report(name) : undefined;
    const { state, idle } = standingOf(path, options, report);
    return {
      name,
      label: options.label === "" ? name : options.label,
      entry: options.name,
      demo: name === demoPath && store.inForce.config.valuesOf(name) === undefined,
      enabled: options.enable,
      source: sourceOf(path, options),
      subStream: options.subStream === "" ? null : options.subStream,
      subStreamOf,
      state,
      mark: markOf(state),
      since: this.#sinceOf(name, state, report),
      idle,
      cause: idle === null ? causeOf(state, report) : null,
      advice: adviceOf(state, report),
      transport: report?.transport ?? null,
      tracks: path?.ready === true ? (path.stream?.tracks ?? []).map(trackOf) : [],
      reconnects: { total: report?.reconnects ?? 0, lastDay: report?.reconnectsLastDay ?? 0 },
      readers: countReaders(readers),
      figures: figures.view(path ?? NO_PATH, { wallOffset, limitBytes: paths.streamLimit }),
    };
  }

  #sinceOf(name: string, state: CameraState, report: CameraReport | undefined): number {
    if (report !== undefined && report.state.kind === state.kind) return report.since;
    const known = this.#since.get(name);
    if (known?.kind === state.kind) return known.at;
    const at = this.#sources.clock.wallNow();
    this.#since.set(name, { kind: state.kind, at });
    return at;
  }
}

const NO_PATH = { inboundBytes: 0, outboundBytes: 0, stream: undefined };

function isPulled(options: PathOptions): boolean {
  return options.source !== "publisher" && options.source !== "redirect";
}

function standingOf(path: Path | undefined, options: PathOptions, report: CameraReport | undefined): Standing {
  if (!options.enable) return { state: { kind: "disabled" }, idle: null };
  if (options.source === "redirect") return { state: { kind: "disabled" }, idle: "redirect" };
  if (isPulled(options)) {
    const running = path?.source !== undefined;
    if (options.sourceOnDemand && !running) return { state: { kind: "disabled" }, idle: "on-demand" };
    if (report !== undefined && report.state.kind !== "disabled") return { state: report.state, idle: null };
    return running
      ? { state: { kind: "connecting" }, idle: null }
      : { state: { kind: "unsupported", reason: "no-usable-track" }, idle: null };
  }
  if (path?.ready === true) return { state: { kind: "live" }, idle: null };
  if (path?.source !== undefined) return { state: { kind: "connecting" }, idle: null };
  return { state: { kind: "disabled" }, idle: "no-publisher" };
}

function causeOf(state: CameraState, report: CameraReport | undefined): Explanation | null {
  if (state.kind === "degraded") return explain(cameraError("camera-no-key-frame"));
  return state.kind === "live" || report?.error === undefined ? null : explain(report.error);
}

function adviceOf(state: CameraState, report: CameraReport | undefined): BothLanguages | null {
  const { quirk } = report ?? {};
  const wantsPassword = state.kind === "needs-credentials" || state.kind === "locked-out";
  const advice = wantsPassword ? quirk?.credentials : state.kind === "live" ? undefined : quirk?.refused;
  return advice ?? null;
}

/** An address without what nobody may read. */
function bare(address: string): string {
  return redactQuery(stripCredentials(address));
}

function sourceOf(path: Path | undefined, options: PathOptions): CameraSourceView {
  const type = path?.source?.type ?? null;
  const plain = { type, address: null, user: null, hasPassword: false, onDemand: options.sourceOnDemand };
  if (options.source === "publisher") return { kind: "publisher", ...plain };
  if (options.source === "redirect") return { kind: "redirect", ...plain, address: bare(options.sourceRedirect) };
  const address = bare(options.source);
  try {
    const { user, password } = parseRtspUrl(options.source);
    return { kind: "pull", ...plain, address, user: user ?? null, hasPassword: password !== undefined && password !== "" };
  } catch {
    return { kind: "pull", ...plain, address };
  }
}

function trackOf(track: Track): CameraTrack {
  const { kind, name, clockRate } = track;
  const declaredFps = track.codec.declaredFrameRate?.() ?? null;
  return { kind, codec: name, props: track.props(), clockRate, declaredFps, bFrames: track.reorderTicks > 0 };
}

function countReaders(readers: readonly ReaderRecord[]): ReaderCounts {
  const byProtocol: Record<string, number> = {};
  for (const { protocol } of readers) byProtocol[protocol] = (byProtocol[protocol] ?? 0) + 1;
  return { total: readers.length, byProtocol, drops: readers.reduce((sum, { drops }) => sum + drops, 0) };
}
