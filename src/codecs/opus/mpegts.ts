/** Opus in MPEG-TS ("Opus in MPEG-TS", draft of the Opus project): registered as `Opus`, a control header before each packet. */
import type { AccessUnit, MpegtsMapping } from "../codec.ts";

/** Private data. */
const STREAM_TYPE = 0x06;
/** private_stream_1. */
const STREAM_ID = 0xbd;
/** Registration descriptor, and the extension descriptor that tells the channels. */
const REGISTRATION = Buffer.from([0x05, 4, ...Buffer.from("Opus", "latin1")]);
const EXTENSION = [0x7f, 2, 0x80];
/** control_header_prefix 0x3ff, no trims, no extension. */
const CONTROL_PREFIX = 0x7fe0;
const LENGTH_ESCAPE = 255;

/** One track's PES payloads. */
export class OpusMpegts implements MpegtsMapping {
  readonly streamType = STREAM_TYPE;
  readonly streamId = STREAM_ID;
  readonly descriptors: Buffer;
  readonly codecs = "opus";
  readonly version = 1;

  constructor(channels: number) {
    this.descriptors = Buffer.concat([REGISTRATION, Buffer.from([...EXTENSION, channels])]);
  }

  payload(unit: AccessUnit): readonly Buffer[] {
    return unit.units.flatMap((packet) => [controlHeader(packet.length), packet]);
  }
}

function controlHeader(bytes: number): Buffer {
  const escapes = Math.floor(bytes / LENGTH_ESCAPE);
  const header = Buffer.alloc(2 + escapes + 1, LENGTH_ESCAPE);
  header.writeUInt16BE(CONTROL_PREFIX);
  header[2 + escapes] = bytes % LENGTH_ESCAPE;
  return header;
}
