/**
 * H.265 sequence parameter sets (ITU-T H.265 §7.3.2.2, §7.3.3): picture size, profile, level, reordering. Nothing after the
 * reordering fields is read, so no VUI. Anything out of range gives undefined.
 */
import { BitReader } from "#formats/bits/bit-reader.ts";
import { unescapeRbsp } from "../nal-units.ts";
import { MAX_SET_BYTES } from "../parameter-set-store.ts";
import { NAL_HEADER_BYTES, nalTypeOf, NalType, SetKind } from "./nal-type.ts";

/** Largest picture side accepted, pixels; level 6.2 allows 16,888 at most. */
const MAX_SIDE = 16_384;
const MAX_SPS_ID = 15;
const MAX_PPS_ID = 63;
const MAX_BIT_DEPTH = 16;
const PROFILE_BITS = 88;
const LEVEL_BITS = 8;
const PROFILE_NAMES = [
  "",
  "Main",
  "Main 10",
  "Main Still Picture",
  "Range Extensions",
  "High Throughput",
  "Multiview Main",
  "Scalable Main",
  "3D Main",
  "Screen Content Coding Extensions",
  "Scalable Range Extensions",
];

/** What a sequence parameter set says. */
export interface SequenceParameterSet {
  readonly id: number;
  readonly profileIdc: number;
  /** 0 Main tier, 1 High tier. */
  readonly tier: number;
  /** Thirty times the level. */
  readonly levelIdc: number;
  /** Cropped picture, pixels. */
  readonly width: number;
  readonly height: number;
  /** chroma_format_idc: 1 = 4:2:0, 2 = 4:2:2, 3 = 4:4:4. */
  readonly chromaFormat: number;
  /** Bits per sample. */
  readonly lumaBits: number;
  readonly chromaBits: number;
  /** Of the highest sub-layer; > 0 means pictures are shown in another order than sent (B-frames). */
  readonly reorderFrames: number;
}

/** Reads a whole SPS NAL unit; undefined when it is not a valid one. */
export function parseSequenceParameterSet(nal: Buffer): SequenceParameterSet | undefined {
  if (nal.length > MAX_SET_BYTES || nalTypeOf(nal[0]) !== NalType.Sps) return undefined;
  const reader = new BitReader(unescapeRbsp(nal.subarray(NAL_HEADER_BYTES)));
  const { maxSubLayer, ...profile } = readProfile(reader);
  const id = reader.ue();
  const chromaFormat = reader.ue();
  if (id > MAX_SPS_ID || chromaFormat > 3) return undefined;
  const separatePlanes = chromaFormat === 3 && reader.flag();
  const size = readPictureSize(reader, separatePlanes ? 0 : chromaFormat);
  if (size === undefined || reader.failed) return undefined;
  const lumaBits = reader.ue() + 8;
  const chromaBits = reader.ue() + 8;
  reader.ue(); // log2_max_pic_order_cnt_lsb_minus4
  let reorderFrames = 0;
  for (let layer = reader.flag() ? 0 : maxSubLayer; layer <= maxSubLayer; layer += 1) {
    reader.ue(); // sps_max_dec_pic_buffering_minus1
    reorderFrames = reader.ue();
    reader.ue(); // sps_max_latency_increase_plus1
  }
  if (reader.failed || Math.max(lumaBits, chromaBits) > MAX_BIT_DEPTH) return undefined;
  return { id, ...profile, ...size, chromaFormat, lumaBits, chromaBits, reorderFrames };
}

/** Id of a parameter set of this `SetKind`, header included; -1 when it can't be read. */
export function parameterSetId(kind: number, nal: Buffer): number {
  const body = nal.subarray(NAL_HEADER_BYTES);
  if (kind === SetKind.Vps) return (body[0] ?? 0) >> 4;
  const reader = new BitReader(unescapeRbsp(body));
  if (kind === SetKind.Sps) readProfile(reader);
  const id = reader.ue();
  return reader.failed || id > (kind === SetKind.Sps ? MAX_SPS_ID : MAX_PPS_ID) ? -1 : id;
}

/** Profile as words, as MediaMTX prints it; the number where it has none. */
export function profileName(profileIdc: number): string {
  return (profileIdc > 0 ? PROFILE_NAMES[profileIdc] : undefined) ?? String(profileIdc);
}

/** Level as `4` or `4.1`. */
export function levelName(levelIdc: number): string {
  return levelIdc % 30 === 0 ? String(levelIdc / 30) : (levelIdc / 30).toFixed(1);
}

/** From sps_video_parameter_set_id through profile_tier_level. */
function readProfile(reader: BitReader): { profileIdc: number; tier: number; levelIdc: number; maxSubLayer: number } {
  reader.skip(4); // sps_video_parameter_set_id
  const maxSubLayer = reader.bits(3);
  reader.skip(1 + 2); // sps_temporal_id_nesting_flag, general_profile_space
  const tier = reader.bits(1);
  const profileIdc = reader.bits(5);
  reader.skip(PROFILE_BITS - LEVEL_BITS);
  const levelIdc = reader.bits(LEVEL_BITS);
  const present: { profile: boolean; level: boolean }[] = [];
  for (let layer = 0; layer < maxSubLayer; layer += 1) present.push({ profile: reader.flag(), level: reader.flag() });
  if (maxSubLayer > 0) reader.skip(2 * (8 - maxSubLayer));
  for (const layer of present) reader.skip((layer.profile ? PROFILE_BITS : 0) + (layer.level ? LEVEL_BITS : 0));
  return { profileIdc, tier, levelIdc, maxSubLayer };
}

function readPictureSize(reader: BitReader, chromaArrayType: number): { width: number; height: number } | undefined {
  let width = reader.ue();
  let height = reader.ue();
  if (reader.flag()) {
    const unitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
    const unitY = chromaArrayType === 1 ? 2 : 1;
    width -= (reader.ue() + reader.ue()) * unitX;
    height -= (reader.ue() + reader.ue()) * unitY;
  }
  return width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE ? { width, height } : undefined;
}
