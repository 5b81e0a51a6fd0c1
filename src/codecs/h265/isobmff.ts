/** H.265 in ISO BMFF (ISO/IEC 14496-15 §8): `hvc1`, parameter sets in the sample entry only. */
import { box, u16, u8 } from "#formats/isobmff/box.ts";
import { printVideoEntry } from "#formats/isobmff/sample-entry.ts";
import type { AccessUnit, IsobmffDescription, IsobmffMapping } from "../codec.ts";
import { unescapeRbsp } from "../nal-units.ts";
import { lengthPrefixed, ParameterSetWatch } from "../parameter-set-watch.ts";
import { NAL_HEADER_BYTES, NalType, roleInContainer, SetKind } from "./nal-type.ts";
import { parseSequenceParameterSet } from "./parameter-sets.ts";

/** general_profile_space … general_level_idc: twelve bytes behind the first of the SPS (§7.3.3). */
const PROFILE_AT = NAL_HEADER_BYTES + 1;
const PROFILE_BYTES = 12;
/** Array completeness, reserved 0. */
const COMPLETE = 0x80;
/** Temporal layers 1, nested, lengths of four bytes; the average frame rate isn't told. */
const LAYERS = u8(0, 0, 0x0f);
const SET_TYPES = [NalType.Vps, NalType.Sps, NalType.Pps];

/** One track's samples. */
export class H265Isobmff implements IsobmffMapping {
  readonly #sets = new ParameterSetWatch({ kinds: 3, roleOf: roleInContainer });
  #version = 0;
  #description: IsobmffDescription | undefined;

  get description(): IsobmffDescription | undefined {
    return this.#description;
  }

  sample(unit: AccessUnit): readonly Buffer[] {
    const nals = this.#sets.take(unit);
    if (this.#sets.version !== this.#version) {
      this.#version = this.#sets.version;
      this.#description = describe(this.#sets);
    }
    return lengthPrefixed(nals);
  }
}

/** What RFC 6381 and ISO/IEC 14496-15 Annex E call a stream with this SPS: `hvc1.1.6.L93.90`. */
export function codecsName(sps: Buffer): string {
  const profile = profileOf(sps);
  const first = profile[0] ?? 0;
  const space = ["", "A", "B", "C"][first >> 6] ?? "";
  const compatibility = reversedBits(profile.readUInt32BE(1)).toString(16).toUpperCase();
  const tier = (first & 0x20) !== 0 ? "H" : "L";
  const constraints = [...profile.subarray(5, 11)].map((byte) => byte.toString(16).toUpperCase());
  while (constraints.at(-1) === "0") constraints.pop();
  const fields = [`${space}${String(first & 0x1f)}`, compatibility, `${tier}${String(profile[11] ?? 0)}`, ...constraints];
  return `hvc1.${fields.join(".")}`;
}

function describe(sets: ParameterSetWatch): IsobmffDescription | undefined {
  const [sps] = sets.ofKind(SetKind.Sps);
  const parsed = sps === undefined ? undefined : parseSequenceParameterSet(sps);
  if (sps === undefined || parsed === undefined) return undefined;
  const arrays = SET_TYPES.map((type, kind) => {
    const nals = sets.ofKind(kind);
    return Buffer.concat([u8(COMPLETE | type), u16(nals.length), ...nals.flatMap((nal) => [u16(nal.length), nal])]);
  });
  const configuration = box(
    "hvcC",
    u8(1),
    profileOf(sps),
    u16(0xf000), // min_spatial_segmentation_idc: unknown
    u8(0xfc, 0xfc | parsed.chromaFormat, 0xf8 | (parsed.lumaBits - 8), 0xf8 | (parsed.chromaBits - 8)),
    LAYERS,
    u8(arrays.length),
    ...arrays,
  );
  const { width, height } = parsed;
  return { sampleEntry: printVideoEntry("hvc1", { width, height }, configuration), codecs: codecsName(sps), width, height };
}

function profileOf(sps: Buffer): Buffer {
  return Buffer.concat([unescapeRbsp(sps.subarray(0, PROFILE_AT + 2 * PROFILE_BYTES)), Buffer.alloc(PROFILE_BYTES)]).subarray(
    PROFILE_AT,
    PROFILE_AT + PROFILE_BYTES,
  );
}

function reversedBits(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit += 1) if ((value & (1 << bit)) !== 0) reversed += 2 ** (31 - bit);
  return reversed;
}
