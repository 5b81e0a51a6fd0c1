/** AC-3 synchronisation frames (ETSI TS 102 366 §4.3.1, table 4.13). Enhanced AC-3 (bsid > 10) is not read. */

/** Samples per channel of every frame. */
export const FRAME_SAMPLES = 1536;
const SYNC_WORD = 0x0b77;
const SYNC_BYTES = 6;
const MAX_BSID = 10;
/** kbit/s by half of frmsizecod. */
const BITRATES = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];
const SAMPLE_RATES = [48_000, 44_100, 32_000];

/** Length in bytes and sample rate of the frame at `at`; undefined when none begins there. */
export function readSyncFrame(bytes: Buffer, at: number): { bytes: number; sampleRate: number } | undefined {
  if (at + SYNC_BYTES > bytes.length || bytes.readUInt16BE(at) !== SYNC_WORD) return undefined;
  const codes = bytes[at + 4] ?? 0;
  const sizeCode = codes & 0x3f;
  const sampleRate = SAMPLE_RATES[codes >> 6];
  const bitrate = BITRATES[sizeCode >> 1];
  if (sampleRate === undefined || bitrate === undefined || (bytes[at + 5] ?? 0) >> 3 > MAX_BSID) return undefined;
  const exactWords = (bitrate * 1000 * FRAME_SAMPLES) / (sampleRate * 16);
  return { bytes: 2 * (Math.floor(exactWords) + (sampleRate === 44_100 ? sizeCode & 1 : 0)), sampleRate };
}
