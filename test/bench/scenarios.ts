/**
 * Names of the bench's scenarios and what each stands for. `tcp-16x64`: 16 cameras, 64 readers over RTSP/TCP; `+audio` adds
 * an AAC track to every camera, `+packet` makes cameras write packet by packet instead of a whole access unit at once.
 */
import type { Transport } from "./load/reader.ts";
import type { CameraMedia } from "./load/timeline.ts";

/** Kinds of measurement (see `run-scenario.ts`). */
export type ScenarioKind = "idle" | "fan-out" | "join" | "churn" | "aborts" | "hls";

/** One scenario. `stalled` of the `readers` never read. */
export interface Scenario {
  readonly name: string;
  readonly kind: ScenarioKind;
  readonly transport: Transport;
  readonly cameras: number;
  readonly readers: number;
  readonly stalled: number;
  readonly media: CameraMedia;
  /** How viewers that never arrive begin; for `aborts` only. */
  readonly abort?: (typeof ABORT_KINDS)[number];
}

/** What runs when no scenario is named. */
export const DEFAULT_SCENARIOS: readonly string[] = [
  "idle",
  "tcp-1x1",
  "tcp-1x100",
  "tcp-16x64",
  "tcp-16x64+audio",
  "tcp-16x64+packet",
  "tcp-32x32",
  "tcp-32x32+audio",
  "tcp-32x32+packet",
  "udp-1x50",
  "stalled",
  "join",
  "join-udp-4s",
  "churn",
  "whep-1x50",
  "join-whep-4s",
  "whep-aborts",
  "hls-1x50",
];

const BITRATE = 4_000_000;
const GOP_SECONDS = 2;
const JOIN_GOPS = [2, 4, 10];
const ABORT_KINDS = ["post", "garbage", "ice"] as const;
const MAX_EACH = 1_000;

/** Scenarios that `text` names (`join` and `whep-aborts` stand for three each); throws when there is no such one. */
export function parseScenarios(text: string): Scenario[] {
  const [base = "", ...variants] = text
    .trim()
    .replace(/^rtsp-/, "")
    .split("+");
  const unknown = variants.find((variant) => variant !== "audio" && variant !== "packet");
  if (unknown !== undefined) throw new Error(`no variant +${unknown}: there are +audio and +packet`);
  if (base === "whep-aborts") return ABORT_KINDS.flatMap((kind) => parseScenarios([`whep-${kind}`, ...variants].join("+")));
  if (base === "join") return JOIN_GOPS.flatMap((seconds) => parseScenarios([`join-${seconds}s`, ...variants].join("+")));
  const shape = shapeOf(base);
  if (shape === undefined) throw new Error(`no scenario ${JSON.stringify(text)}; there are ${DEFAULT_SCENARIOS.join(", ")}`);
  const { gopSeconds = GOP_SECONDS, ...rest } = shape;
  const pacing = variants.includes("packet") ? "packet" : "frame";
  const media: CameraMedia = { bitrate: BITRATE, gopSeconds, audio: variants.includes("audio"), pacing };
  const name = [
    rest.kind === "fan-out" && rest.stalled === 0 ? `${rest.transport}-${rest.cameras}x${rest.readers}` : base,
    ...variants,
  ];
  return [{ ...rest, name: name.join("+"), media }];
}

type Shape = Omit<Scenario, "name" | "media"> & { readonly gopSeconds?: number };

function shapeOf(base: string): Shape | undefined {
  const one = { transport: "tcp", cameras: 1, readers: 1, stalled: 0 } as const;
  if (base === "idle") return { ...one, kind: "idle", cameras: 0, readers: 0 };
  if (base === "churn") return { ...one, kind: "churn" };
  const abort = ABORT_KINDS.find((kind) => base === `whep-${kind}`);
  if (abort !== undefined) return { ...one, kind: "aborts", transport: "whep", abort };
  if (base === "stalled") return { kind: "fan-out", transport: "tcp", cameras: 16, readers: 64, stalled: 16 };
  const join = /^join-(?:(udp|whep)-)?(\d+)s$/.exec(base);
  if (join !== null) return { ...one, kind: "join", transport: transportOf(join[1]), gopSeconds: Number(join[2]) };
  const hls = /^hls-1x(\d+)$/.exec(base);
  if (hls !== null && Number(hls[1]) > 0 && Number(hls[1]) <= MAX_EACH) {
    return { ...one, kind: "hls", transport: "hls", readers: Number(hls[1]) };
  }
  const fan = /^(?:(tcp|udp|whep)-)?(\d+)x(\d+)$/.exec(base);
  const [cameras, readers] = [Number(fan?.[2] ?? 0), Number(fan?.[3] ?? 0)];
  if (fan === null || cameras < 1 || readers < 1 || Math.max(cameras, readers) > MAX_EACH) return undefined;
  return { kind: "fan-out", transport: transportOf(fan[1]), cameras, readers, stalled: 0 };
}

function transportOf(text: string | undefined): Transport {
  return text === "udp" || text === "whep" ? text : "tcp";
}
