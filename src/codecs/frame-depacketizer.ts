/**
 * RTP payloads → frames for codings that send a frame as consecutive pieces and tell where it begins (VP8, VP9). A frame ends
 * with the marker or a new timestamp. What differs between codings comes as `FramePayloads`. Bounded in bytes.
 */
import type { AccessUnit, Depacketizer, DepacketizerResult } from "./codec.ts";
import { FragmentBuffer } from "./fragment-buffer.ts";

/** Bytes of one frame. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** One payload, its descriptor read. */
export interface FramePart {
  /** Whether a frame begins here, and which kind: `inside` where it goes on. */
  readonly opens: "key" | "delta" | "inside";
  /** A view into the payload. */
  readonly data: Buffer;
}

/** Reads a payload; undefined when its descriptor is broken. */
export type FramePayloads = (payload: Buffer) => FramePart | undefined;

/** Depacketizer of one track. */
export class FrameDepacketizer implements Depacketizer {
  readonly #read: FramePayloads;
  readonly #frame = new FragmentBuffer(MAX_FRAME_BYTES);
  #timestamp = 0;
  #type: AccessUnit["type"] = "delta";
  #waiting = true;

  constructor(read: FramePayloads) {
    this.#read = read;
  }

  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    const part = this.#read(packet.payload);
    if (part === undefined) return this.#damaged("broken payload descriptor");
    if (this.#waiting && part.opens === "inside") return { kind: "joined-mid-unit" };
    const accessUnits: AccessUnit[] = [];
    if (this.#frame.length > 0 && packet.timestamp !== this.#timestamp) accessUnits.push(this.#take());
    if (this.#frame.length === 0) {
      if (part.opens === "inside") return this.#damaged("a fragment without a beginning");
      this.#waiting = false;
      this.#timestamp = packet.timestamp;
      this.#type = part.opens;
    }
    if (!this.#frame.append(part.data)) return this.#damaged("frame too large");
    if (packet.marker && this.#frame.length > 0) accessUnits.push(this.#take());
    return accessUnits.length > 0 ? { kind: "access-units", accessUnits } : { kind: "need-more" };
  }

  reset(): void {
    this.#frame.clear();
    this.#waiting = true;
  }

  #take(): AccessUnit {
    return { timestamp: this.#timestamp, type: this.#type, units: [this.#frame.take()] };
  }

  #damaged(reason: string): DepacketizerResult {
    this.reset();
    return { kind: "damaged", reason };
  }
}
