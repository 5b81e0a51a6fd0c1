/** MPEG audio frame headers, layers I to III of MPEG-1, 2 and 2.5 (ISO/IEC 11172-3 §2.4.1.3, 13818-3 §2.4). No free format. */

/** Bytes of a frame header. */
export const FRAME_HEADER_BYTES = 4;

/** kbit/s by bitrate index, per layer; index 0 is free format, 15 forbidden. */
const BITRATES_V1: readonly (readonly number[])[] = [
  [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
];
const BITRATES_V2_LAYER1 = [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
const BITRATES_V2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/** Hz by index, MPEG-1; half of it for MPEG-2, a quarter for 2.5. */
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/** What a frame header says. */
export interface MpegAudioFrame {
  readonly bytes: number;
  /** Samples per channel. */
  readonly samples: number;
  /** Hz */
  readonly sampleRate: number;
}

/** Reads the frame header at `at`; undefined when there is none. */
export function readFrameHeader(bytes: Buffer, at: number): MpegAudioFrame | undefined {
  if (at + FRAME_HEADER_BYTES > bytes.length) return undefined;
  const header = bytes.readUInt32BE(at);
  const version = (header >>> 19) & 3; // 3 MPEG-1, 2 MPEG-2, 0 MPEG-2.5
  const layer = 4 - ((header >>> 17) & 3);
  const rate = SAMPLE_RATES[(header >>> 10) & 3];
  if (header >>> 21 !== 0x7ff || version === 1 || layer === 4 || rate === undefined) return undefined;
  const isV1 = version === 3;
  const sampleRate = rate / (isV1 ? 1 : version === 2 ? 2 : 4);
  const bitrates = isV1 ? BITRATES_V1[layer - 1] : layer === 1 ? BITRATES_V2_LAYER1 : BITRATES_V2;
  const bitrate = (bitrates?.[(header >>> 12) & 15] ?? 0) * 1000;
  if (bitrate === 0) return undefined;
  const padding = (header >>> 9) & 1;
  if (layer === 1) return { bytes: (Math.floor((12 * bitrate) / sampleRate) + padding) * 4, samples: 384, sampleRate };
  const samples = layer === 3 && !isV1 ? 576 : 1152;
  return { bytes: Math.floor(((samples / 8) * bitrate) / sampleRate) + padding, samples, sampleRate };
}
