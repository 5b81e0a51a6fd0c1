/**
 * VP9 over RTP (RFC 9628 §4.2): payload descriptor, layer indices, scalability structure. All spatial layers of a picture make
 * one frame. The descriptor's P bit alone doesn't tell a key frame, since some senders never set it, so the frame's own header
 * is asked too.
 *
 *      0 1 2 3 4 5 6 7
 *     |I|P|L|F|B|E|V|Z|   I: |M| PICTURE ID | (…)   L: |TID|U|SID|D| (TL0PICIDX)   F,P: |P_DIFF|N| ≤ 3   V: structure
 */
import type { AccessUnit, PacketizedPayload, Packetizer } from "../codec.ts";
import type { FramePart } from "../frame-depacketizer.ts";

const HAS_PICTURE_ID = 0x80;
const INTER_PREDICTED = 0x40;
const HAS_LAYER = 0x20;
const FLEXIBLE = 0x10;
const BEGINS_FRAME = 0x08;
const ENDS_FRAME = 0x04;
const HAS_STRUCTURE = 0x02;
const MAX_REFERENCES = 3;
const DESCRIPTOR_BYTES = 1;
const FRAME_MARKER = 2;

/** Bytes of the descriptor at `buffer[start, end)`; 0 when it is broken or no data follows it. */
export function descriptorBytes(buffer: Buffer, start: number, end: number): number {
  const first = buffer[start] ?? 0;
  let at = start + 1;
  if ((first & HAS_PICTURE_ID) !== 0) at += ((buffer[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
  if ((first & HAS_LAYER) !== 0) at += (first & FLEXIBLE) !== 0 ? 1 : 2;
  if ((first & FLEXIBLE) !== 0 && (first & INTER_PREDICTED) !== 0) {
    let references = 0;
    let more = true;
    while (more && at < end) {
      more = ((buffer[at] ?? 0) & 1) !== 0;
      at += 1;
      references += 1;
      if (references > MAX_REFERENCES) return 0;
    }
  }
  if ((first & HAS_STRUCTURE) !== 0) at = afterStructure(buffer, at, end);
  return at < end ? at - start : 0;
}

/** Whether the payload at `buffer[start, …)` begins a frame, given the descriptor's length, and of which kind. */
export function frameBeginning(buffer: Buffer, start: number, descriptor: number): FramePart["opens"] {
  const first = buffer[start] ?? 0;
  if ((first & BEGINS_FRAME) === 0 || spatialLayer(buffer, start) !== 0) return "inside";
  const isKey = (first & INTER_PREDICTED) === 0 && isKeyFrameHeader(buffer[start + descriptor] ?? 0);
  return isKey ? "key" : "delta";
}

/** Profile of the frame whose first byte this is, 0…3 (VP9 bitstream §6.2). */
export function profileOf(frameByte: number): number {
  return ((frameByte >> 5) & 1) | ((frameByte >> 3) & 2);
}

/** Reads one payload. */
export function readPayload(payload: Buffer): FramePart | undefined {
  const descriptor = descriptorBytes(payload, 0, payload.length);
  if (descriptor === 0) return undefined;
  return { opens: frameBeginning(payload, 0, descriptor), data: payload.subarray(descriptor) };
}

/** frame_marker, profile, (reserved zero), show_existing_frame = 0, frame_type = 0. */
function isKeyFrameHeader(byte: number): boolean {
  if (byte >> 6 !== FRAME_MARKER) return false;
  return profileOf(byte) === 3 ? (byte & 0x06) === 0 : (byte & 0x0c) === 0;
}

function spatialLayer(buffer: Buffer, start: number): number {
  const first = buffer[start] ?? 0;
  if ((first & HAS_LAYER) === 0) return 0;
  const pictureIdBytes = (first & HAS_PICTURE_ID) === 0 ? 0 : ((buffer[start + 1] ?? 0) & 0x80) !== 0 ? 2 : 1;
  return ((buffer[start + 1 + pictureIdBytes] ?? 0) >> 1) & 7;
}

function afterStructure(buffer: Buffer, start: number, end: number): number {
  const first = buffer[start] ?? 0;
  let at = start + 1;
  if ((first & 0x10) !== 0) at += ((first >> 5) + 1) * 4;
  if ((first & 0x08) === 0) return at;
  const pictures = buffer[at] ?? 0;
  at += 1;
  for (let i = 0; i < pictures && at < end; i += 1) at += 1 + (((buffer[at] ?? 0) >> 2) & 3);
  return at;
}

/** Cuts frames anywhere, with the shortest descriptor: no picture id, no layers. */
export class Vp9Packetizer implements Packetizer {
  readonly #room: number;

  constructor(maxPayloadBytes: number) {
    this.#room = maxPayloadBytes - DESCRIPTOR_BYTES;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const frame = unit.units.length === 1 ? (unit.units[0] ?? Buffer.alloc(0)) : Buffer.concat(unit.units);
    const predicted = unit.type === "key" ? 0 : INTER_PREDICTED;
    const payloads: PacketizedPayload[] = [];
    for (let at = 0; at < frame.length; at += this.#room) {
      const isLast = at + this.#room >= frame.length;
      const descriptor = Buffer.of(predicted | (at === 0 ? BEGINS_FRAME : 0) | (isLast ? ENDS_FRAME : 0));
      const payload = Buffer.concat([descriptor, frame.subarray(at, at + this.#room)]);
      payloads.push({ payload, marker: isLast, timestampOffset: 0 });
    }
    return payloads;
  }
}
