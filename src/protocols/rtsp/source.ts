/**
 * RTSP as a way to pull cameras: opens sessions and says what their failures mean. Retrying, and everything else that lasts
 * longer than a session, is done by whoever supervises the camera.
 */
import type { SluiceError } from "#base/errors.ts";
import type { PathOptions } from "#streams/options.ts";
import { failureKindOf, type SourceFailureKind } from "./client-errors.ts";
import { isRtspScheme, parseTarget } from "./client/target.ts";
import {
  defaultPullTimeouts,
  openPullSession,
  type PullContext,
  type PullSession,
  type PullSessionOptions,
  type PullTimeouts,
} from "./pull-session.ts";

/** What the client calls itself; some cameras answer nobody without a name. */
const USER_AGENT = "Sluice";

/** Opens RTSP sessions; fits the cameras' session contract. */
export class RtspSessionOpener {
  readonly type = "rtspSource";
  readonly #context: PullContext;

  constructor(machine: Pick<PullContext, "network" | "clock" | "random">, timeouts: Partial<PullTimeouts> = {}) {
    this.#context = { ...machine, userAgent: USER_AGENT, timeouts: { ...defaultPullTimeouts, ...timeouts } };
  }

  /** Whether `url` is one of RTSP's. */
  speaks(url: string): boolean {
    return isRtspScheme(/^\s*([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1]?.toLowerCase() ?? "");
  }

  /** Transports for this address, in the order to try them. Encrypted and tunnelled connections carry their media themselves. */
  transports(url: string, options: PathOptions): readonly string[] {
    if (!isBare(url)) return ["tcp"];
    return options.rtspTransport === "automatic" ? ["tcp", "udp", "multicast"] : [options.rtspTransport];
  }

  /** Resolves when media arrives. Rejects with the client's errors, leaving nothing open. */
  open(options: PullSessionOptions): Promise<PullSession> {
    return openPullSession(this.#context, options);
  }

  /** What an error means for the next attempt. */
  failureKind(error: SluiceError): SourceFailureKind {
    return failureKindOf(error);
  }
}

/** Whether a plain RTSP connection leads there; an address that can't be read fails when it is opened. */
function isBare(url: string): boolean {
  try {
    const { carrier, secure } = parseTarget(url);
    return carrier === "socket" && !secure;
  } catch {
    return false;
  }
}
