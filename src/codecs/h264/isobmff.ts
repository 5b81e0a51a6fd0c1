/** H.264 in ISO BMFF (ISO/IEC 14496-15 §5): `avc1`, parameter sets in the sample entry only. */
import { box, u8, u16 } from "#formats/isobmff/box.ts";
import { printVideoEntry } from "#formats/isobmff/sample-entry.ts";
import type { AccessUnit, IsobmffDescription, IsobmffMapping } from "../codec.ts";
import { lengthPrefixed, ParameterSetWatch } from "../parameter-set-watch.ts";
import { roleInContainer, SetKind } from "./nal-type.ts";
import { codecsName, parseSequenceParameterSet } from "./parameter-sets.ts";

/** avcC fields: reserved bits around the length size (4 bytes) and the number of SPS. */
const LENGTH_SIZE = 0xff;
const SPS_COUNT = 0xe0;
const MAX_SPS = 31;
const MAX_PPS = 255;
const HIGH_PROFILE = 100;
/** High profile: 4:2:0, 8 bit; no SPS extensions. */
const HIGH_FIELDS = u8(0xfd, 0xf8, 0xf8, 0);

/** One track's samples. */
export class H264Isobmff implements IsobmffMapping {
  readonly #sets = new ParameterSetWatch({ kinds: 2, roleOf: roleInContainer });
  #version = 0;
  #description: IsobmffDescription | undefined;

  get description(): IsobmffDescription | undefined {
    return this.#description;
  }

  sample(unit: AccessUnit): readonly Buffer[] {
    const nals = this.#sets.take(unit);
    if (this.#sets.version !== this.#version) {
      this.#version = this.#sets.version;
      this.#description = describe(this.#sets.ofKind(SetKind.Sps), this.#sets.ofKind(SetKind.Pps));
    }
    return lengthPrefixed(nals);
  }
}

function describe(sps: readonly Buffer[], pps: readonly Buffer[]): IsobmffDescription | undefined {
  const [first] = sps;
  const parsed = first === undefined ? undefined : parseSequenceParameterSet(first);
  if (first === undefined || parsed === undefined) return undefined;
  const configuration = box(
    "avcC",
    u8(1),
    first.subarray(1, 4),
    u8(LENGTH_SIZE, SPS_COUNT | Math.min(sps.length, MAX_SPS)),
    ...sps.slice(0, MAX_SPS).flatMap(withLength),
    u8(Math.min(pps.length, MAX_PPS)),
    ...pps.slice(0, MAX_PPS).flatMap(withLength),
    parsed.profileIdc === HIGH_PROFILE ? HIGH_FIELDS : u8(),
  );
  const { width, height } = parsed;
  return { sampleEntry: printVideoEntry("avc1", { width, height }, configuration), codecs: codecsName(first), width, height };
}

function withLength(nal: Buffer): Buffer[] {
  return [u16(nal.length), nal];
}
