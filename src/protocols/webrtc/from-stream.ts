/**
 * From a stream to one WebRTC viewer: counted on its path from the offer on; media flows once the transport is connected. A
 * stream with B-frames ends the session, since browsers show them in the wrong order.
 */
import type { SluiceError } from "#base/errors.ts";
import { parseFeedback } from "#formats/rtcp/feedback.ts";
import { parseRtcp } from "#formats/rtcp/packet.ts";
import type { Offer } from "#formats/jsep/offer.ts";
import { Viewer, type ViewerStatistics } from "./egress/viewer.ts";
import { webrtcError } from "./errors.ts";
import type { Remote } from "./ice/remote.ts";
import { agreeOnReading, type ReadAgreement } from "./negotiation/read-offer.ts";
import type { SessionServices } from "./session/services.ts";
import type { SessionTransport } from "./session/transport.ts";
import type { Path } from "#streams/path.ts";
import type { PathReader } from "#streams/source.ts";
import type { Stream } from "#streams/stream.ts";
import type { Track } from "#streams/track.ts";

const NOTHING_SENT: ViewerStatistics = {
  packets: 0,
  bytes: 0,
  rtcpPackets: 0,
  discardedPackets: 0,
  reportedLost: 0,
  resentPackets: 0,
  pictureRequests: 0,
};

/** See the head of this file. */
export class Reading {
  readonly path: Path;
  readonly agreement: ReadAgreement;
  readonly #services: SessionServices;
  readonly #reader: PathReader;
  readonly #stream: Stream;
  #viewer: Viewer | undefined;
  #remote: (() => Remote) | undefined;
  #takenBytes = 0;
  #takenAt = 0;
  #inboundRtcpPackets = 0;
  #closed = false;

  private constructor(
    services: SessionServices,
    what: { path: Path; stream: Stream; reader: PathReader; agreement: ReadAgreement },
  ) {
    this.#services = services;
    this.path = what.path;
    this.#stream = what.stream;
    this.#reader = what.reader;
    this.agreement = what.agreement;
  }

  /** Waits for the stream, agrees on tracks and counts the reader in. Rejects with a `path-…` or `webrtc-…` error. */
  static async open(
    services: SessionServices,
    what: { offer: Offer; path: string; query: string; reader: PathReader; signal: AbortSignal },
  ): Promise<Reading> {
    const { registry, random } = services;
    const { reader, query, signal, offer } = what;
    const path = await registry.addReader(what.path, reader, { query, signal });
    try {
      const { stream } = path;
      if (stream === undefined) throw webrtcError("webrtc-session-not-found");
      refuseReordered(path, stream.tracks);
      const { tracks, cname } = stream;
      const agreement = agreeOnReading(offer, { path: path.name, tracks, cname }, () => random.uint32());
      return new Reading(services, { path, stream, reader, agreement });
    } catch (error) {
      registry.removeReader(path, reader);
      throw error;
    }
  }

  get statistics(): ViewerStatistics & { readonly inboundRtcpPackets: number } {
    return { ...(this.#viewer?.statistics ?? NOTHING_SENT), inboundRtcpPackets: this.#inboundRtcpPackets };
  }

  /** True while the link can't carry more than key units. */
  get constrained(): boolean {
    return this.#viewer?.constrained === true;
  }

  /** The transport is connected. */
  start(transport: SessionTransport): void {
    const { context, remote } = transport;
    if (this.#closed || context === undefined || remote === undefined) return;
    const { clock, random, srtp, ice, log } = this.#services;
    const where = (): Remote => transport.remote ?? remote;
    this.#remote = where;
    this.#viewer = new Viewer({
      path: this.path,
      stream: this.#stream,
      clock,
      random,
      context,
      output: { srtp, socket: ice.udp, remote: where },
      tracks: this.agreement.tracks,
      sendRtcp: (packet) => transport.sendRtcp(packet),
      onConstrained: (constrained) => {
        const message = constrained ? "the viewer's link is too weak: key pictures only" : "the viewer gets everything again";
        log.info({ path: this.path.name, session: this.#reader.id }, message);
      },
      onEnd: (error) => this.#reader.close(error),
    });
    this.#viewer.start();
  }

  moved(): void {
    this.#viewer?.moved();
  }

  rtcp(packet: Buffer): void {
    this.#inboundRtcpPackets += 1;
    for (const each of parseRtcp(packet, { start: 0, end: packet.length })) {
      if (each.kind !== "receiver-report" && each.kind !== "sender-report") continue;
      for (const report of each.reports) this.#viewer?.report(report);
    }
    for (const feedback of parseFeedback(packet)) this.#viewer?.feedback(feedback);
  }

  /** Once a second. Throws `webrtc-b-frames`, and over TCP why a viewer that takes nothing is to go. */
  check(now: number): void {
    if (this.#closed) return;
    refuseReordered(this.path, this.#stream.tracks);
    const remote = this.#remote?.();
    if (remote === undefined || remote.pendingBytes === 0 || remote.takenBytes !== this.#takenBytes) {
      this.#takenBytes = remote?.takenBytes ?? 0;
      this.#takenAt = now;
      return;
    }
    const error = this.path.stalled(now - this.#takenAt, this.#services.options.writeTimeout);
    if (error !== undefined) throw error;
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#viewer?.close();
    this.#services.registry.removeReader(this.path, this.#reader);
  }
}

/** Throws where timestamps have gone back in decoding order. */
function refuseReordered(path: Path, tracks: readonly Track[]): void {
  if (tracks.some((track) => track.kind === "video" && track.reorderTicks > 0)) throw bFrames(path);
}

function bFrames(path: Path): SluiceError {
  return webrtcError("webrtc-b-frames", { details: { path: path.name } });
}
