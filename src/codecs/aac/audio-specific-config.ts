/**
 * AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1): object type, rates, channels, frame length; and the same derived from an ADTS
 * header (§1.A.2.2) or from what SDP says, for cameras that leave it out. Error-resilient and scalable fields are not read.
 */
import { BitReader } from "#formats/bits/bit-reader.ts";

/** Bytes of a configuration that are read or carried; program config elements may make it longer than the usual 2…5. */
export const MAX_CONFIG_BYTES = 64;
const OBJECT_TYPE_ESCAPE = 31;
const SAMPLE_RATE_ESCAPE = 15;
const LOW_COMPLEXITY = 2;
const SPECTRAL_BAND_REPLICATION = 5;
const PARAMETRIC_STEREO = 29;
const MAX_SAMPLE_RATE = 192_000;
/** Sample rates by index, Hz. */
const SAMPLE_RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
/** Channels by channelConfiguration; 0 means that a program config element tells them. */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8];
/** Bytes of an ADTS header without checksum. */
export const ADTS_HEADER_BYTES = 7;
const ADTS_CHECKSUM_BYTES = 2;
/** 13 bits. */
const MAX_ADTS_FRAME = 8191;

/** What a configuration says. */
export interface AudioSpecificConfig {
  /** 1 Main, 2 LC, 5 SBR… of the core coder. */
  readonly objectType: number;
  /** Hz of the core coder, 1…192000. */
  readonly sampleRate: number;
  /** 0 where only a program config element tells. */
  readonly channels: number;
  /** Samples per frame and channel of the core coder: 1024 or 960. */
  readonly frameSamples: number;
  /** Bits the fields read here took; the rest is codec-specific. */
  readonly bitsRead: number;
}

/** Reads a configuration; undefined when it makes no sense. */
export function parseAudioSpecificConfig(bytes: Buffer): AudioSpecificConfig | undefined {
  if (bytes.length > MAX_CONFIG_BYTES) return undefined;
  return readAudioSpecificConfig(new BitReader(bytes));
}

/** Reads a configuration from where `reader` stands; undefined when it makes no sense. */
export function readAudioSpecificConfig(reader: BitReader): AudioSpecificConfig | undefined {
  const begin = reader.position;
  let objectType = readObjectType(reader);
  const sampleRate = readSampleRate(reader);
  const channelConfiguration = reader.bits(4);
  if (objectType === SPECTRAL_BAND_REPLICATION || objectType === PARAMETRIC_STEREO) {
    readSampleRate(reader); // of the extension
    objectType = readObjectType(reader);
  }
  const frameSamples = reader.flag() ? 960 : 1024;
  if (reader.flag()) reader.skip(14); // coreCoderDelay
  reader.skip(1); // extensionFlag
  const channels = CHANNELS[channelConfiguration];
  if (reader.failed || objectType === 0 || channels === undefined) return undefined;
  if (sampleRate < 1 || sampleRate > MAX_SAMPLE_RATE) return undefined;
  return { objectType, sampleRate, channels, frameSamples, bitsRead: reader.position - begin };
}

/** The two bytes of a plain configuration; undefined where rate or channels have no index of their own. */
export function printAudioSpecificConfig(config: {
  objectType: number;
  sampleRate: number;
  channels: number;
}): Buffer | undefined {
  const rateIndex = SAMPLE_RATES.indexOf(config.sampleRate);
  const channelConfiguration = CHANNELS.indexOf(config.channels);
  const { objectType } = config;
  if (rateIndex < 0 || channelConfiguration < 1 || objectType < 1 || objectType >= OBJECT_TYPE_ESCAPE) return undefined;
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE((objectType << 11) | (rateIndex << 7) | (channelConfiguration << 3));
  return bytes;
}

/** The configuration of AAC-LC at SDP's clock rate and channels, the best guess where a camera gives none. */
export function guessAudioSpecificConfig(clockRate: number, channels: number): Buffer | undefined {
  return printAudioSpecificConfig({ objectType: LOW_COMPLEXITY, sampleRate: clockRate, channels });
}

/** An ADTS header at the beginning of `bytes`: its length, the whole frame's, and the configuration; undefined when none. */
export function readAdtsHeader(
  bytes: Buffer,
): { headerBytes: number; frameBytes: number; config: Buffer | undefined } | undefined {
  if (!isAdtsHeader(bytes, 0, bytes.length)) return undefined;
  const reader = new BitReader(bytes);
  reader.skip(15);
  const headerBytes = ADTS_HEADER_BYTES + (reader.flag() ? 0 : ADTS_CHECKSUM_BYTES);
  const objectType = reader.bits(2) + 1;
  const sampleRate = SAMPLE_RATES[reader.bits(4)] ?? 0;
  reader.skip(1);
  const channels = CHANNELS[reader.bits(3)] ?? 0;
  reader.skip(4);
  const frameBytes = reader.bits(13);
  if (frameBytes < headerBytes) return undefined;
  return { headerBytes, frameBytes, config: printAudioSpecificConfig({ objectType, sampleRate, channels }) };
}

/** The ADTS header (without checksum) of a frame of `bytes`; undefined where it can't say the configuration. `channels` counts where the configuration has none. */
export function printAdtsHeader(config: AudioSpecificConfig, channels: number, bytes: number): Buffer | undefined {
  const rateIndex = SAMPLE_RATES.indexOf(config.sampleRate);
  const channelConfiguration = CHANNELS.indexOf(config.channels > 0 ? config.channels : channels);
  const length = ADTS_HEADER_BYTES + bytes;
  if (rateIndex < 0 || channelConfiguration < 1 || config.objectType > 4 || length > MAX_ADTS_FRAME) return undefined;
  const header = Buffer.alloc(ADTS_HEADER_BYTES);
  header[0] = 0xff;
  header[1] = 0xf1; // MPEG-4, no checksum
  header[2] = ((config.objectType - 1) << 6) | (rateIndex << 2) | (channelConfiguration >> 2);
  header[3] = ((channelConfiguration & 3) << 6) | (length >> 11);
  header[4] = (length >> 3) & 0xff;
  header[5] = ((length & 7) << 5) | 0x1f; // buffer fullness: not told
  header[6] = 0xfc;
  return header;
}

/** Whether `buffer[start, end)` begins with an ADTS sync word, layer 0 and a rate that exists. */
export function isAdtsHeader(buffer: Buffer, start: number, end: number): boolean {
  if (end - start < ADTS_HEADER_BYTES || buffer[start] !== 0xff || ((buffer[start + 1] ?? 0) & 0xf6) !== 0xf0) return false;
  return (((buffer[start + 2] ?? 0) >> 2) & 0x0f) < SAMPLE_RATES.length;
}

function readObjectType(reader: BitReader): number {
  const type = reader.bits(5);
  return type === OBJECT_TYPE_ESCAPE ? 32 + reader.bits(6) : type;
}

function readSampleRate(reader: BitReader): number {
  const index = reader.bits(4);
  return index === SAMPLE_RATE_ESCAPE ? reader.bits(24) : (SAMPLE_RATES[index] ?? 0);
}
