/**
 * Movie fragments (ISO/IEC 14496-12 §8.8): the `moof` box and the header of the `mdat` box behind it. The samples' bytes
 * follow as they are, track after track, in the order given. Decode times are 64 bit, composition offsets signed.
 */
import { box, fullBox, u32 } from "./box.ts";

/** tfhd: offsets count from the beginning of `moof`. */
const DEFAULT_BASE_IS_MOOF = 0x020000;
/** trun: data offset, and per sample duration, size, flags, composition offset. */
const RUN_FLAGS = 0x000001 | 0x000100 | 0x000200 | 0x000400 | 0x000800;
/** sample_depends_on = 2: a sync sample. */
const SYNC_SAMPLE = 0x02000000;
/** sample_depends_on = 1, sample_is_non_sync_sample. */
const OTHER_SAMPLE = 0x01010000;
const SAMPLE_BYTES = 16;
const MDAT_HEADER_BYTES = 8;

/** One sample; times in the track's ticks. */
export interface FragmentSample {
  readonly duration: number;
  readonly bytes: number;
  readonly type: "key" | "delta";
  /** Presentation less decode time; may be negative. */
  readonly compositionOffset: number;
}

/** One track's samples in a fragment. */
export interface FragmentTrack {
  readonly id: number;
  /** Decode time of its first sample, ticks. */
  readonly baseTime: number;
  readonly samples: readonly FragmentSample[];
}

/** `moof` and the head of `mdat`. Tracks without samples are left out. */
export function printFragmentHead(sequence: number, tracks: readonly FragmentTrack[]): Buffer {
  const present = tracks.filter(({ samples }) => samples.length > 0);
  const runs = present.map((track) => ({ track, run: trackRun(track) }));
  const moof = box("moof", fullBox("mfhd", {}, u32(sequence)), ...runs.map(({ track, run }) => trackFragment(track, run)));
  let dataBytes = 0;
  let at = moof.length + MDAT_HEADER_BYTES;
  let patch = moof.indexOf("trun", 0, "latin1");
  for (const { track } of runs) {
    moof.writeInt32BE(at, patch + 12);
    const bytes = track.samples.reduce((sum, sample) => sum + sample.bytes, 0);
    at += bytes;
    dataBytes += bytes;
    patch = moof.indexOf("trun", patch + 16 + track.samples.length * SAMPLE_BYTES, "latin1");
  }
  const head = Buffer.allocUnsafe(MDAT_HEADER_BYTES);
  head.writeUInt32BE(MDAT_HEADER_BYTES + dataBytes, 0);
  head.write("mdat", 4, "latin1");
  return Buffer.concat([moof, head]);
}

function trackFragment({ id, baseTime }: FragmentTrack, run: Buffer): Buffer {
  const time = u32(Math.floor(baseTime / 2 ** 32), baseTime % 2 ** 32);
  return box("traf", fullBox("tfhd", { flags: DEFAULT_BASE_IS_MOOF }, u32(id)), fullBox("tfdt", { version: 1 }, time), run);
}

function trackRun({ samples }: FragmentTrack): Buffer {
  const table = Buffer.allocUnsafe(samples.length * SAMPLE_BYTES);
  samples.forEach((sample, index) => {
    const at = index * SAMPLE_BYTES;
    table.writeUInt32BE(sample.duration, at);
    table.writeUInt32BE(sample.bytes, at + 4);
    table.writeUInt32BE(sample.type === "key" ? SYNC_SAMPLE : OTHER_SAMPLE, at + 8);
    table.writeInt32BE(sample.compositionOffset, at + 12);
  });
  return fullBox("trun", { version: 1, flags: RUN_FLAGS }, u32(samples.length, 0), table);
}
