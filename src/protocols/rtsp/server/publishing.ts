/**
 * A session as publisher: what it announced, which media it set up, and their way into the hub. Media that can't be used is
 * accepted and dropped, since publishers set up everything they announce and give up at the first refusal.
 */
import type { Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { TransportSpec } from "#formats/rtsp-message/transport.ts";
import type { MediaDescription, SessionDescription } from "#formats/sdp/parse.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import { selectTracks, type SelectedTrack } from "#protocols/rtsp/session-tracks.ts";
import { MediaReceiver, type MediaReceiverStatistics } from "#protocols/rtsp/to-stream.ts";
import type { StreamInput } from "#streams/input.ts";
import type { PathPublisher } from "#streams/source.ts";
import type { ByteChannel } from "#protocols/rtsp/server-transport/byte-channel.ts";
import type { FrameOwner, InterleavedChannels } from "#protocols/rtsp/server-transport/interleaved-channels.ts";
import { pathAndQuery, withoutQuery } from "./request-target.ts";
import type { ServerServices } from "./services.ts";
import type { TransportChoice, TransportKind } from "#protocols/rtsp/server-transport/transport-choice.ts";
import type { DatagramOwner, PortClaim, PortRole, UdpPorts } from "#protocols/rtsp/server-transport/udp-ports.ts";

/** Receiver reports go out this often (RFC 3550 §6.2 asks for 5 s at least). */
const REPORT_INTERVAL_MS = 5000;
/** How often overtaken packets are let go of. */
const REORDER_TICK_MS = 20;

type PublishingState = "announced" | "set-up" | "recording" | "closed";

/** Where a session's connection is and what it may use there. */
export interface PublishingPlace {
  readonly channel: ByteChannel;
  readonly channels: InterleavedChannels;
}

interface SetUpMedia {
  readonly media: MediaDescription;
  readonly channels: readonly [number, number] | undefined;
  readonly claim: PortClaim | undefined;
  /** Number of the track in the hub while recording; undefined = dropped. */
  track: number | undefined;
}

/** One way in: a channel or a port of a medium. */
interface MediaPort {
  readonly entry: SetUpMedia;
  readonly role: PortRole;
}

interface Recording {
  readonly input: StreamInput;
  readonly receiver: MediaReceiver;
  readonly tick: Timer | undefined;
}

const NOTHING_RECEIVED: MediaReceiverStatistics = {
  inboundBytes: 0,
  inboundRTPPackets: 0,
  inboundRTPPacketsLost: 0,
  inboundRTPPacketsInError: 0,
  inboundRTPPacketsJitter: 0,
  inboundRTCPPackets: 0,
  inboundRTCPPacketsInError: 0,
};

/** See the head of this file. */
export class Publishing implements FrameOwner, DatagramOwner {
  readonly pathName: string;
  readonly query: string;
  readonly #services: ServerServices;
  readonly #publisher: PathPublisher;
  readonly #place: PublishingPlace;
  /** Path and query of the announced address, without a slash at the end. */
  readonly #base: string;
  readonly #description: SessionDescription;
  readonly #selected: readonly SelectedTrack[];
  readonly #setUp = new Map<number, SetUpMedia>();
  /** By interleaved channel, or by medium × 2 (+ 1 for RTCP) over UDP. */
  readonly #ports = new Map<number, MediaPort>();
  #transport: TransportKind | undefined;
  /** The pair that was there when the first medium was set up over UDP. */
  #udp: UdpPorts | undefined;
  #recording: Recording | undefined;
  #closed = false;
  #statistics: MediaReceiverStatistics = NOTHING_RECEIVED;
  #heardAt = 0;
  #reportAt = 0;
  #outboundRtcpPackets = 0;
  #outboundBytes = 0;

  /** Throws `rtsp-description-invalid` where no announced medium can be used. */
  constructor(
    services: ServerServices,
    what: {
      publisher: PathPublisher;
      path: string;
      query: string;
      url: string;
      description: SessionDescription;
      place: PublishingPlace;
    },
  ) {
    this.#services = services;
    this.#publisher = what.publisher;
    this.pathName = what.path;
    this.query = what.query;
    this.#base = pathAndQuery(what.url).replace(/\/$/, "");
    this.#description = what.description;
    this.#place = what.place;
    this.#selected = selectTracks(what.description).tracks;
    if (this.#selected.length === 0) {
      throw rtspServerError("rtsp-description-invalid", { details: { reason: "no medium in it can be used" } });
    }
  }

  get state(): PublishingState {
    if (this.#closed) return "closed";
    if (this.#recording !== undefined) return "recording";
    return this.#setUp.size > 0 ? "set-up" : "announced";
  }

  /** Whether no media can come any more, since the sockets it came through are gone. */
  get cutOff(): boolean {
    return this.#udp?.closed === true;
  }

  get transport(): TransportKind | undefined {
    return this.#transport;
  }

  /** Monotonic ms of the last media or RTCP; 0 before RECORD. */
  get heardAt(): number {
    return this.#heardAt;
  }

  get statistics(): MediaReceiverStatistics & { outboundBytes: number; outboundRtcpPackets: number } {
    const inbound = this.#recording?.receiver.stats ?? this.#statistics;
    return { ...inbound, outboundBytes: this.#outboundBytes, outboundRtcpPackets: this.#outboundRtcpPackets };
  }

  /** Whether an address (path and query) lies below the announced one. */
  covers(asked: string): boolean {
    const below = `${withoutQuery(this.#base)}/`;
    return asked === this.#base || [`${this.#base}/`, `${this.#base}?`, below].some((start) => asked.startsWith(start));
  }

  /** Number of the announced medium a SETUP address means. Throws `rtsp-track-…`, `rtsp-aggregate-…`. */
  resolveMedia(url: string): number {
    const asked = pathAndQuery(url).replace(/\/$/, "");
    const { media } = this.#description;
    const index = media.findIndex((each) => each.control !== undefined && this.#names(asked, each.control));
    if (index < 0 && media.length > 1 && asked === this.#base) {
      throw rtspServerError("rtsp-aggregate-not-allowed", { details: { path: this.pathName } });
    }
    const found = index < 0 && media.length === 1 && asked === this.#base ? 0 : index;
    if (found < 0) throw rtspServerError("rtsp-track-not-found", { details: { path: this.pathName } });
    if (this.#setUp.has(found)) throw rtspServerError("rtsp-track-set-up-twice");
    return found;
  }

  /** Adds a medium; returns the Transport header to answer with. */
  setUp(index: number, choice: TransportChoice): TransportSpec {
    const media = this.#description.media[index];
    if (media === undefined) throw rtspServerError("rtsp-track-not-found", { details: { path: this.pathName } });
    switch (choice.kind) {
      case "tcp": {
        const channels = this.#place.channels.claim(choice.channels, this);
        if (channels === undefined) throw unsupported("all 256 channels are in use");
        this.#add(index, { media, channels, claim: undefined, track: undefined }, choice.kind);
        return { protocol: "RTP/AVP/TCP", delivery: "unicast", interleaved: channels, mode: "record" };
      }
      case "udp": {
        const ports = this.#udp ?? this.#services.ports;
        if (ports === undefined) throw unsupported("udp is switched off");
        this.#udp = ports;
        const claim: PortClaim = { address: this.#place.channel.peer.address, ports: choice.ports, track: index, owner: this };
        if (!ports.claim(claim)) {
          throw rtspServerError("rtsp-udp-ports-in-use", { details: { ports: choice.ports.join("-") } });
        }
        this.#add(index, { media, channels: undefined, claim, track: undefined }, choice.kind);
        const serverPort = [ports.rtp.port, ports.rtcp.port] as const;
        return { protocol: "RTP/AVP", delivery: "unicast", clientPort: choice.ports, serverPort, mode: "record" };
      }
      case "multicast":
        throw unsupported("publishing by multicast is not possible");
    }
  }

  /** Media flows into the hub from here on. Rejects with a `path-…` error. */
  async record(): Promise<void> {
    const entries = [...this.#setUp.values()];
    const taken = this.#selected.filter((track) => entries.some(({ media }) => media === track.media));
    if (taken.length === 0) {
      throw rtspServerError("rtsp-description-invalid", { details: { reason: "no usable medium was set up" } });
    }
    const { registry, clock, random } = this.#services;
    const input = await registry.publish(
      this.pathName,
      this.#publisher,
      taken.map((track) => track.open),
    );
    if (this.#closed) {
      input.close(rtspServerError("rtsp-connection-closed"));
      throw rtspServerError("rtsp-connection-closed");
    }
    const reorder = this.#transport === "udp";
    const tracks = taken.map(({ format }) => ({ clockRate: format.clockRate, payloadType: format.payloadType }));
    const cname = random.bytes(8).toString("hex");
    const receiver = new MediaReceiver({ input, tracks, clock, reorder, localSsrc: random.uint32(), cname });
    const tick = reorder ? clock.every("rtsp publisher reorder", REORDER_TICK_MS, () => receiver.tick()) : undefined;
    for (const entry of entries) {
      const track = taken.findIndex(({ media }) => media === entry.media);
      entry.track = track < 0 ? undefined : track;
    }
    this.#recording = { input, receiver, tick };
    this.#heardAt = clock.now();
    this.#reportAt = clock.now() + REPORT_INTERVAL_MS;
  }

  /** Leaves the path until the next RECORD. */
  pause(): void {
    this.#stop(rtspServerError("rtsp-publisher-paused"));
  }

  onFrame(channel: number, buffer: Buffer, range: { start: number; end: number }): void {
    const port = this.#ports.get(channel);
    if (port !== undefined) this.#take(port, buffer, range);
  }

  onDatagram(from: { track: number; role: PortRole }, buffer: Buffer, range: { start: number; end: number }): void {
    const port = this.#ports.get(from.track * 2 + (from.role === "rtp" ? 0 : 1));
    if (port !== undefined) this.#take(port, buffer, range);
  }

  /** Once a second: receiver reports. */
  sweep(now: number): void {
    if (this.#recording === undefined || now < this.#reportAt) return;
    this.#reportAt = now + REPORT_INTERVAL_MS;
    for (const entry of this.#setUp.values()) {
      const report = entry.track === undefined ? undefined : this.#recording.receiver.receiverReport(entry.track);
      if (report !== undefined) this.#send(entry, report);
    }
  }

  /** Leaves the path and frees everything. Idempotent. */
  close(error: SluiceError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop(error);
    this.#place.channels.release(this);
    this.#udp?.release(this, this.#place.channel.peer.address);
  }

  #add(index: number, entry: SetUpMedia, transport: TransportKind): void {
    this.#transport = transport;
    this.#setUp.set(index, entry);
    const [rtp, rtcp] = entry.channels ?? [index * 2, index * 2 + 1];
    this.#ports.set(rtp, { entry, role: "rtp" });
    this.#ports.set(rtcp, { entry, role: "rtcp" });
  }

  /** Publishers build the address in their own ways: from the announced base, from the root, or absolute. */
  #names(asked: string, control: string): boolean {
    const name = pathAndQuery(control).replace(/^\/|\/$/g, "");
    return name !== "" && [asked, withoutQuery(asked)].some((address) => address.endsWith(`/${name}`));
  }

  #take(port: MediaPort, buffer: Buffer, range: { start: number; end: number }): void {
    if (this.#recording === undefined) return;
    this.#heardAt = this.#services.clock.now();
    const { track } = port.entry;
    if (track === undefined) return;
    if (port.role === "rtp") this.#recording.receiver.pushRtp(track, buffer, range);
    else this.#recording.receiver.pushRtcp(track, buffer, range);
  }

  #send(entry: SetUpMedia, report: Buffer): void {
    const ports = this.#udp;
    const { channel } = this.#place;
    this.#outboundRtcpPackets += 1;
    this.#outboundBytes += report.length;
    if (entry.claim !== undefined && ports !== undefined) {
      const batch = { buffer: report, offsets: Uint32Array.of(0), lengths: Uint32Array.of(report.length), count: 1 };
      ports.rtcp.sendBatch(batch, [ports.destinations(entry.claim).rtcp]);
    } else if (entry.channels !== undefined && channel.pendingBytes === 0) {
      const header = Buffer.from([0x24, entry.channels[1], report.length >> 8, report.length & 0xff]);
      channel.write(Buffer.concat([header, report]), () => undefined);
    }
  }

  #stop(error: SluiceError): void {
    const recording = this.#recording;
    if (recording === undefined) return;
    this.#recording = undefined;
    this.#statistics = recording.receiver.stats;
    recording.tick?.cancel();
    recording.receiver.close();
    recording.input.close(error);
  }
}

function unsupported(reason: string): Error {
  return rtspServerError("rtsp-transport-unsupported", { details: { reason } });
}
