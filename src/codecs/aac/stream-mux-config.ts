/**
 * LATM's StreamMuxConfig (ISO/IEC 14496-3 §1.7.3): one program, one layer, frames of a length told in front of them. All else,
 * and audio configurations that leave the channels to a program config element, are not read.
 */
import { BitReader } from "#formats/bits/bit-reader.ts";
import type { AudioSpecificConfig } from "./audio-specific-config.ts";
import { readAudioSpecificConfig } from "./audio-specific-config.ts";

/** Bytes of "other data" announced, at most; its length is escaped byte by byte. */
const MAX_ESCAPED_BYTES = 4;

/** What a multiplex configuration says. */
export interface StreamMuxConfig {
  readonly audio: AudioSpecificConfig;
  /** Frames of one AudioMuxElement. */
  readonly frames: number;
  /** Bits after the frames that are passed over. */
  readonly otherDataBits: number;
}

/** Reads a configuration from its bytes, as SDP gives them. */
export function parseStreamMuxConfig(bytes: Buffer): StreamMuxConfig | undefined {
  return readStreamMuxConfig(new BitReader(bytes));
}

/** Reads a configuration from where `reader` stands; undefined when broken or of a kind not read here. */
export function readStreamMuxConfig(reader: BitReader): StreamMuxConfig | undefined {
  const version = reader.bits(1);
  if (version === 1) {
    if (reader.flag()) return undefined; // audioMuxVersionA is reserved
    readEscaped(reader); // taraBufferFullness
  }
  const sameTiming = reader.flag();
  const frames = reader.bits(6) + 1;
  const programs = reader.bits(4) + 1;
  const layers = reader.bits(3) + 1;
  if (!sameTiming || programs > 1 || layers > 1) return undefined;
  const audioBits = version === 1 ? readEscaped(reader) : undefined;
  const audio = readAudioSpecificConfig(reader);
  if (audio === undefined || audio.channels === 0) return undefined;
  if (audioBits !== undefined) {
    if (audioBits < audio.bitsRead) return undefined;
    reader.skip(audioBits - audio.bitsRead);
  }
  if (reader.bits(3) !== 0) return undefined; // frameLengthType: only lengths told per frame
  reader.skip(8); // latmBufferFullness
  const otherDataBits = reader.flag() ? readOtherDataBits(reader, version) : 0;
  if (reader.flag()) reader.skip(8); // crcCheckSum
  return reader.failed ? undefined : { audio, frames, otherDataBits };
}

/** The configuration of one frame per element around a two-byte audio configuration. */
export function printStreamMuxConfig(audioConfig: Buffer): Buffer {
  // version 0, same timing, one frame, one program, one layer: 0 1 000000 0000 000, then the configuration one bit later than
  // a byte boundary; frame length type 0, buffer fullness 0xff, no other data, no checksum: 000 11111111 0 0.
  const bits = `010000000000000${[...audioConfig].map((byte) => byte.toString(2).padStart(8, "0")).join("")}0001111111100`;
  return Buffer.from((bits.padEnd(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g) ?? []).map((octet) => parseInt(octet, 2)));
}

function readEscaped(reader: BitReader): number {
  return reader.bits((reader.bits(2) + 1) * 8);
}

function readOtherDataBits(reader: BitReader, version: number): number {
  if (version === 1) return readEscaped(reader);
  let bits = 0;
  for (let i = 0; i < MAX_ESCAPED_BYTES; i += 1) {
    const more = reader.flag();
    bits = bits * 256 + reader.bits(8);
    if (!more) break;
  }
  return bits;
}
