/** Opus in ISO BMFF ("Encapsulation of Opus in ISO Base Media File Format" 0.6.8 §4.3): `Opus`, one or two channels. */
import { box, u16, u32, u8 } from "#formats/isobmff/box.ts";
import { printAudioEntry } from "#formats/isobmff/sample-entry.ts";
import type { AccessUnit, IsobmffDescription, IsobmffMapping } from "../codec.ts";

const SAMPLE_RATE = 48_000;
/** Encoders' usual look-ahead, 6.5 ms; of no meaning in a stream joined anywhere. */
const PRE_SKIP = 312;

/** One track's samples: packets as they are. */
export class OpusIsobmff implements IsobmffMapping {
  readonly description: IsobmffDescription;

  constructor(channels: number) {
    const configuration = box("dOps", u8(0, channels), u16(PRE_SKIP), u32(SAMPLE_RATE), u16(0), u8(0));
    const sampleEntry = printAudioEntry("Opus", { channels, sampleRate: SAMPLE_RATE }, configuration);
    this.description = { sampleEntry, codecs: "opus", width: 0, height: 0 };
  }

  sample(unit: AccessUnit): readonly Buffer[] {
    return unit.units;
  }
}
