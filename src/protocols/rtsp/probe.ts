/**
 * Looks at a camera: connects, describes, plays it for a few seconds over each transport, and reports what it offers, what it
 * does, and what is odd about it. Asks once with the credentials of the address; never retries.
 */
import type { Clock } from "#base/clock.ts";
import { codeOf, messageOf } from "#base/errors.ts";
import type { Network } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { PathOptions } from "#streams/options.ts";
import { MediaMeter, type MeasuredTrack } from "./probe/media-meter.ts";
import { findOddities, type Oddity } from "./probe/oddities.ts";
import type { PullSession } from "./pull-session.ts";
import { RtspSessionOpener } from "./source.ts";

/** How long media is watched over the first transport that works. */
const WATCH_MS = 6000;

/** How long media may take to come, over each transport. */
const FIRST_MEDIA_MS = 3000;

/** What happened, while it happens. */
export type ProbeStep =
  | { readonly kind: "trying"; readonly transport: string }
  | { readonly kind: "watching"; readonly seconds: number }
  | { readonly kind: "failed"; readonly transport: string; readonly code: string; readonly reason: string };

/** What is needed to probe. `options` are a path's defaults with what the caller wants to differ. */
export interface ProbeOptions {
  /** Address with credentials. */
  readonly url: string;
  readonly options: PathOptions;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly onStep: (step: ProbeStep) => void;
  /** How long media is watched, ms; long enough for sender reports and a usual GOP by default. */
  readonly watchMs?: number;
}

/** What is known of the camera in the end. */
export interface ProbeReport {
  readonly server: string | undefined;
  readonly realm: string | undefined;
  readonly authScheme: string | undefined;
  readonly methods: readonly string[];
  readonly sessionTimeoutSeconds: number;
  readonly keepAliveMethod: string;
  readonly transports: readonly { readonly name: string; readonly works: boolean }[];
  readonly tracks: readonly MeasuredTrack[];
  readonly oddities: readonly Oddity[];
}

interface Facts {
  server?: string;
  realm?: string;
  authScheme?: string;
}

/** Probes. Rejects with the client's error when the camera can't be used over any transport. */
export async function probeCamera(probe: ProbeOptions): Promise<ProbeReport> {
  const opener = new RtspSessionOpener(probe);
  const facts: Facts = {};
  const transports: { name: string; works: boolean }[] = [];
  let report: ProbeReport | undefined;
  let failure: unknown;
  for (const transport of opener.transports(probe.url, probe.options).filter((name) => name !== "multicast")) {
    probe.onStep({ kind: "trying", transport });
    const meters: MediaMeter[] = [];
    try {
      const session = await open(opener, { probe, transport, facts, meters });
      transports.push({ name: transport, works: true });
      report ??= await watch(session, { probe, facts, meters });
      await session.close();
    } catch (error) {
      failure ??= error;
      transports.push({ name: transport, works: false });
      probe.onStep({ kind: "failed", transport, code: codeOf(error), reason: messageOf(error) });
      if (probe.signal.aborted || !canDiffer(error)) break;
    }
  }
  if (report === undefined) throw failure;
  return { ...report, transports };
}

/** Another transport helps only where media or the transport was the trouble, not for a refused password. */
function canDiffer(error: unknown): boolean {
  const code = codeOf(error);
  return code === "source-no-media" || code.includes("transport");
}

function open(
  opener: RtspSessionOpener,
  what: { probe: ProbeOptions; transport: string; facts: Facts; meters: MediaMeter[] },
): Promise<PullSession> {
  const { probe, transport, facts, meters } = what;
  return opener.open({
    url: probe.url,
    options: probe.options,
    hints: { transport, firstMediaMs: FIRST_MEDIA_MS, keepAlive: undefined, authScheme: facts.authScheme, skipOptions: false },
    attach: (tracks) => {
      const meter = new MediaMeter(tracks, probe.clock);
      meters.push(meter);
      return meter;
    },
    learned: (learned) => {
      Object.assign(facts, learned);
    },
    signal: probe.signal,
  });
}

async function watch(
  session: PullSession,
  what: { probe: ProbeOptions; facts: Facts; meters: readonly MediaMeter[] },
): Promise<ProbeReport> {
  const { probe, facts, meters } = what;
  const watchMs = probe.watchMs ?? WATCH_MS;
  probe.onStep({ kind: "watching", seconds: watchMs / 1000 });
  const watched = new AbortController();
  const lost = session.ended.then(() => {
    watched.abort();
  });
  await Promise.race([
    probe.clock.sleep("probe", watchMs, AbortSignal.any([probe.signal, watched.signal])).catch(() => undefined),
    lost,
  ]);
  const tracks = meters[0]?.measured() ?? [];
  const { camera } = session.details;
  return {
    server: facts.server,
    realm: facts.realm,
    authScheme: facts.authScheme,
    methods: [...(camera.methods ?? [])],
    sessionTimeoutSeconds: session.keepAlive.timeoutMs / 1000,
    keepAliveMethod: session.keepAlive.method,
    transports: [],
    tracks,
    oddities: findOddities(session, { tracks, seconds: watchMs / 1000, authScheme: facts.authScheme }),
  };
}
