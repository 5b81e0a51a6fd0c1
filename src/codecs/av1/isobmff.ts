/** AV1 in ISO BMFF (Alliance for Open Media, "AV1 Codec ISO Media File Format Binding" §2): `av01`, OBUs with their sizes. */
import { box, u8 } from "#formats/isobmff/box.ts";
import { printVideoEntry } from "#formats/isobmff/sample-entry.ts";
import type { AccessUnit, IsobmffDescription, IsobmffMapping } from "../codec.ts";
import { parseColorConfig } from "./color-config.ts";
import { ObuType, obuTypeOf, parseSequenceHeader, withSizeField } from "./obu.ts";

/** Marker bit and version 1. */
const VERSION = 0x81;

/** One track's samples. */
export class Av1Isobmff implements IsobmffMapping {
  #header: Buffer | undefined;
  #description: IsobmffDescription | undefined;

  get description(): IsobmffDescription | undefined {
    return this.#description;
  }

  sample(unit: AccessUnit): readonly Buffer[] {
    const header = unit.units.find((obu) => obuTypeOf(obu[0]) === ObuType.SequenceHeader);
    if (header !== undefined && this.#header?.equals(header) !== true) {
      this.#header = header;
      this.#description = describe(header);
    }
    return unit.units.map(withSizeField);
  }
}

function describe(obu: Buffer): IsobmffDescription | undefined {
  const header = parseSequenceHeader(obu);
  const color = parseColorConfig(obu);
  if (header === undefined || color === undefined) return undefined;
  const { profile, level, tier, width, height } = header;
  const { bits, monochrome, subsamplingX, subsamplingY, chromaPosition } = color;
  const flags =
    (tier << 7) |
    ((bits > 8 ? 1 : 0) << 6) |
    ((bits > 10 ? 1 : 0) << 5) |
    (monochrome << 4) |
    (subsamplingX << 3) |
    (subsamplingY << 2) |
    chromaPosition;
  const configuration = box("av1C", u8(VERSION, (profile << 5) | level, flags, 0), withSizeField(obu));
  return {
    sampleEntry: printVideoEntry("av01", { width, height }, configuration),
    codecs: `av01.${String(profile)}.${twoDigits(level)}${tier === 1 ? "H" : "M"}.${twoDigits(bits)}`,
    width,
    height,
  };
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
