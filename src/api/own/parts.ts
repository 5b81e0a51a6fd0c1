/** What Sluice's own API stands on. */
import type { Clock } from "#base/clock.ts";
import type { Config } from "#config/config.ts";
import type { ConfigDifference } from "#config/difference.ts";
import type { SealedTexts } from "#config/store/sealed-text.ts";
import type { DoctorFindings } from "../contract/doctor.ts";
import type { JobList } from "../contract/jobs.ts";
import type { LogLevel, LogLine } from "../contract/log.ts";
import type { LogTail } from "../log-tail.ts";
import type { Monitor } from "../monitor/monitor.ts";
import type { Configuration } from "../routes/configuration.ts";
import type { EventStreams } from "./event-stream.ts";

/** What a probe tells while it goes on. */
export type ProbeProgress =
  | { readonly kind: "trying"; readonly transport: string }
  | { readonly kind: "watching"; readonly seconds: number }
  | { readonly kind: "failed"; readonly transport: string; readonly code: string; readonly reason: string };

/** What a probe found. */
export interface ProbeOutcome {
  readonly server: string | undefined;
  readonly realm: string | undefined;
  readonly transports: readonly { readonly name: string; readonly works: boolean }[];
  readonly tracks: readonly {
    readonly codec: string;
    readonly kind: string;
    readonly props: Readonly<Record<string, string | number | boolean>>;
    readonly unitsPerSecond: number | undefined;
    readonly bitsPerSecond: number;
    readonly keyIntervalSeconds: number | undefined;
  }[];
  readonly oddities: readonly { readonly id: string; readonly en: string; readonly zh: string }[];
}

/** Looks at cameras; provided by `app`. */
export interface CameraProbe {
  /** Why this host may not be asked (it is this machine, or no machine of the network); undefined when it may. */
  forbidden(host: string): Promise<"loopback" | "link-local" | "multicast" | "unresolved" | undefined>;
  /** Rejects with a `SluiceError` where the camera can't be used. */
  run(url: string, signal: AbortSignal, onStep: (step: ProbeProgress) => void): Promise<ProbeOutcome>;
}

/** Lines from before the tail. */
export interface OlderQuestion {
  /** Milliseconds since 1970. */
  readonly before: number;
  /** The newest ones of those. */
  readonly lines: number;
  readonly level: LogLevel | undefined;
}

/** Where older lines of the log are kept: the journal. */
export interface LogHistory {
  /** Oldest first; undefined while another question is being answered. */
  before(question: OlderQuestion): Promise<readonly LogLine[] | undefined>;
}

/** What the own API stands on; one for all listeners, since what it counts is the process's. */
export interface OwnApi {
  readonly monitor: Monitor;
  readonly streams: EventStreams;
  readonly configuration: Configuration;
  /** What would change if `after` were put into force. */
  readonly difference: (after: Config) => ConfigDifference;
  readonly probe: CameraProbe;
  /** Exports with secrets in them. */
  readonly sealed: SealedTexts;
  /** Looks for what commonly goes wrong; rejects only with the reason of `signal`. */
  readonly doctor: (signal: AbortSignal) => Promise<DoctorFindings>;
  readonly clock: Clock;
  /** The schedule's. */
  readonly jobs: () => JobList;
  readonly log: LogTail;
  /** Undefined where the log isn't kept. */
  readonly logHistory: LogHistory | undefined;
}
