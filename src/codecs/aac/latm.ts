/**
 * MPEG-4 audio over RTP as LATM (RFC 6416 §6): AudioMuxElements, with the configuration in SDP (cpresent=0) or in-band; one
 * element may span packets, one packet may hold several. Writes elements with the configuration in SDP only.
 */
import { BitReader } from "#formats/bits/bit-reader.ts";
import type { AccessUnit, Depacketizer, DepacketizerResult, PacketizedPayload, Packetizer } from "../codec.ts";
import { FragmentBuffer } from "../fragment-buffer.ts";
import type { StreamMuxConfig } from "./stream-mux-config.ts";
import { readStreamMuxConfig } from "./stream-mux-config.ts";

/** Bytes of the elements of one timestamp. */
export const MAX_ELEMENT_BYTES = 64 * 1024;
/** Frames of the elements of one timestamp. */
const MAX_FRAMES = 128;

/** How a track's elements are to be read. */
export interface LatmPayloads {
  readonly clockRate: number;
  /** Whether elements begin with their configuration. */
  readonly inBand: boolean;
  /** From SDP; undefined = not known. */
  readonly config: StreamMuxConfig | undefined;
}

/** Takes frames out of AudioMuxElements. */
export class LatmDepacketizer implements Depacketizer {
  readonly #payloads: LatmPayloads;
  readonly #element = new FragmentBuffer(MAX_ELEMENT_BYTES);
  #config: StreamMuxConfig | undefined;
  #timestamp = 0;
  /** A gap was seen, and nothing tells where an element begins but that one has ended before. */
  #afterLoss = false;

  constructor(payloads: LatmPayloads) {
    this.#payloads = payloads;
    this.#config = payloads.config;
  }

  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    const { payload, timestamp, marker } = packet;
    if (this.#afterLoss) {
      this.#afterLoss = !marker;
      return { kind: "joined-mid-unit" };
    }
    const accessUnits: AccessUnit[] = [];
    let reason: string | undefined;
    if (timestamp !== this.#timestamp && this.#element.length > 0) reason = this.#finish(accessUnits);
    this.#timestamp = timestamp;
    if (!this.#element.append(payload)) {
      this.#element.clear();
      reason = "element too large";
    } else if (marker) {
      reason = this.#finish(accessUnits) ?? reason;
    }
    if (accessUnits.length > 0) return { kind: "access-units", accessUnits };
    return reason === undefined ? { kind: "need-more" } : { kind: "damaged", reason };
  }

  reset(): void {
    this.#element.clear();
    this.#afterLoss = true;
  }

  #finish(into: AccessUnit[]): string | undefined {
    const reader = new BitReader(this.#element.view());
    const frames: Buffer[] = [];
    let reason: string | undefined;
    while (reason === undefined && reader.bitsLeft >= 8 && frames.length < MAX_FRAMES) reason = this.#read(reader, frames);
    this.#element.clear();
    const ticks = this.#frameTicks();
    for (const [i, frame] of frames.entries()) {
      into.push({ timestamp: (this.#timestamp + i * ticks) >>> 0, type: "key", units: [frame] });
    }
    return reason;
  }

  /** Reads one element. */
  #read(reader: BitReader, frames: Buffer[]): string | undefined {
    if (this.#payloads.inBand && !reader.flag()) this.#config = readStreamMuxConfig(reader);
    const config = this.#config;
    if (config === undefined) return "no multiplex configuration";
    for (let i = 0; i < config.frames; i += 1) {
      let bytes = 0;
      let next = 255;
      while (next === 255 && !reader.failed) {
        next = reader.bits(8);
        bytes += next;
      }
      const frame = reader.copy(bytes);
      if (reader.failed) return "frame longer than its element";
      if (frame.length > 0) frames.push(frame);
    }
    reader.skip(config.otherDataBits);
    reader.align();
    return undefined;
  }

  #frameTicks(): number {
    const audio = this.#config?.audio;
    return audio === undefined ? 0 : Math.round((audio.frameSamples * this.#payloads.clockRate) / audio.sampleRate);
  }
}

/** One element per frame, cut anywhere; for cpresent=0. */
export class LatmPacketizer implements Packetizer {
  readonly #maxBytes: number;

  constructor(maxPayloadBytes: number) {
    this.#maxBytes = maxPayloadBytes;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const [frame = Buffer.alloc(0)] = unit.units;
    const length = Buffer.alloc(Math.floor(frame.length / 255) + 1, 255);
    length[length.length - 1] = frame.length % 255;
    const element = Buffer.concat([length, frame]);
    const payloads: PacketizedPayload[] = [];
    for (let at = 0; at < element.length; at += this.#maxBytes) {
      const marker = at + this.#maxBytes >= element.length;
      payloads.push({ payload: element.subarray(at, at + this.#maxBytes), marker, timestampOffset: 0 });
    }
    return payloads;
  }
}
