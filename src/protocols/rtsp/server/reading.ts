/**
 * A session as reader: the tracks it set up, how they travel, and the egress that feeds them. The hub counts it from the
 * first SETUP on. Sender reports and media are the egress's business; reports of the client arrive here.
 */
import type { SluiceError } from "#base/errors.ts";
import { parseRtcp } from "#formats/rtcp/packet.ts";
import type { TransportSpec } from "#formats/rtsp-message/transport.ts";
import {
  createRtspReader,
  type PlayPosition,
  type ReaderSink,
  type RtspReader,
  type TrackTarget,
} from "#protocols/rtsp/from-stream.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { Path } from "#streams/path.ts";
import type { PathReader } from "#streams/source.ts";
import type { ByteChannel } from "#protocols/rtsp/server-transport/byte-channel.ts";
import type { FrameOwner, InterleavedChannels } from "#protocols/rtsp/server-transport/interleaved-channels.ts";
import type { MulticastGroups, MulticastMember, MulticastStream } from "#protocols/rtsp/server-transport/multicast.ts";
import type { ServerServices } from "./services.ts";
import type { TransportChoice, TransportKind } from "#protocols/rtsp/server-transport/transport-choice.ts";
import type { DatagramOwner, PortClaim, PortRole, UdpPorts } from "#protocols/rtsp/server-transport/udp-ports.ts";

type ReadingState = "set-up" | "playing" | "paused" | "closed";

/** Where a session's connection is and what it may use there. */
export interface ReadingPlace {
  readonly channel: ByteChannel;
  readonly channels: InterleavedChannels;
}

/** What was sent and heard so far. */
export interface ReadingStatistics {
  readonly bytes: number;
  readonly packets: number;
  readonly rtcpPackets: number;
  readonly discardedPackets: number;
  readonly reportedLost: number;
  readonly inboundBytes: number;
  readonly inboundRtcpPackets: number;
}

interface SetUpTrack {
  readonly track: number;
  readonly target: TrackTarget | undefined;
  /** RTCP channel, where interleaved. */
  readonly reports: number | undefined;
}

const NOTHING_SENT = { packets: 0, bytes: 0, rtcpPackets: 0, discardedPackets: 0, reportedLost: 0 };

/** See the head of this file. */
export class Reading implements FrameOwner, DatagramOwner, MulticastMember {
  readonly pathName: string;
  readonly query: string;
  readonly #services: ServerServices;
  readonly #session: PathReader;
  readonly #path: Path;
  readonly #place: ReadingPlace;
  readonly #tracks: SetUpTrack[] = [];
  #state: ReadingState = "set-up";
  #transport: TransportKind | undefined;
  #reader: RtspReader | undefined;
  #multicast: { readonly groups: MulticastGroups; readonly stream: MulticastStream } | undefined;
  /** The pair that was there when the first track was set up over UDP. */
  #ports: UdpPorts | undefined;
  #heardAt = 0;
  #inboundBytes = 0;
  #inboundRtcpPackets = 0;

  private constructor(services: ServerServices, what: { session: PathReader; path: Path; query: string; place: ReadingPlace }) {
    this.#services = services;
    this.#session = what.session;
    this.#path = what.path;
    this.pathName = what.path.name;
    this.query = what.query;
    this.#place = what.place;
  }

  /** Waits for the stream and counts the session in. Rejects with a `path-…` error. */
  static async open(
    services: ServerServices,
    what: { session: PathReader; path: string; query: string; place: ReadingPlace; signal: AbortSignal },
  ): Promise<Reading> {
    const { session, query, place, signal } = what;
    const path = await services.registry.addReader(what.path, session, { query, signal });
    return new Reading(services, { session, path, query, place });
  }

  get state(): ReadingState {
    return this.#state;
  }

  get transport(): TransportKind | undefined {
    return this.#transport;
  }

  /** Whether its media can't go on, since the sockets it went through are gone. */
  get cutOff(): boolean {
    return this.#ports?.closed === true;
  }

  get address(): string {
    return this.#place.channel.peer.address;
  }

  /** Monotonic ms of the last RTCP; 0 before the first. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Tracks set up so far, in order. */
  get tracks(): readonly number[] {
    return this.#tracks.map(({ track }) => track);
  }

  get statistics(): ReadingStatistics {
    const sent = this.#reader?.statistics ?? this.#multicast?.stream.reader.statistics ?? NOTHING_SENT;
    const { packets, bytes, rtcpPackets, discardedPackets, reportedLost } = sent;
    const inbound = { inboundBytes: this.#inboundBytes, inboundRtcpPackets: this.#inboundRtcpPackets };
    return { packets, bytes, rtcpPackets, discardedPackets, reportedLost, ...inbound };
  }

  /** The number of the track SETUP means; `undefined` is allowed where there is one only. Throws where there is none. */
  resolveTrack(asked: number | undefined): number {
    const count = this.#path.stream?.tracks.length ?? 0;
    const details = { path: this.pathName };
    if (asked === undefined && count > 1) throw rtspServerError("rtsp-aggregate-not-allowed", { details });
    const track = asked ?? 0;
    if (track >= count) throw rtspServerError("rtsp-track-not-found", { details });
    if (this.#tracks.some((known) => known.track === track)) throw rtspServerError("rtsp-track-set-up-twice");
    return track;
  }

  /** Adds a track; resolves with the Transport header to answer with. */
  async setUp(track: number, choice: TransportChoice): Promise<TransportSpec> {
    const ssrc = this.#path.stream?.tracks[track]?.ssrc;
    const spec = await this.#agree(track, choice);
    this.#transport = choice.kind;
    return { ...spec, ssrc };
  }

  /**
   * Gets ready to send and says from where; nothing is sent before `start` of the answer is called. Undefined when it plays
   * already. RTP-Info of a multicast session stays empty: others may be listening for long.
   */
  play(): { positions: readonly PlayPosition[]; start: () => void } | undefined {
    if (this.#state === "playing" || this.#state === "closed") return undefined;
    this.#state = "playing";
    const multicast = this.#multicast?.stream;
    if (multicast !== undefined) return { positions: [], start: () => this.#whilePlaying(() => multicast.start(this)) };
    const reader = (this.#reader ??= this.#openReader());
    return { positions: reader.play(), start: () => this.#whilePlaying(() => reader.start()) };
  }

  /** Stops sending; `play` goes on at the live point. */
  pause(): void {
    if (this.#state !== "playing") return;
    this.#state = "paused";
    this.#reader?.pause();
    this.#multicast?.stream.pause(this);
  }

  onFrame(channel: number, buffer: Buffer, range: { start: number; end: number }): void {
    const track = this.#tracks.find(({ reports }) => reports === channel)?.track;
    if (track !== undefined) this.#hear(track, buffer, range);
  }

  onDatagram(from: { track: number; role: PortRole }, buffer: Buffer, range: { start: number; end: number }): void {
    if (from.role === "rtcp") this.#hear(from.track, buffer, range);
  }

  heard(): void {
    this.#heardAt = this.#services.clock.now();
    this.#inboundRtcpPackets += 1;
  }

  /** Ends the egress and frees everything; called by the session, and by a multicast egress that ended. Idempotent. */
  close(error?: SluiceError): void {
    if (error !== undefined) {
      this.#session.close(error);
      return;
    }
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#reader?.close();
    this.#multicast?.groups.leave(this.#multicast.stream, this);
    this.#place.channels.release(this);
    this.#ports?.release(this, this.address);
    this.#services.registry.removeReader(this.#path, this.#session);
  }

  #agree(track: number, choice: TransportChoice): TransportSpec | Promise<TransportSpec> {
    switch (choice.kind) {
      case "tcp":
        return this.#setUpTcp(track, choice.channels);
      case "udp":
        return this.#setUpUdp(track, choice.ports);
      case "multicast":
        return this.#setUpMulticast(track);
    }
  }

  #setUpTcp(track: number, asked: readonly [number, number] | undefined): TransportSpec {
    const channels = this.#place.channels.claim(asked, this);
    if (channels === undefined) throw unsupported("all 256 channels are in use");
    const target: TrackTarget = { kind: "interleaved", channel: channels[0] };
    this.#tracks.push({ track, target, reports: channels[1] });
    return { protocol: "RTP/AVP/TCP", delivery: "unicast", interleaved: channels };
  }

  #setUpUdp(track: number, asked: readonly [number, number]): TransportSpec {
    const ports = this.#ports ?? this.#services.ports;
    if (ports === undefined) throw unsupported("udp is switched off");
    this.#ports = ports;
    const claim: PortClaim = { address: this.address, ports: asked, track, owner: this };
    if (!ports.claim(claim)) throw rtspServerError("rtsp-udp-ports-in-use", { details: { ports: asked.join("-") } });
    this.#tracks.push({ track, target: { kind: "udp", ...ports.destinations(claim) }, reports: undefined });
    const serverPort = [ports.rtp.port, ports.rtcp.port] as const;
    return { protocol: "RTP/AVP", delivery: "unicast", clientPort: asked, serverPort };
  }

  async #setUpMulticast(track: number): Promise<TransportSpec> {
    const groups = this.#multicast?.groups ?? this.#services.multicast;
    if (groups === undefined) throw unsupported("multicast is switched off");
    const stream = this.#multicast?.stream ?? (await groups.join(this.#path, this, this.#place.channel.localAddress));
    if (this.#state === "closed") {
      groups.leave(stream, this);
      throw rtspServerError("rtsp-connection-closed");
    }
    this.#multicast = { groups, stream };
    const group = stream.groupOf(track);
    if (group === undefined) throw rtspServerError("rtsp-track-not-found", { details: { path: this.pathName } });
    this.#tracks.push({ track, target: undefined, reports: undefined });
    return { protocol: "RTP/AVP", delivery: "multicast", destination: group.address, port: group.ports, ttl: group.ttl };
  }

  #openReader(): RtspReader {
    const { clock, options, registry, fanOut } = this.#services;
    const ports = this.#ports;
    const { writeTimeout, udpMaxPayloadSize } = options;
    const tracks = this.#tracks.flatMap(({ track, target }) => (target === undefined ? [] : [{ track, target }]));
    const sink: ReaderSink =
      this.#transport === "udp" && ports !== undefined
        ? { kind: "udp", rtp: ports.rtp, rtcp: ports.rtcp, maxPacketBytes: udpMaxPayloadSize }
        : { kind: "tcp", output: this.#place.channel, fanOut };
    const onClose = (error: SluiceError): void => this.#session.close(error);
    return createRtspReader({
      path: this.#path,
      clock,
      slabs: registry.slabs,
      tracks,
      sink,
      writeTimeoutMs: writeTimeout,
      onClose,
    });
  }

  /** The client may have paused or gone between the answer and now. */
  #whilePlaying(run: () => void): void {
    if (this.#state === "playing") run();
  }

  #hear(track: number, buffer: Buffer, range: { start: number; end: number }): void {
    this.heard();
    this.#inboundBytes += range.end - range.start;
    for (const packet of parseRtcp(buffer, range)) {
      if (packet.kind !== "receiver-report" && packet.kind !== "sender-report") continue;
      for (const report of packet.reports) this.#reader?.receiverReport(track, report.cumulativeLost);
    }
  }
}

function unsupported(reason: string): Error {
  return rtspServerError("rtsp-transport-unsupported", { details: { reason } });
}
