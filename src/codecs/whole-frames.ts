/**
 * Formats whose RTP payload is exactly one frame and can't be cut (Opus, RFC 7587 §4.2): depacketizer and packetizer as one
 * set of options for `PlainTrack`.
 */
import type { AccessUnit, Depacketizer, DepacketizerResult, PacketizedPayload, Packetizer } from "./codec.ts";

class WholeFrameDepacketizer implements Depacketizer {
  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    if (packet.payload.length === 0) return { kind: "damaged", reason: "empty payload" };
    const unit: AccessUnit = { timestamp: packet.timestamp, type: "key", units: [Buffer.from(packet.payload)] };
    return { kind: "access-units", accessUnits: [unit] };
  }

  /** Nothing is kept between packets. */
  reset(): void {}
}

/** A frame larger than the limit yields no payload at all: half a frame is of no use to a decoder. */
class WholeFramePacketizer implements Packetizer {
  readonly #maxBytes: number;

  constructor(maxPayloadBytes: number) {
    this.#maxBytes = maxPayloadBytes;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    return unit.units
      .filter((frame) => frame.length <= this.#maxBytes)
      .map((payload) => ({ payload, marker: false, timestampOffset: 0 }));
  }
}

/** Options of `PlainTrack` for such a format. */
export const wholeFrames = {
  depacketizer: (): Depacketizer => new WholeFrameDepacketizer(),
  packetizer: (maxPayloadBytes: number): Packetizer => new WholeFramePacketizer(maxPayloadBytes),
} as const;
