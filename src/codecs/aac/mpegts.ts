/** MPEG-4 audio in MPEG-TS: frames with ADTS headers (ISO/IEC 13818-7 §6.2), which only carry plain configurations. */
import type { AccessUnit, MpegtsMapping } from "../codec.ts";
import { printAdtsHeader } from "./audio-specific-config.ts";
import { type AacCoding, codecsName } from "./isobmff.ts";

const STREAM_TYPE = 0x0f;
const AUDIO_STREAM_ID = 0xc0;

/** One track's PES payloads. */
export class AacMpegts implements MpegtsMapping {
  readonly streamType = STREAM_TYPE;
  readonly streamId = AUDIO_STREAM_ID;
  readonly descriptors = Buffer.alloc(0);
  readonly #coding: () => AacCoding | undefined;

  constructor(coding: () => AacCoding | undefined) {
    this.#coding = coding;
  }

  get version(): number {
    return this.#coding() === undefined ? 0 : 1;
  }

  get codecs(): string | undefined {
    const coding = this.#coding();
    return coding === undefined ? undefined : codecsName(coding.bytes);
  }

  payload(unit: AccessUnit): readonly Buffer[] {
    const coding = this.#coding();
    if (coding === undefined) return [];
    return unit.units.flatMap((frame) => {
      const header = printAdtsHeader(coding.config, coding.channels, frame.length);
      return header === undefined ? [] : [header, frame];
    });
  }
}
