/** What an AV1 sequence header says of colour (AV1 bitstream §5.5.1, §5.5.2), which lies behind all of its tool flags. */
import { BitReader } from "#formats/bits/bit-reader.ts";
import { MAX_SEQUENCE_HEADER_BYTES, skipToSize, withoutSizeField } from "./obu.ts";

const SRGB = { primaries: 1, transfer: 13, matrix: 0 };
const PROFESSIONAL = 2;

/** Bit depth and sampling of the pictures; flags are 0 or 1. */
export interface ColorConfig {
  readonly bits: number;
  readonly monochrome: number;
  readonly subsamplingX: number;
  readonly subsamplingY: number;
  /** chroma_sample_position, 0 = unknown. */
  readonly chromaPosition: number;
}

/** Reads it from a sequence header OBU; undefined when that is not a valid one. */
export function parseColorConfig(obu: Buffer): ColorConfig | undefined {
  const bare = obu.length <= MAX_SEQUENCE_HEADER_BYTES ? withoutSizeField(obu) : undefined;
  if (bare === undefined) return undefined;
  const reader = new BitReader(bare);
  const { profile, reduced } = skipToSize(reader, bare);
  const [widthBits, heightBits] = [reader.bits(4) + 1, reader.bits(4) + 1];
  reader.skip(widthBits + heightBits);
  if (!reduced && reader.flag()) reader.skip(4 + 3); // frame id lengths
  reader.skip(3); // use_128x128_superblock, enable_filter_intra, enable_intra_edge_filter
  if (!reduced) skipInterTools(reader);
  reader.skip(3); // enable_superres, enable_cdef, enable_restoration
  const color = readColor(reader, profile);
  return reader.failed ? undefined : color;
}

function skipInterTools(reader: BitReader): void {
  reader.skip(4); // interintra_compound, masked_compound, warped_motion, dual_filter
  const orderHint = reader.flag();
  if (orderHint) reader.skip(2); // jnt_comp, ref_frame_mvs
  const chooses = reader.flag();
  const forcesScreenContent = chooses || reader.flag();
  if (forcesScreenContent && !reader.flag()) reader.skip(1); // seq_force_integer_mv
  if (orderHint) reader.skip(3);
}

function readColor(reader: BitReader, profile: number): ColorConfig {
  const high = reader.flag();
  const twelve = profile === PROFESSIONAL && high && reader.flag();
  const bits = twelve ? 12 : high ? 10 : 8;
  const monochrome = profile === 1 ? 0 : reader.bits(1);
  const told = reader.flag();
  const [primaries, transfer, matrix] = told ? [reader.bits(8), reader.bits(8), reader.bits(8)] : [2, 2, 2];
  if (monochrome === 1) return { bits, monochrome, subsamplingX: 1, subsamplingY: 1, chromaPosition: 0 };
  if (primaries === SRGB.primaries && transfer === SRGB.transfer && matrix === SRGB.matrix) {
    return { bits, monochrome, subsamplingX: 0, subsamplingY: 0, chromaPosition: 0 };
  }
  reader.skip(1); // color_range
  const { subsamplingX, subsamplingY } = readSampling(reader, profile, bits);
  const chromaPosition = subsamplingX === 1 && subsamplingY === 1 ? reader.bits(2) : 0;
  return { bits, monochrome, subsamplingX, subsamplingY, chromaPosition };
}

function readSampling(reader: BitReader, profile: number, bits: number): Pick<ColorConfig, "subsamplingX" | "subsamplingY"> {
  if (profile === 0) return { subsamplingX: 1, subsamplingY: 1 };
  if (profile === 1) return { subsamplingX: 0, subsamplingY: 0 };
  if (bits < 12) return { subsamplingX: 1, subsamplingY: 0 };
  const subsamplingX = reader.bits(1);
  return { subsamplingX, subsamplingY: subsamplingX === 1 ? reader.bits(1) : 0 };
}
