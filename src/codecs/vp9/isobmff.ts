/** VP9 in ISO BMFF ("VP Codec ISO Media File Format Binding" 1.0): `vp09`; what the sample entry says is read from key frames. */
import { BitReader } from "#formats/bits/bit-reader.ts";
import { fullBox, u16, u8 } from "#formats/isobmff/box.ts";
import { printVideoEntry } from "#formats/isobmff/sample-entry.ts";
import type { AccessUnit, IsobmffDescription, IsobmffMapping } from "../codec.ts";

/** frame_sync_code, VP9 bitstream §7.2. */
const SYNC_CODE = 0x498342;
const SRGB = 7;
/** Colour as in most video, where nothing is known: unspecified. */
const UNSPECIFIED = 2;
/** Bytes of a frame that its header takes at most, as far as it is read. */
const HEADER_BYTES = 16;
/** Picture sizes up to which a level reaches, by luma samples (Annex A); ten times the level. */
const LEVELS: readonly (readonly [number, number])[] = [
  [36_864, 10],
  [73_728, 11],
  [122_880, 20],
  [245_760, 21],
  [552_960, 30],
  [983_040, 31],
  [2_228_224, 40],
  [8_912_896, 50],
];
const HIGHEST_LEVEL = 60;

interface KeyFrame {
  readonly profile: number;
  readonly bits: number;
  /** As vpcC has it: 1 = 4:2:0, 2 = 4:2:2, 3 = 4:4:4. */
  readonly chroma: number;
  readonly fullRange: number;
  readonly width: number;
  readonly height: number;
}

/** One track's samples: frames as they are. */
export class Vp9Isobmff implements IsobmffMapping {
  #known = "";
  #description: IsobmffDescription | undefined;

  get description(): IsobmffDescription | undefined {
    return this.#description;
  }

  sample(unit: AccessUnit): readonly Buffer[] {
    const frame = unit.type === "key" ? readKeyFrame(unit.units[0]) : undefined;
    const shown = JSON.stringify(frame);
    if (frame !== undefined && shown !== this.#known) {
      this.#known = shown;
      this.#description = describe(frame);
    }
    return unit.units;
  }
}

/** Reads a key frame's uncompressed header (VP9 bitstream §6.2); undefined for any other frame. */
function readKeyFrame(frame: Buffer | undefined): KeyFrame | undefined {
  if (frame === undefined) return undefined;
  const reader = new BitReader(frame.subarray(0, HEADER_BYTES));
  if (reader.bits(2) !== 2) return undefined;
  const [low, high] = [reader.bits(1), reader.bits(1)];
  const profile = high * 2 + low;
  if (profile === 3) reader.skip(1);
  const showsExisting = reader.flag();
  const isInter = reader.flag();
  reader.skip(2); // show_frame, error_resilient_mode
  if (showsExisting || isInter || reader.bits(24) !== SYNC_CODE) return undefined;
  const bits = profile < 2 ? 8 : reader.flag() ? 12 : 10;
  const { chroma, fullRange } = readColor(reader, profile);
  const [width, height] = [reader.bits(16) + 1, reader.bits(16) + 1];
  return reader.failed ? undefined : { profile, bits, chroma, fullRange, width, height };
}

function readColor(reader: BitReader, profile: number): { chroma: number; fullRange: number } {
  const hasSampling = profile === 1 || profile === 3;
  if (reader.bits(3) === SRGB) {
    if (hasSampling) reader.skip(1);
    return { chroma: 3, fullRange: 1 };
  }
  const fullRange = reader.bits(1);
  if (!hasSampling) return { chroma: 1, fullRange };
  const x = reader.flag();
  reader.skip(2); // subsampling_y, reserved
  return { chroma: x ? 2 : 3, fullRange };
}

function describe(frame: KeyFrame): IsobmffDescription {
  const { profile, bits, chroma, fullRange, width, height } = frame;
  const level = LEVELS.find(([samples]) => width * height <= samples)?.[1] ?? HIGHEST_LEVEL;
  const depth = (bits << 4) | (chroma << 1) | fullRange;
  const configuration = fullBox(
    "vpcC",
    { version: 1 },
    u8(profile, level, depth, UNSPECIFIED, UNSPECIFIED, UNSPECIFIED),
    u16(0), // no initialization data
  );
  const codecs = ["vp09", ...[profile, level, bits].map((value) => String(value).padStart(2, "0"))].join(".");
  return { sampleEntry: printVideoEntry("vp09", { width, height }, configuration), codecs, width, height };
}
