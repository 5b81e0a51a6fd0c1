/**
 * A stream under a manual clock, fed with packets whose first payload byte says what they are: `K` a key unit, `S` its
 * parameter sets, anything else a delta unit. For tests of the hub and of readers, without a real codec.
 */
import type { SluiceError } from "#base/errors.ts";
import {
  type Codec,
  type CodecProps,
  type MediaKind,
  PacketFlag,
  type PayloadRange,
  type RtpFormat,
  type TrackCodec,
} from "#codecs/codec.ts";
import { emptyRtpHeader, printRtpPacket, readRtpHeader, type RtpHeader } from "#formats/rtp/packet.ts";
import { streamError } from "#streams/errors.ts";
import type { FeedReader } from "#streams/feed.ts";
import type { StreamInput } from "#streams/input.ts";
import { MemoryBudget } from "#streams/ring/memory-budget.ts";
import { emptyPosition, readPosition } from "#streams/ring/packet-walk.ts";
import { SlabPool } from "#streams/ring/slab.ts";
import { Stream } from "#streams/stream.ts";
import type { OpenTrack } from "#streams/track.ts";
import { ManualClock } from "./manual-clock.ts";

const KEY = "K".charCodeAt(0);
const SETS = "S".charCodeAt(0);

class FakeTrackCodec implements TrackCodec {
  readonly format: RtpFormat;
  readonly sets: readonly Buffer[];

  constructor(format: RtpFormat, sets: readonly Buffer[]) {
    this.format = format;
    this.sets = sets;
  }

  inspect(buffer: Buffer, range: PayloadRange): number {
    const first = buffer[range.start];
    return first === KEY ? PacketFlag.Key : first === SETS ? PacketFlag.ParameterSets : 0;
  }

  parameterSetPayloads(): readonly Buffer[] {
    return this.sets;
  }

  fmtp(): string {
    return "";
  }

  props(): CodecProps {
    return {};
  }

  depacketizer(): undefined {
    return undefined;
  }

  packetizer(): undefined {
    return undefined;
  }

  compatibleWith(other: RtpFormat): boolean {
    return other.encodingName === this.format.encodingName;
  }
}

/** A track of an invented codec; `encodingName` decides compatibility. */
export function fakeTrack(
  kind: MediaKind,
  options: { sets?: readonly Buffer[]; encodingName?: string; payloadType?: number } = {},
): OpenTrack {
  const encodingName = options.encodingName ?? (kind === "video" ? "FAKEV" : "FAKEA");
  const payloadType = options.payloadType ?? (kind === "video" ? 100 : 101);
  const clockRate = kind === "video" ? 90_000 : 48_000;
  const format: RtpFormat = { kind, payloadType, encodingName, clockRate, channels: undefined, fmtp: new Map() };
  return { codec: FAKE_CODECS[kind], track: new FakeTrackCodec(format, options.sets ?? []) };
}

const fakeCodec = (kind: MediaKind): Codec => ({
  name: `Fake ${kind}`,
  kind,
  matches: () => true,
  open: () => fakeTrack(kind).track,
});
const FAKE_CODECS: Readonly<Record<MediaKind, Codec>> = {
  video: fakeCodec("video"),
  audio: fakeCodec("audio"),
  application: fakeCodec("application"),
};

/** One packet that came out of a feed. */
export interface SeenPacket {
  readonly channel: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: string;
}

/** Reads interleaved frames out of bytes; RTCP comes with sequence -1. */
export function readFrames(buffer: Buffer, start = 0, end = buffer.length): SeenPacket[] {
  const seen: SeenPacket[] = [];
  const position = emptyPosition();
  const header: RtpHeader = emptyRtpHeader();
  for (let at = start; at < end; at = position.end) {
    readPosition(buffer, at, position);
    const { channel } = position;
    if ((channel & 1) === 1 || !readRtpHeader(buffer, position, header)) {
      seen.push({ channel, sequence: -1, timestamp: 0, marker: false, payload: "" });
      continue;
    }
    const payload = buffer.toString("latin1", header.payloadStart, header.payloadEnd);
    seen.push({ channel, sequence: header.sequence, timestamp: header.timestamp, marker: header.marker, payload });
  }
  return seen;
}

/** A stream to test with. */
export class FakeStream {
  readonly clock = new ManualClock();
  readonly budget: MemoryBudget;
  readonly slabs: SlabPool;
  readonly stream: Stream;
  readonly events: string[] = [];
  readonly #tracks: readonly OpenTrack[];
  readonly #sequences: number[];

  constructor(options: { tracks?: readonly OpenTrack[]; budgetBytes?: number; share?: number; graceMs?: number } = {}) {
    this.#tracks = options.tracks ?? [fakeTrack("video"), fakeTrack("audio")];
    this.#sequences = this.#tracks.map((_, index) => 1000 * (index + 1));
    this.budget = new MemoryBudget(options.budgetBytes ?? 64 * 1024 * 1024);
    this.slabs = new SlabPool(this.budget, "rings");
    this.stream = new Stream({
      path: "cam",
      tracks: this.#tracks,
      slabs: this.slabs,
      memory: this.budget.pool("units"),
      share: () => options.share ?? 16 * 1024 * 1024,
      clock: this.clock,
      random: { bytes: (count) => Buffer.alloc(count, 7), unit: () => 0.5, uint32: () => 0xfffffff0 },
      sourceGraceMs: () => options.graceMs ?? 30_000,
      goneError: () => streamError("stream-source-gone", { details: { path: "cam" } }),
      events: {
        ready: () => this.events.push("ready"),
        lost: (reason: SluiceError) => this.events.push(`lost ${reason.code}`),
        gone: (error: SluiceError) => this.events.push(`gone ${error.code}`),
      },
    });
  }

  attach(): StreamInput {
    return this.stream.attach(this.#tracks);
  }

  /** Pushes one packet; sequence numbers run on by themselves, `skip` of them are lost before it. */
  push(
    input: StreamInput,
    packet: { track?: number; payload: string; timestamp: number; marker?: boolean; skip?: number },
  ): void {
    const track = packet.track ?? 0;
    const sequence = ((this.#sequences[track] ?? 0) + (packet.skip ?? 0)) & 0xffff;
    this.#sequences[track] = sequence + 1;
    const payloadType = this.#tracks[track]?.track.format.payloadType ?? 0;
    const { marker = true, timestamp } = packet;
    const bytes = printRtpPacket({ marker, payloadType, sequence, timestamp, ssrc: 42 }, Buffer.from(packet.payload, "latin1"));
    input.pushRtp(track, bytes, { start: 0, end: bytes.length });
  }

  /** 25 pictures a second of one packet each, a key unit every `gop`; moves the clock 40 ms per picture. */
  play(input: StreamInput, options: { pictures: number; gop?: number; from?: number; bytes?: number }): void {
    const { pictures, gop = 25, from = 0, bytes = 1 } = options;
    for (let index = from; index < from + pictures; index += 1) {
      const payload = (index % gop === 0 ? "K" : "d") + String(index).padStart(bytes, "_");
      this.push(input, { payload, timestamp: index * 3600 });
      this.clock.advance(40);
    }
  }
}

/** A reader that notes what becomes visible. */
export class SeeingReader implements FeedReader {
  readonly packets: SeenPacket[] = [];
  readonly wakes: number[] = [];
  ended: string | undefined;
  readonly #stream: Stream;
  #next: number;

  constructor(stream: Stream) {
    this.#stream = stream;
    this.#next = stream.feed.ring.next;
    stream.feed.addReader(this);
  }

  /** Packets of one channel. */
  on(channel: number): SeenPacket[] {
    return this.packets.filter((packet) => packet.channel === channel);
  }

  wake(): void {
    const { ring } = this.#stream.feed;
    let bytes = 0;
    for (let chunk = ring.chunk(this.#next); chunk !== undefined; chunk = ring.chunk(this.#next)) {
      this.packets.push(...readFrames(chunk.slab.buffer, chunk.start, chunk.end));
      bytes += chunk.end - chunk.start;
      this.#next += 1;
    }
    this.wakes.push(bytes);
  }

  check(): void {
    // nothing times out here
  }

  end(error: SluiceError): void {
    this.ended = error.code;
  }
}
