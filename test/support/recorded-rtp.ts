/** Reads `fixtures/bytes/rtp`: recorded RTP streams and the elementary streams they were made of. */
import { readFileSync } from "node:fs";
import type { AccessUnit, Depacketizer, DepacketizerResult } from "#codecs/codec.ts";
import { emptyRtpHeader, readRtpHeader } from "#formats/rtp/packet.ts";

const FOLDER = new URL("../fixtures/bytes/rtp/", import.meta.url);

/** One recorded packet, its header read. */
export interface RecordedPacket {
  readonly payload: Buffer;
  readonly timestamp: number;
  readonly marker: boolean;
  /** Whether it has another timestamp than the one before. */
  readonly firstOfUnit: boolean;
}

/** Bytes of a fixture. */
export function recordedBytes(name: string): Buffer {
  return readFileSync(new URL(name, FOLDER));
}

/** Packets of a `.rtp` fixture: each has its length before it, 16 bit. */
export function recordedPackets(name: string): RecordedPacket[] {
  const bytes = recordedBytes(name);
  const packets: RecordedPacket[] = [];
  const header = emptyRtpHeader();
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt16BE(at);
    const range = { start: at + 2, end: at + 2 + length };
    if (!readRtpHeader(bytes, range, header)) throw new Error(`${name} holds something that isn't RTP`);
    const { timestamp, marker, payloadStart, payloadEnd } = header;
    const firstOfUnit = packets.at(-1)?.timestamp !== timestamp;
    packets.push({ payload: bytes.subarray(payloadStart, payloadEnd), timestamp, marker, firstOfUnit });
    at = range.end;
  }
  return packets;
}

/** Frames of an IVF file. */
export function ivfFrames(name: string): Buffer[] {
  const bytes = recordedBytes(name);
  const frames: Buffer[] = [];
  for (let at = 32; at < bytes.length;) {
    const length = bytes.readUInt32LE(at);
    frames.push(bytes.subarray(at + 12, at + 12 + length));
    at += 12 + length;
  }
  return frames;
}

/** Everything a depacketizer makes of packets, and the other outcomes by name in `outcomes`. */
export function depacketize(
  depacketizer: Depacketizer | undefined,
  packets: readonly { payload: Buffer; timestamp: number; marker: boolean }[],
): { units: AccessUnit[]; outcomes: DepacketizerResult["kind"][] } {
  const units: AccessUnit[] = [];
  const outcomes: DepacketizerResult["kind"][] = [];
  for (const packet of packets) {
    const result = depacketizer?.push(packet) ?? { kind: "need-more" };
    outcomes.push(result.kind);
    if (result.kind === "access-units") units.push(...result.accessUnits);
  }
  return { units, outcomes };
}
