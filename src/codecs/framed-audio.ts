/**
 * Audio whose frames tell their own length and travel behind a small payload header, several in a packet or one in pieces
 * (MPEG audio, AC-3): depacketizer and packetizer as options for `PlainTrack`. What differs comes as `FramedAudio`.
 */
import type { AccessUnit, Depacketizer, DepacketizerResult, PacketizedPayload, Packetizer } from "./codec.ts";
import { FragmentBuffer } from "./fragment-buffer.ts";

/** Bytes of one frame; the largest of these codings are AC-3's 3840. */
const MAX_FRAME_BYTES = 8192;
/** Frames of one packet. */
const MAX_FRAMES = 64;

/** A piece of a frame on its way out. */
export interface FramePiece {
  /** Bytes of the frame before this piece. */
  readonly offset: number;
  readonly bytes: number;
  readonly frameBytes: number;
  /** Pieces of this frame. */
  readonly pieces: number;
}

/** What a coding says about its payloads. */
export interface FramedAudio {
  readonly headerBytes: number;
  /** Whether a frame begins right after the payload header, or goes on; for the latter its offset where the header tells. */
  readonly place: (
    payload: Buffer,
  ) => { readonly kind: "begins" } | { readonly kind: "goes-on"; readonly offset: number | undefined };
  /** Length in bytes and RTP ticks of the frame at `at`; undefined when none begins there. */
  readonly frameAt: (bytes: Buffer, at: number) => { readonly bytes: number; readonly ticks: number } | undefined;
  readonly printHeader: (piece: FramePiece) => Buffer;
  /** Whether the marker means the last piece of a frame, or something else which we never say. */
  readonly markerEndsFrame: boolean;
}

class FramedAudioDepacketizer implements Depacketizer {
  readonly #coding: FramedAudio;
  readonly #frame = new FragmentBuffer(MAX_FRAME_BYTES);
  #frameBytes = 0;

  constructor(coding: FramedAudio) {
    this.#coding = coding;
  }

  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    const { payload, timestamp } = packet;
    if (payload.length <= this.#coding.headerBytes) return this.#damaged("payload too short");
    const data = payload.subarray(this.#coding.headerBytes);
    const place = this.#coding.place(payload);
    if (place.kind === "begins") return this.#begin(data, timestamp);
    if (this.#frame.length === 0) return { kind: "joined-mid-unit" };
    if (place.offset !== undefined && place.offset !== this.#frame.length) return this.#damaged("fragments don't meet");
    if (!this.#frame.append(data)) return this.#damaged("frame too large");
    if (this.#frame.length < this.#frameBytes) return { kind: "need-more" };
    const frame = this.#frame.take().subarray(0, this.#frameBytes);
    return { kind: "access-units", accessUnits: [{ timestamp, type: "key", units: [frame] }] };
  }

  reset(): void {
    this.#frame.clear();
  }

  #begin(data: Buffer, timestamp: number): DepacketizerResult {
    this.#frame.clear();
    const accessUnits: AccessUnit[] = [];
    let ticks = 0;
    for (let at = 0; at < data.length && accessUnits.length < MAX_FRAMES;) {
      const frame = this.#coding.frameAt(data, at);
      if (frame === undefined) return this.#damaged("no frame header");
      if (at + frame.bytes > data.length) {
        if (at > 0 || frame.bytes > MAX_FRAME_BYTES) return this.#damaged("frame cut short");
        this.#frame.append(data);
        this.#frameBytes = frame.bytes;
        return { kind: "need-more" };
      }
      const units = [Buffer.from(data.subarray(at, at + frame.bytes))];
      accessUnits.push({ timestamp: (timestamp + ticks) >>> 0, type: "key", units });
      ticks += frame.ticks;
      at += frame.bytes;
    }
    return { kind: "access-units", accessUnits };
  }

  #damaged(reason: string): DepacketizerResult {
    this.reset();
    return { kind: "damaged", reason };
  }
}

class FramedAudioPacketizer implements Packetizer {
  readonly #coding: FramedAudio;
  readonly #room: number;

  constructor(coding: FramedAudio, maxPayloadBytes: number) {
    this.#coding = coding;
    this.#room = maxPayloadBytes - coding.headerBytes;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const payloads: PacketizedPayload[] = [];
    let timestampOffset = 0;
    for (const frame of unit.units) {
      const pieces = Math.ceil(frame.length / this.#room);
      for (let offset = 0; offset < frame.length; offset += this.#room) {
        const data = frame.subarray(offset, offset + this.#room);
        const header = this.#coding.printHeader({ offset, bytes: data.length, frameBytes: frame.length, pieces });
        const marker = this.#coding.markerEndsFrame && offset + this.#room >= frame.length;
        payloads.push({ payload: Buffer.concat([header, data]), marker, timestampOffset });
      }
      timestampOffset += this.#coding.frameAt(frame, 0)?.ticks ?? 0;
    }
    return payloads;
  }
}

/** Options of `PlainTrack` for such a format. */
export function framedAudio(coding: FramedAudio): {
  readonly headerBytes: number;
  readonly depacketizer: () => Depacketizer;
  readonly packetizer: (maxPayloadBytes: number) => Packetizer;
} {
  return {
    headerBytes: coding.headerBytes,
    depacketizer: () => new FramedAudioDepacketizer(coding),
    packetizer: (maxPayloadBytes) => new FramedAudioPacketizer(coding, maxPayloadBytes),
  };
}
