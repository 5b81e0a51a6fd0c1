/**
 * Synthetic media as interleaved RTSP frames: H264 access units (RFC 6184, FU-A) and AAC frames (RFC 3640, AAC-hbr) with
 * true headers and filler for the rest; nothing decodes them. A unit is built once as a template; who sends it copies the
 * template and writes sequence numbers, timestamp and stamps into the copy.
 */
import { STAMP_BYTES } from "./stamp.ts";

/** Video and audio clock rates, and the frames per second of each track. */
export const VIDEO_CLOCK = 90_000;
export const AUDIO_CLOCK = 48_000;
export const VIDEO_FPS = 25;
export const AUDIO_TICKS = 1_024;
/** Payload types in the SDP. */
export const VIDEO_TYPE = 96;
export const AUDIO_TYPE = 97;

const RTP_PACKET_MAX = 1_400;
const PREFIX = 4;
const RTP_HEADER = 12;
/** A key frame has the bytes of this many others, about what cameras at constant bitrate do. */
const KEY_WEIGHT = 5;
const AUDIO_BITS_PER_SECOND = 128_000;
/** 1920×1080 High profile, 25 frames per second, no reordering. */
const SPS = Buffer.from("67640028acb403c0113f2e0220000003002000000641e30654", "hex");
const PPS = Buffer.from("68ef0fcb", "hex");
/** NAL header and the begin of a slice header: first macroblock 0, all slices I or P, parameter set 0. */
const KEY_START = Buffer.from("658884", "hex");
const DELTA_START = Buffer.from("419a24", "hex");
const FILLER = 0xa5;

/** One packet within a template: from its `$` to its end, and where its stamp goes (0 = none). */
export interface TemplatePacket {
  readonly start: number;
  readonly end: number;
  readonly stampAt: number;
}

/** All packets of one access unit, ready but for sequence numbers, timestamp, channel and stamps. */
export interface UnitTemplate {
  readonly bytes: Buffer;
  readonly packets: readonly TemplatePacket[];
}

/** Shape of the video: bits per second and key frame distance. */
export interface VideoShape {
  readonly bitrate: number;
  readonly gopSeconds: number;
}

/** Bytes of a key and of another access unit so that a GOP has the wanted bitrate. */
export function unitBytes(shape: VideoShape): { readonly key: number; readonly delta: number } {
  const units = Math.max(1, Math.round(shape.gopSeconds * VIDEO_FPS));
  const perGop = (shape.bitrate / 8) * (units / VIDEO_FPS);
  const delta = Math.floor(perGop / (units - 1 + KEY_WEIGHT));
  return { key: delta * KEY_WEIGHT, delta };
}

/** Template of a video access unit with `bytes` of slice data; a key unit has its parameter sets before it. */
export function videoUnit(bytes: number, key: boolean): UnitTemplate {
  const start = key ? KEY_START : DELTA_START;
  const nal = Buffer.alloc(Math.max(bytes, start.length + STAMP_BYTES), FILLER);
  start.copy(nal);
  const payloads = key
    ? [
        { payload: SPS, stampAt: 0 },
        { payload: PPS, stampAt: 0 },
      ]
    : [];
  return template([...payloads, ...fragments(nal)], VIDEO_TYPE);
}

/** Template of one AAC frame at 128 kbit/s. */
export function audioUnit(): UnitTemplate {
  const size = Math.round((AUDIO_BITS_PER_SECOND / 8) * (AUDIO_TICKS / AUDIO_CLOCK));
  const payload = Buffer.alloc(4 + size, FILLER);
  payload.writeUInt16BE(16, 0);
  payload.writeUInt16BE(size << 3, 2);
  return template([{ payload, stampAt: 6 }], AUDIO_TYPE);
}

/** Session description of one camera. */
export function describeMedia(audio: boolean): string {
  const sets = `${SPS.toString("base64")},${PPS.toString("base64")}`;
  const lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=bench", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*"];
  lines.push(`m=video 0 RTP/AVP ${VIDEO_TYPE}`, "a=control:trackID=0", `a=rtpmap:${VIDEO_TYPE} H264/${VIDEO_CLOCK}`);
  lines.push(`a=fmtp:${VIDEO_TYPE} packetization-mode=1;profile-level-id=640028;sprop-parameter-sets=${sets}`);
  if (audio) {
    lines.push(`m=audio 0 RTP/AVP ${AUDIO_TYPE}`, "a=control:trackID=1", `a=rtpmap:${AUDIO_TYPE} mpeg4-generic/${AUDIO_CLOCK}/2`);
    const mode = "streamtype=5;profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config=1190";
    lines.push(`a=fmtp:${AUDIO_TYPE} ${mode}`);
  }
  return `${lines.join("\r\n")}\r\n`;
}

interface Payload {
  readonly payload: Buffer;
  readonly stampAt: number;
}

/** FU-A fragments (RFC 6184 §5.8); the last one is never too short for a stamp. */
function fragments(nal: Buffer): Payload[] {
  const header = nal[0] ?? 0;
  const indicator = (header & 0xe0) | 28;
  const room = RTP_PACKET_MAX - RTP_HEADER - 2;
  const count = Math.max(2, Math.ceil((nal.length - 1) / room));
  const each = Math.ceil((nal.length - 1) / count);
  const made: Payload[] = [];
  for (let index = 0; index < count; index += 1) {
    const piece = nal.subarray(1 + index * each, Math.min(nal.length, 1 + (index + 1) * each));
    const flags = (index === 0 ? 0x80 : 0) | (index === count - 1 ? 0x40 : 0);
    const payload = Buffer.concat([Buffer.from([indicator, flags | (header & 0x1f)]), piece]);
    // The first fragment begins with two bytes of slice header, which stay.
    made.push({ payload, stampAt: index === 0 ? 4 : 2 });
  }
  return made;
}

function template(payloads: readonly Payload[], payloadType: number): UnitTemplate {
  const packets: TemplatePacket[] = [];
  const chunks: Buffer[] = [];
  let at = 0;
  for (const [index, { payload, stampAt }] of payloads.entries()) {
    const head = Buffer.alloc(PREFIX + RTP_HEADER);
    head[0] = 0x24;
    head.writeUInt16BE(RTP_HEADER + payload.length, 2);
    head[PREFIX] = 0x80;
    head[PREFIX + 1] = payloadType | (index === payloads.length - 1 ? 0x80 : 0);
    const end = at + head.length + payload.length;
    packets.push({ start: at, end, stampAt: stampAt === 0 ? 0 : at + head.length + stampAt });
    chunks.push(head, payload);
    at = end;
  }
  return { bytes: Buffer.concat(chunks), packets };
}
