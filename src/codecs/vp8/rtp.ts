/**
 * VP8 over RTP (RFC 7741 §4.2): payload descriptor, and from the frame's first byte whether it is a key frame (RFC 6386 §9.1).
 *
 *      0 1 2 3 4 5 6 7
 *     |X|R|N|S|R| PID |      X: |I|L|T|K| RSV |  I: |M| PictureID | (PictureID)  L: |TL0PICIDX|  T/K: |TID|Y|KEYIDX|
 */
import type { AccessUnit, PacketizedPayload, Packetizer } from "../codec.ts";
import type { FramePart } from "../frame-depacketizer.ts";

const START_OF_PARTITION = 0x10;
const EXTENDED = 0x80;
const INTER_FRAME = 0x01;
const DESCRIPTOR_BYTES = 1;

/** Bytes of the descriptor at `buffer[start, end)`; 0 when nothing or no data follows it. */
export function descriptorBytes(buffer: Buffer, start: number, end: number): number {
  let at = start + 1;
  if (((buffer[start] ?? 0) & EXTENDED) !== 0) {
    const fields = buffer[at] ?? 0;
    at += 1;
    if ((fields & 0x80) !== 0) at += ((buffer[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((fields & 0x40) !== 0) at += 1;
    if ((fields & 0x30) !== 0) at += 1;
  }
  return at < end ? at - start : 0;
}

/** Whether the payload at `buffer[start, …)` begins a frame, given the descriptor's length, and of which kind. */
export function frameBeginning(buffer: Buffer, start: number, descriptor: number): FramePart["opens"] {
  const first = buffer[start] ?? 0;
  if ((first & START_OF_PARTITION) === 0 || (first & 0x07) !== 0) return "inside";
  return ((buffer[start + descriptor] ?? 0) & INTER_FRAME) === 0 ? "key" : "delta";
}

/** Reads one payload. */
export function readPayload(payload: Buffer): FramePart | undefined {
  const descriptor = descriptorBytes(payload, 0, payload.length);
  if (descriptor === 0) return undefined;
  return { opens: frameBeginning(payload, 0, descriptor), data: payload.subarray(descriptor) };
}

/** Cuts frames anywhere, with the shortest descriptor. */
export class Vp8Packetizer implements Packetizer {
  readonly #room: number;

  constructor(maxPayloadBytes: number) {
    this.#room = maxPayloadBytes - DESCRIPTOR_BYTES;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const frame = unit.units.length === 1 ? (unit.units[0] ?? Buffer.alloc(0)) : Buffer.concat(unit.units);
    const payloads: PacketizedPayload[] = [];
    for (let at = 0; at < frame.length; at += this.#room) {
      const descriptor = Buffer.of(at === 0 ? START_OF_PARTITION : 0);
      const payload = Buffer.concat([descriptor, frame.subarray(at, at + this.#room)]);
      payloads.push({ payload, marker: at + this.#room >= frame.length, timestampOffset: 0 });
    }
    return payloads;
  }
}
