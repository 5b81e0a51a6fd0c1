/**
 * The media of a fake camera: 25 frames a second of synthetic H.264, and AAC beside it on request, cut into RTP packets. How
 * parameter sets travel, and what each packet looks like, can be bent to what cameras in the field do.
 */
import { keyPicture, parameterSets, repeatedPicture, type PictureSize } from "./synthetic-h264.ts";

/** Frames between key pictures. */
export const GOP_FRAMES = 25;
const VIDEO_CLOCK = 90_000;
const AUDIO_CLOCK = 16_000;
const AAC_FRAME_SAMPLES = 1024;
const MAX_PAYLOAD = 1200;
/** One AAC-LC frame of silence, mono, 16 kHz. */
const SILENT_AAC = Buffer.from([0x01, 0x40, 0x22, 0x80, 0xa3, 0x4e, 0xe6, 0x80, 0xba, 0x08]);

/** How parameter sets reach the receiver. */
export type ParameterSetStyle = "in-band" | "description" | "both" | "aggregated" | "annex-b" | "marked" | "changing" | "late";

/** What a camera sends. */
export interface MediaScript {
  readonly audio?: boolean;
  readonly video?: boolean;
  readonly framesPerSecond?: number;
  readonly parameterSets?: ParameterSetStyle;
  /** Sender reports every second; `frozen` repeats the first one's time, `hours-off` is a wrong clock. */
  readonly senderReports?: "true" | "frozen" | "hours-off" | "none";
  /** Adds this many ticks to video timestamps once, at the given frame. */
  readonly timestampJump?: { readonly atFrame: number; readonly ticks: number };
  /** Payload type of video packets, when it isn't the announced one. */
  readonly videoPayloadType?: number;
}

/** One packet of one track: 0 is video, 1 is audio. */
export interface MediaPacket {
  readonly track: number;
  readonly rtcp: boolean;
  readonly bytes: Buffer;
}

const small: PictureSize = { columns: 4, rows: 4 };
const large: PictureSize = { columns: 8, rows: 4 };
const pictures = new Map<string, Buffer>();

/** fmtp value of the video for the session description; without sets when they travel in-band only. */
export function videoParameters(style: ParameterSetStyle): string {
  if (style !== "description" && style !== "both" && style !== "changing") return "packetization-mode=1";
  const { sps, pps } = parameterSets(small);
  return `packetization-mode=1;sprop-parameter-sets=${sps.toString("base64")},${pps.toString("base64")}`;
}

/** The media of one session, from its first frame. */
export class CameraMedia {
  readonly #script: MediaScript;
  #frame = 0;
  #audioFrame = 0;
  #jump = 0;
  readonly #sequences: [number, number] = [100, 500];
  readonly #sent: [number, number] = [0, 0];

  constructor(script: MediaScript) {
    this.#script = script;
  }

  /** Milliseconds between frames. */
  get periodMs(): number {
    return 1000 / (this.#script.framesPerSecond ?? 25);
  }

  /** Sequence number of the next packet of `track`. */
  nextSequence(track: 0 | 1): number {
    return this.#sequences[track];
  }

  /** The packets of the next video frame and of the audio up to it. */
  next(): readonly MediaPacket[] {
    const packets: MediaPacket[] = [];
    const { timestampJump, video = true } = this.#script;
    if (timestampJump?.atFrame === this.#frame) this.#jump = timestampJump.ticks;
    const videoTime = Math.round((this.#frame * VIDEO_CLOCK * this.periodMs) / 1000) + this.#jump;
    if (this.#frame % GOP_FRAMES === 0) packets.push(...this.#reports(videoTime));
    if (video) packets.push(...this.#videoPackets(videoTime));
    const audioUntil = ((this.#frame + 1) * this.periodMs * AUDIO_CLOCK) / 1000;
    while (this.#script.audio === true && this.#audioFrame * AAC_FRAME_SAMPLES < audioUntil) packets.push(this.#audioPacket());
    this.#frame += 1;
    return packets;
  }

  #videoPackets(timestamp: number): MediaPacket[] {
    const inGop = this.#frame % GOP_FRAMES;
    const changed = this.#script.parameterSets === "changing" && this.#frame >= GOP_FRAMES;
    const size = changed ? large : small;
    if (inGop === 0) return this.#keyFrame(size, timestamp);
    return this.#cut([picture(size, "repeat", inGop)], timestamp);
  }

  #keyFrame(size: PictureSize, timestamp: number): MediaPacket[] {
    const { sps, pps } = parameterSets(size);
    const key = picture(size, "key", Math.floor(this.#frame / GOP_FRAMES));
    const style = this.#script.parameterSets ?? "both";
    switch (style) {
      case "description":
        return this.#cut([key], timestamp);
      case "aggregated":
        return [this.#video({ payload: aggregate([sps, pps]), timestamp, marker: false }), ...this.#cut([key], timestamp)];
      case "annex-b": {
        const start = Buffer.from([0, 0, 0, 1]);
        const whole = Buffer.concat([sps, start, pps]);
        return [this.#video({ payload: whole, timestamp, marker: false }), ...this.#cut([key], timestamp)];
      }
      case "marked":
        return [
          this.#video({ payload: sps, timestamp, marker: true }),
          this.#video({ payload: pps, timestamp, marker: true }),
          ...this.#cut([key], timestamp),
        ];
      case "late":
        return this.#cut(this.#frame < GOP_FRAMES ? [key] : [sps, pps, key], timestamp);
      case "in-band":
      case "both":
      case "changing":
        return this.#cut([sps, pps, key], timestamp);
    }
  }

  /** NAL units of one frame → packets, long ones fragmented (RFC 6184 5.8); the last carries the marker. */
  #cut(units: readonly Buffer[], timestamp: number): MediaPacket[] {
    const payloads = units.flatMap((unit) => (unit.length <= MAX_PAYLOAD ? [unit] : fragments(unit)));
    return payloads.map((payload, index) => this.#video({ payload, timestamp, marker: index === payloads.length - 1 }));
  }

  #video(packet: { payload: Buffer; timestamp: number; marker: boolean }): MediaPacket {
    return this.#packet(0, { ...packet, payloadType: this.#script.videoPayloadType ?? 96, ssrc: 0x11111111 });
  }

  #audioPacket(): MediaPacket {
    const header = Buffer.from([0, 16, (SILENT_AAC.length << 3) >> 8, (SILENT_AAC.length << 3) & 0xff]);
    const timestamp = this.#audioFrame * AAC_FRAME_SAMPLES;
    this.#audioFrame += 1;
    return this.#packet(1, {
      payload: Buffer.concat([header, SILENT_AAC]),
      timestamp,
      marker: true,
      payloadType: 97,
      ssrc: 0x22222222,
    });
  }

  #packet(
    track: 0 | 1,
    packet: { payload: Buffer; timestamp: number; marker: boolean; payloadType: number; ssrc: number },
  ): MediaPacket {
    const header = Buffer.alloc(12);
    header[0] = 0x80;
    header[1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
    header.writeUInt16BE(this.#sequences[track] & 0xffff, 2);
    header.writeUInt32BE(packet.timestamp >>> 0, 4);
    header.writeUInt32BE(packet.ssrc, 8);
    this.#sequences[track] += 1;
    this.#sent[track] += 1;
    return { track, rtcp: false, bytes: Buffer.concat([header, packet.payload]) };
  }

  #reports(videoTime: number): MediaPacket[] {
    const kind = this.#script.senderReports ?? "true";
    if (kind === "none") return [];
    const wall = Date.UTC(2026, 8, 1) + (kind === "frozen" ? 0 : this.#frame * this.periodMs);
    const seconds = wall / 1000 + 2_208_988_800 + (kind === "hours-off" ? 7 * 3600 : 0);
    const video = this.#script.video === false ? [] : [this.#report(0, { seconds, time: videoTime, ssrc: 0x11111111 })];
    const audioTime = this.#audioFrame * AAC_FRAME_SAMPLES;
    return this.#script.audio === true ? [...video, this.#report(1, { seconds, time: audioTime, ssrc: 0x22222222 })] : video;
  }

  #report(track: 0 | 1, at: { seconds: number; time: number; ssrc: number }): MediaPacket {
    const bytes = Buffer.alloc(28);
    bytes[0] = 0x80;
    bytes[1] = 200;
    bytes.writeUInt16BE(6, 2);
    bytes.writeUInt32BE(at.ssrc, 4);
    bytes.writeUInt32BE(Math.floor(at.seconds) >>> 0, 8);
    bytes.writeUInt32BE(Math.floor((at.seconds % 1) * 2 ** 32) >>> 0, 12);
    bytes.writeUInt32BE(at.time >>> 0, 16);
    bytes.writeUInt32BE(this.#sent[track], 20);
    return { track, rtcp: true, bytes };
  }
}

function picture(size: PictureSize, kind: "key" | "repeat", number: number): Buffer {
  const index = kind === "key" ? number % 16 : number;
  const name = `${String(size.columns)} ${kind} ${String(index)}`;
  const known = pictures.get(name);
  if (known !== undefined) return known;
  const made = kind === "key" ? keyPicture(size, { idrId: index, luma: 40 + index * 8 }) : repeatedPicture(size, index);
  pictures.set(name, made);
  return made;
}

function fragments(unit: Buffer): Buffer[] {
  const [first = 0] = unit;
  const parts: Buffer[] = [];
  for (let at = 1; at < unit.length; at += MAX_PAYLOAD - 2) {
    const part = unit.subarray(at, at + MAX_PAYLOAD - 2);
    const flags = (at === 1 ? 0x80 : 0) | (at + part.length === unit.length ? 0x40 : 0);
    parts.push(Buffer.concat([Buffer.from([(first & 0x60) | 28, flags | (first & 0x1f)]), part]));
  }
  return parts;
}

function aggregate(units: readonly Buffer[]): Buffer {
  const parts = units.map((unit) => Buffer.concat([Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]));
  return Buffer.concat([Buffer.from([0x78]), ...parts]);
}
