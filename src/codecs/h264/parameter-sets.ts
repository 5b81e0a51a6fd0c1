/**
 * H.264 sequence and picture parameter sets (ITU-T H.264 §7.3.2.1, §7.3.2.2, Annex E): what the API and browsers ask for.
 * Reads no further than the timing and reordering fields of the VUI. Anything out of range gives undefined.
 */
import { BitReader } from "#formats/bits/bit-reader.ts";
import { unescapeRbsp } from "../nal-units.ts";
import { MAX_SET_BYTES } from "../parameter-set-store.ts";

/** Largest picture side accepted, pixels; level 6.2 allows 16,888 at most. */
const MAX_SIDE = 16_384;
const MAX_SPS_ID = 31;
const MAX_PPS_ID = 255;
/** num_ref_frames_in_pic_order_cnt_cycle, §7.4.2.1.1. */
const MAX_POC_CYCLE = 255;
/** profile_idc values whose sets carry chroma format and scaling matrices, §7.3.2.1.1. */
const HIGH_PROFILES: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const EXTENDED_SAR = 255;

const PROFILE_NAMES: Readonly<Record<number, string>> = {
  66: "Baseline",
  77: "Main",
  88: "Extended",
  100: "High",
  110: "High 10",
  122: "High 4:2:2",
  244: "High 4:4:4 Predictive",
};

/** What a sequence parameter set says. */
export interface SequenceParameterSet {
  readonly id: number;
  readonly profileIdc: number;
  /** constraint_set flags, as the second byte of profile-level-id. */
  readonly constraints: number;
  /** Ten times the level. */
  readonly levelIdc: number;
  /** Cropped picture, pixels. */
  readonly width: number;
  readonly height: number;
  /** From VUI timing; undefined when the stream doesn't say. */
  readonly framesPerSecond: number | undefined;
  /** max_num_reorder_frames; > 0 means pictures are shown in another order than sent (B-frames). Undefined when not said. */
  readonly reorderFrames: number | undefined;
}

/** Reads a whole SPS NAL unit; undefined when it is not a valid one. */
export function parseSequenceParameterSet(nal: Buffer): SequenceParameterSet | undefined {
  if (nal.length < 4 || nal.length > MAX_SET_BYTES || ((nal[0] ?? 0) & 0x1f) !== 7) return undefined;
  const reader = new BitReader(unescapeRbsp(nal.subarray(1)));
  const profileIdc = reader.bits(8);
  const constraints = reader.bits(8);
  const levelIdc = reader.bits(8);
  const id = reader.ue();
  if (id > MAX_SPS_ID) return undefined;
  const chromaFormat = HIGH_PROFILES.has(profileIdc) ? readHighProfileFields(reader) : { idc: 1, separatePlanes: false };
  if (chromaFormat === undefined || !skipPictureOrder(reader)) return undefined;
  reader.ue(); // max_num_ref_frames
  reader.skip(1); // gaps_in_frame_num_value_allowed_flag
  const size = readPictureSize(reader, chromaFormat.separatePlanes ? 0 : chromaFormat.idc);
  if (size === undefined || reader.failed) return undefined;
  const vui = reader.flag() ? readVui(reader) : { framesPerSecond: undefined, reorderFrames: undefined };
  return { id, profileIdc, constraints, levelIdc, ...size, ...vui };
}

/** Id of an SPS (kind 0) or PPS (kind 1), header included; -1 when it can't be read. */
export function parameterSetId(kind: number, nal: Buffer): number {
  const skipped = kind === 0 ? 4 : 1;
  // The id is at most nine bits of code after the skipped bytes; a few more bytes cover emulation prevention.
  const reader = new BitReader(unescapeRbsp(nal.subarray(1, skipped + 8)));
  if (kind === 0) reader.skip(24);
  const id = reader.ue();
  return reader.failed || id > (kind === 0 ? MAX_SPS_ID : MAX_PPS_ID) ? -1 : id;
}

/** What RFC 6381 §3.3 calls a stream with this SPS: `avc1.64001f`. */
export function codecsName(sps: Buffer): string {
  return `avc1.${sps.toString("hex", 1, 4)}`;
}

/** Profile as a word, as MediaMTX prints it; the number where it has none. */
export function profileName(profileIdc: number): string {
  return PROFILE_NAMES[profileIdc] ?? String(profileIdc);
}

/** Level as `4` or `4.1`. */
export function levelName(levelIdc: number): string {
  const minor = levelIdc % 10;
  return minor === 0 ? String(levelIdc / 10) : `${String(Math.floor(levelIdc / 10))}.${String(minor)}`;
}

function readHighProfileFields(reader: BitReader): { idc: number; separatePlanes: boolean } | undefined {
  const idc = reader.ue();
  if (idc > 3) return undefined;
  const separatePlanes = idc === 3 && reader.flag();
  const bitDepths = Math.max(reader.ue(), reader.ue());
  if (bitDepths > 6) return undefined;
  reader.skip(1); // qpprime_y_zero_transform_bypass_flag
  if (reader.flag()) {
    const lists = idc === 3 ? 12 : 8;
    for (let i = 0; i < lists && !reader.failed; i += 1) {
      if (reader.flag()) skipScalingList(reader, i < 6 ? 16 : 64);
    }
  }
  return { idc, separatePlanes };
}

function skipScalingList(reader: BitReader, size: number): void {
  let next = 8;
  for (let i = 0; i < size && next !== 0 && !reader.failed; i += 1) {
    next = (next + reader.se()) & 0xff;
  }
}

function skipPictureOrder(reader: BitReader): boolean {
  if (reader.ue() > 12) return false; // log2_max_frame_num_minus4
  const type = reader.ue();
  if (type === 0) return reader.ue() <= 12; // log2_max_pic_order_cnt_lsb_minus4
  if (type === 1) {
    reader.skip(1);
    reader.se();
    reader.se();
    const cycle = reader.ue();
    if (cycle > MAX_POC_CYCLE) return false;
    for (let i = 0; i < cycle && !reader.failed; i += 1) reader.se();
  }
  return type <= 2;
}

function readPictureSize(reader: BitReader, chromaArrayType: number): { width: number; height: number } | undefined {
  const widthMacroblocks = reader.ue() + 1;
  const heightUnits = reader.ue() + 1;
  const frameMacroblocksOnly = reader.bits(1);
  if (frameMacroblocksOnly === 0) reader.skip(1); // mb_adaptive_frame_field_flag
  reader.skip(1); // direct_8x8_inference_flag
  let width = widthMacroblocks * 16;
  let height = heightUnits * 16 * (2 - frameMacroblocksOnly);
  if (reader.flag()) {
    const unitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
    const unitY = (chromaArrayType === 1 ? 2 : 1) * (2 - frameMacroblocksOnly);
    width -= (reader.ue() + reader.ue()) * unitX;
    height -= (reader.ue() + reader.ue()) * unitY;
  }
  return width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE ? { width, height } : undefined;
}

function readVui(reader: BitReader): Pick<SequenceParameterSet, "framesPerSecond" | "reorderFrames"> {
  if (reader.flag() && reader.bits(8) === EXTENDED_SAR) reader.skip(32);
  if (reader.flag()) reader.skip(1); // overscan
  if (reader.flag()) {
    reader.skip(4); // video_format, video_full_range_flag
    if (reader.flag()) reader.skip(24);
  }
  if (reader.flag()) {
    reader.ue();
    reader.ue(); // chroma sample location
  }
  const timing = reader.flag() ? { unitsInTick: reader.bits(32), timeScale: reader.bits(32) } : undefined;
  reader.skip(timing === undefined ? 0 : 1); // fixed_frame_rate_flag
  const nalHrd = reader.flag();
  if (nalHrd) skipHrd(reader);
  const vclHrd = reader.flag();
  if (vclHrd) skipHrd(reader);
  if (nalHrd || vclHrd) reader.skip(1); // low_delay_hrd_flag
  reader.skip(1); // pic_struct_present_flag
  const reorderFrames = reader.flag() ? readReorderFrames(reader) : undefined;
  const rate = timing === undefined ? 0 : timing.timeScale / (2 * timing.unitsInTick);
  return {
    framesPerSecond: Number.isFinite(rate) && rate > 0 && rate <= 1000 ? rate : undefined,
    reorderFrames: reader.failed ? undefined : reorderFrames,
  };
}

function readReorderFrames(reader: BitReader): number {
  reader.skip(1); // motion_vectors_over_pic_boundaries_flag
  for (let i = 0; i < 4; i += 1) reader.ue();
  return reader.ue();
}

function skipHrd(reader: BitReader): void {
  const count = Math.min(reader.ue(), 31) + 1; // cpb_cnt_minus1, §E.2.2
  reader.skip(8);
  for (let i = 0; i < count && !reader.failed; i += 1) {
    reader.ue();
    reader.ue();
    reader.skip(1);
  }
  reader.skip(20);
}
