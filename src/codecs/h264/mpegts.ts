/** H.264 in MPEG-TS (ISO/IEC 13818-1 §2.14): Annex B, a delimiter before every unit, parameter sets before every key unit. */
import type { AccessUnit, MpegtsMapping } from "../codec.ts";
import { ParameterSetWatch, startCoded } from "../parameter-set-watch.ts";
import { roleInContainer, SetKind } from "./nal-type.ts";
import { codecsName } from "./parameter-sets.ts";

const STREAM_TYPE = 0x1b;
const VIDEO_STREAM_ID = 0xe0;
/** primary_pic_type 7: any slices; stop bit. */
const DELIMITER = Buffer.from([0x09, 0xf0]);

/** One track's PES payloads. */
export class H264Mpegts implements MpegtsMapping {
  readonly streamType = STREAM_TYPE;
  readonly streamId = VIDEO_STREAM_ID;
  readonly descriptors = Buffer.alloc(0);
  readonly #sets = new ParameterSetWatch({ kinds: 2, roleOf: roleInContainer });

  get version(): number {
    return this.#sets.version;
  }

  get codecs(): string | undefined {
    const [sps] = this.#sets.ofKind(SetKind.Sps);
    return sps === undefined ? undefined : codecsName(sps);
  }

  payload(unit: AccessUnit): readonly Buffer[] {
    const nals = this.#sets.take(unit);
    if (nals.length === 0) return [];
    return startCoded([DELIMITER, ...(unit.type === "key" ? this.#sets.all() : []), ...nals]);
  }
}
