/** MPEG-4 audio in ISO BMFF (ISO/IEC 14496-14 §5.6): `mp4a` with an elementary stream descriptor. */
import { fullBox, u16, u32, u8 } from "#formats/isobmff/box.ts";
import { printAudioEntry } from "#formats/isobmff/sample-entry.ts";
import type { AccessUnit, IsobmffDescription, IsobmffMapping } from "../codec.ts";
import type { AudioSpecificConfig } from "./audio-specific-config.ts";

/** Descriptor tags, ISO/IEC 14496-1 §7.2.6. */
const ES_DESCRIPTOR = 0x03;
const DECODER_CONFIG = 0x04;
const DECODER_SPECIFIC = 0x05;
const SYNC_LAYER = 0x06;
/** objectTypeIndication: ISO/IEC 14496-3 audio. */
const MPEG4_AUDIO = 0x40;
/** streamType audio (5), upStream 0, reserved 1. */
const AUDIO_STREAM = 0x15;
const OBJECT_TYPE_ESCAPE = 31;

/** A configuration with its bytes, as the mapping needs it. */
export interface AacCoding {
  readonly bytes: Buffer;
  readonly config: AudioSpecificConfig;
  /** Where the configuration leaves them to the stream: SDP's. */
  readonly channels: number;
}

/** One track's samples: frames as they are. */
export class AacIsobmff implements IsobmffMapping {
  readonly #coding: () => AacCoding | undefined;
  #known: Buffer | undefined;
  #description: IsobmffDescription | undefined;

  /** `coding` may change while the stream shows it. */
  constructor(coding: () => AacCoding | undefined) {
    this.#coding = coding;
  }

  get description(): IsobmffDescription | undefined {
    const coding = this.#coding();
    if (coding !== undefined && this.#known !== coding.bytes) {
      this.#known = coding.bytes;
      this.#description = describe(coding);
    }
    return this.#description;
  }

  sample(unit: AccessUnit): readonly Buffer[] {
    return unit.units;
  }
}

/** What RFC 6381 §3.3 calls it: `mp4a.40.` and the object type. */
export function codecsName(bytes: Buffer): string {
  const first = bytes.readUInt8(0) >> 3;
  const type = first === OBJECT_TYPE_ESCAPE ? 32 + ((bytes.readUInt16BE(0) >> 5) & 0x3f) : first;
  return `mp4a.40.${String(type)}`;
}

function describe({ bytes, config, channels }: AacCoding): IsobmffDescription {
  const decoder = descriptor(
    DECODER_CONFIG,
    u8(MPEG4_AUDIO, AUDIO_STREAM, 0, 0, 0),
    u32(0, 0), // bit rates: not known
    descriptor(DECODER_SPECIFIC, bytes),
  );
  const esds = fullBox("esds", {}, descriptor(ES_DESCRIPTOR, u16(0), u8(0), decoder, descriptor(SYNC_LAYER, u8(2))));
  const sound = { channels: config.channels > 0 ? config.channels : channels, sampleRate: config.sampleRate };
  return { sampleEntry: printAudioEntry("mp4a", sound, esds), codecs: codecsName(bytes), width: 0, height: 0 };
}

/** A descriptor shorter than 128 bytes. */
function descriptor(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u8(tag, body.length), body]);
}
