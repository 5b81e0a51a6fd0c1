/**
 * Audio whose payload is a plain run of samples (RFC 3551 §4.5, RFC 3190): any number of whole sample groups per packet, so a
 * long run is cut in time. Depacketizer and packetizer as options for `PlainTrack`.
 */
import type { AccessUnit, Depacketizer, DepacketizerResult, PacketizedPayload, Packetizer } from "./codec.ts";

/** How samples lie in bytes: runs are cut only at multiples of `groupBytes`, which last `groupTicks` of the RTP clock. */
export interface SampleLayout {
  readonly groupBytes: number;
  readonly groupTicks: number;
}

class SampleDepacketizer implements Depacketizer {
  readonly #layout: SampleLayout;

  constructor(layout: SampleLayout) {
    this.#layout = layout;
  }

  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    const { payload, timestamp } = packet;
    const whole = payload.length - (payload.length % this.#layout.groupBytes);
    if (whole === 0) return { kind: "damaged", reason: "less than one sample" };
    const unit: AccessUnit = { timestamp, type: "key", units: [Buffer.from(payload.subarray(0, whole))] };
    return { kind: "access-units", accessUnits: [unit] };
  }

  /** Nothing is kept between packets. */
  reset(): void {}
}

class SamplePacketizer implements Packetizer {
  readonly #layout: SampleLayout;
  readonly #chunkBytes: number;

  constructor(layout: SampleLayout, maxPayloadBytes: number) {
    this.#layout = layout;
    this.#chunkBytes = maxPayloadBytes - (maxPayloadBytes % layout.groupBytes);
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const { groupBytes, groupTicks } = this.#layout;
    const payloads: PacketizedPayload[] = [];
    let timestampOffset = 0;
    if (this.#chunkBytes === 0) return payloads; // not one sample group fits
    for (const run of unit.units) {
      for (let at = 0; at < run.length; at += this.#chunkBytes) {
        const payload = run.subarray(at, at + this.#chunkBytes);
        payloads.push({ payload, marker: false, timestampOffset });
        timestampOffset += Math.ceil(payload.length / groupBytes) * groupTicks;
      }
    }
    return payloads;
  }
}

/** Options of `PlainTrack` for such a format. */
export function sampleAudio(layout: SampleLayout): {
  readonly depacketizer: () => Depacketizer;
  readonly packetizer: (maxPayloadBytes: number) => Packetizer;
} {
  return {
    depacketizer: () => new SampleDepacketizer(layout),
    packetizer: (maxPayloadBytes) => new SamplePacketizer(layout, maxPayloadBytes),
  };
}
