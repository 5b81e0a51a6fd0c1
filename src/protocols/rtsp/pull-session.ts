/**
 * One session with a camera we pull, from its address to flowing media and back to TEARDOWN. Opens once and never retries:
 * it reports what it met, and others decide. Media is handed to the path from its first packet on.
 */
import type { Clock, Timer } from "#base/clock.ts";
import { SluiceError, messageOf } from "#base/errors.ts";
import type { Network } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { StreamInput } from "#streams/input.ts";
import type { PathOptions } from "#streams/options.ts";
import type { OpenTrack } from "#streams/track.ts";
import { sourceError } from "./client-errors.ts";
import { abortReason } from "./client-link/connect.ts";
import { InterleavedTransport } from "./client-transport/interleaved.ts";
import type { MediaTransport, PacketHandler } from "./client-transport/media-transport.ts";
import { MulticastTransport } from "./client-transport/multicast-transport.ts";
import { UdpTransport } from "./client-transport/udp-transport.ts";
import { describe, type DescribedCamera, type RequestTimeouts } from "./client/describe.ts";
import { KeepAlive, firstMethod, type KeepAliveMethod } from "./client/keep-alive.ts";
import { rangeHeader } from "./client/range-header.ts";
import { play, sessionHeader, sessionIdAfter, setUp, type SetUpSession } from "./client/setup.ts";
import { parseTarget } from "./client/target.ts";
import { selectTracks, type SelectedTrack } from "./session-tracks.ts";
import { MediaReceiver, type MediaReceiverStatistics } from "./to-stream.ts";

/** Time between receiver reports; some cameras stop without them (RFC 3550 §6.2). */
const REPORT_PERIOD_MS = 5000;
/** How often packets that wait for overtaken ones are looked at. */
const REORDER_PERIOD_MS = 20;
/** A camera that doesn't answer TEARDOWN is left without a word. */
const TEARDOWN_TIMEOUT_MS = 1000;

/** Time limits of one attempt, ms. */
export interface PullTimeouts extends RequestTimeouts {
  readonly connectMs: number;
}

/** A live host answers a connection within a round trip; every live camera answers OPTIONS at once. */
export const defaultPullTimeouts: PullTimeouts = { connectMs: 2000, optionsMs: 3000, describeMs: 10_000, otherMs: 5000 };

/** What sessions need of the machine. */
export interface PullContext {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly userAgent: string;
  readonly timeouts: PullTimeouts;
}

/** What one session is opened with. */
export interface PullSessionOptions {
  /** Address with credentials. */
  readonly url: string;
  readonly options: PathOptions;
  readonly hints: {
    readonly transport: string;
    readonly firstMediaMs: number;
    readonly keepAlive: KeepAliveMethod | undefined;
    readonly authScheme: string | undefined;
    readonly skipOptions: boolean;
  };
  attach(tracks: readonly OpenTrack[]): StreamInput;
  learned(facts: { server?: string; realm?: string; authScheme?: string }): void;
  readonly signal: AbortSignal;
}

/** Opens a session; resolves when media arrives. Rejects with the client's errors, leaving nothing open. */
export async function openPullSession(context: PullContext, options: PullSessionOptions): Promise<PullSession> {
  const { hints, signal } = options;
  const range = rangeHeader(options.options.rtspRangeType, options.options.rtspRangeStart);
  const camera = await describe(parseTarget(options.url), {
    ...context,
    signal,
    connectTimeoutMs: context.timeouts.connectMs,
    fingerprint: options.options.sourceFingerprint,
    preferredScheme: hints.authScheme,
    skipOptions: hints.skipOptions,
    learned: (facts) => {
      options.learned(facts);
    },
  });
  const session = new PullSession(context, options, camera);
  const abort = (): void => {
    session.abandon(abortReason(signal));
    void session.close();
  };
  signal.addEventListener("abort", abort, { once: true });
  try {
    if (signal.aborted) throw abortReason(signal);
    await session.open(range);
    return session;
  } catch (error) {
    await session.close();
    throw signal.aborted ? abortReason(signal) : error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** See the head of this file. */
export class PullSession {
  /** Resolves with the reason when the session ends by itself; never rejects, and never resolves after `close`. */
  readonly ended: Promise<SluiceError>;
  readonly #context: PullContext;
  readonly #options: PullSessionOptions;
  readonly #camera: DescribedCamera;
  readonly #selected: readonly SelectedTrack[];
  readonly #interleaved: InterleavedTransport;
  readonly #transport: MediaTransport;
  readonly #timers: Timer[] = [];
  readonly #firstMedia = Promise.withResolvers<void>();
  readonly #end: (error: SluiceError) => void;
  /** Sender reports that came before the media, by slot; the last of each. */
  readonly #earlyReports = new Map<number, Buffer>();
  #session: SetUpSession | undefined;
  #judged: readonly boolean[] = [];
  #receiver: MediaReceiver | undefined;
  #keepAlive: KeepAlive | undefined;
  #lost = false;
  #closing: Promise<void> | undefined;

  constructor(context: PullContext, options: PullSessionOptions, camera: DescribedCamera) {
    this.#context = context;
    this.#options = options;
    this.#camera = camera;
    this.#selected = selectTracks(camera.sdp).tracks;
    const handler = this.#packetHandler();
    const { connection } = camera;
    this.#interleaved = new InterleavedTransport(handler, (bytes) => {
      connection.send(bytes);
    });
    connection.onFrame((channel, buffer, range) => {
      this.#interleaved.frame(channel, buffer, range);
    });
    this.#transport = this.#makeTransport(handler);
    const end = Promise.withResolvers<SluiceError>();
    this.ended = end.promise;
    this.#end = end.resolve;
    this.#firstMedia.promise.catch(() => undefined); // it may fail before anyone waits for it
    void connection.ended.then((error) => {
      this.#lost = true;
      this.abandon(error);
    });
  }

  /** The transport that was asked for and works. */
  get transport(): string {
    return this.#options.hints.transport;
  }

  /** How the session is kept alive; times are monotonic ms. */
  get keepAlive(): { method: KeepAliveMethod; timeoutMs: number; lastSentAt: number | undefined } {
    const { method, lastSentAt } = this.#keepAlive ?? { method: "options" as const, lastSentAt: undefined };
    return { method, timeoutMs: this.#session?.timeoutMs ?? 0, lastSentAt };
  }

  /** What the camera offered and granted, for those who look at it closely. */
  get details(): { camera: DescribedCamera; session: SetUpSession | undefined; strayFrames: number } {
    return { camera: this.#camera, session: this.#session, strayFrames: this.#interleaved.strayFrames };
  }

  /** Counters of what arrived; undefined before the first media. */
  get stats(): MediaReceiverStatistics | undefined {
    return this.#receiver?.stats;
  }

  /** Sets up, plays, waits for media. */
  async open(range: string): Promise<void> {
    const { clock, timeouts } = this.#context;
    const { hints, options } = this.#options;
    const { connection, methods, aggregate } = this.#camera;
    const required = this.#selected.findIndex(({ format }) => format.kind === this.#judgedKind());
    if (this.#selected.length === 0) throw sourceError("source-no-tracks", { details: { host: connection.target.host } });
    const setup = {
      camera: this.#camera,
      wanted: this.#selected.map((track, index) => ({
        control: track.media.control,
        required: index === required,
        format: {
          payloadType: track.format.payloadType,
          connection: track.media.connection ?? this.#camera.sdp.connection,
          port: track.media.port,
        },
      })),
      transport: this.#transport,
      interleaved: this.#interleaved,
      timeoutMs: timeouts.otherMs,
    };
    const granted = await setUp(setup);
    this.#session = granted;
    this.#goOn();
    this.#judged = this.#grantedTracks().map(({ format }) => format.kind === this.#judgedKind());
    this.#transport.punch();
    const waited = this.#waitForMedia(hints.firstMediaMs);
    waited.catch(() => undefined); // PLAY may fail first
    const scale = options.rtspScale === undefined ? undefined : String(options.rtspScale);
    const playing = await play(setup, granted, { range, scale });
    this.#goOn();
    const session = { ...granted, id: sessionIdAfter(playing, granted.id) };
    this.#session = session;
    this.#keepAlive = new KeepAlive({
      connection,
      clock,
      url: aggregate,
      session,
      method: firstMethod(hints.keepAlive, methods),
      lost: (error) => {
        this.abandon(error);
      },
    });
    this.#timers.push(
      clock.every("rtsp receiver reports", REPORT_PERIOD_MS, () => {
        this.#report();
      }),
    );
    await waited;
  }

  /** Ends the session from within: what waits fails with `error`, and so does `ended`. */
  abandon(error: SluiceError): void {
    this.#firstMedia.reject(error);
    if (this.#closing === undefined) this.#end(error);
  }

  /** Leaves politely, within a second. Idempotent; never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  /** After a wait: throws when the session was closed meanwhile, so that nothing is started that nobody would stop. */
  #goOn(): void {
    if (this.#closing !== undefined) throw sourceError("source-closed");
  }

  async #leave(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    this.#keepAlive?.close();
    this.#receiver?.close();
    const { connection, aggregate } = this.#camera;
    if (this.#session !== undefined && !this.#lost) {
      const headers = sessionHeader(this.#session.id);
      const farewell = { method: "TEARDOWN", url: aggregate, headers, timeoutMs: TEARDOWN_TIMEOUT_MS };
      await connection.request(farewell).catch(() => undefined);
    }
    this.#interleaved.close();
    this.#transport.close();
    connection.close();
  }

  #makeTransport(handler: PacketHandler): MediaTransport {
    const { network, random } = this.#context;
    const { connection } = this.#camera;
    const { rtspUDPSourcePortRange: ports, rtspAnyPort: anyPort } = this.#options.options;
    const { remoteAddress: cameraAddress, localAddress } = connection;
    const { host } = connection.target;
    switch (this.#options.hints.transport) {
      case "udp":
        return new UdpTransport({ network, random, handler, host, cameraAddress, anyPort, ports });
      case "multicast":
        return new MulticastTransport({ network, handler, host, cameraAddress, localAddress });
      default:
        return this.#interleaved;
    }
  }

  #packetHandler(): PacketHandler {
    return {
      rtp: (slot, buffer, range) => {
        if (this.#receiver !== undefined) this.#receiver.pushRtp(slot, buffer, range);
        else if (this.#judged[slot] === true && this.#closing === undefined) this.#begin()?.pushRtp(slot, buffer, range);
      },
      rtcp: (slot, buffer, range) => {
        if (this.#receiver !== undefined) this.#receiver.pushRtcp(slot, buffer, range);
        else this.#earlyReports.set(slot, Buffer.from(buffer.subarray(range.start, range.end)));
      },
    };
  }

  /** The first media is here: the path gets its tracks. Audio before the first video isn't missed. */
  #begin(): MediaReceiver | undefined {
    const { clock, random } = this.#context;
    const granted = this.#grantedTracks();
    let input: StreamInput;
    try {
      input = this.#options.attach(granted.map(({ open }) => open));
    } catch (error) {
      const reason = { cause: error, details: { host: this.#camera.connection.target.host, reason: messageOf(error) } };
      this.abandon(error instanceof SluiceError ? error : sourceError("source-description-unreadable", reason));
      return undefined;
    }
    const reorder = this.#session?.granted.some(({ transport }) => transport !== this.#interleaved) === true;
    const receiver = new MediaReceiver({
      input,
      tracks: granted.map(({ format }) => format),
      clock,
      reorder,
      localSsrc: random.uint32(),
      cname: random.bytes(8).toString("hex"),
    });
    this.#receiver = receiver;
    if (reorder) {
      this.#timers.push(
        clock.every("rtp reordering", REORDER_PERIOD_MS, () => {
          receiver.tick();
        }),
      );
    }
    for (const [slot, report] of this.#earlyReports) receiver.pushRtcp(slot, report, { start: 0, end: report.length });
    this.#earlyReports.clear();
    this.#firstMedia.resolve();
    return receiver;
  }

  #waitForMedia(ms: number): Promise<void> {
    const { host } = this.#camera.connection.target;
    const timer = this.#context.clock.after("rtsp first media", ms, () => {
      const details = { host, transport: this.transport, seconds: ms / 1000 };
      this.#firstMedia.reject(sourceError("source-no-media", { details, retryable: true }));
    });
    this.#timers.push(timer);
    return this.#firstMedia.promise.finally(() => {
      timer.cancel();
    });
  }

  #report(): void {
    for (const [slot, { transport }] of (this.#session?.granted ?? []).entries()) {
      const report = this.#receiver?.receiverReport(slot);
      if (report !== undefined) transport.sendRtcp(slot, report);
    }
  }

  #grantedTracks(): readonly SelectedTrack[] {
    return (this.#session?.granted ?? []).flatMap(({ wanted }) => this.#selected[wanted] ?? []);
  }

  /** What decides whether the session is alive: video, else audio, else whatever there is. */
  #judgedKind(): string {
    const kinds = this.#selected.map(({ format }) => format.kind);
    return kinds.includes("video") ? "video" : kinds.includes("audio") ? "audio" : "application";
  }
}
