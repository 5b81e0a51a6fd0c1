/**
 * The demo clip's file: access units of a looping recording, in the order they are sent. An own, plain form, so that the demo
 * camera needs no demuxer; bundle/demo/README.md describes it for people. Everything declared in it is checked against what
 * is there before it is used.
 *
 *   "SLUICECLIP1\n" · u32 length of head · head (JSON) · units
 *   unit = u8 track · u8 flags (1 = key) · u32 time (ticks of the track's clock) · u32 length · bytes
 *
 * Integers are big-endian. A video unit's bytes are NAL units, each after its u32 length; an audio unit's are one frame.
 */
import type { AccessUnit, MediaKind } from "#codecs/codec.ts";
import { demoError } from "./errors.ts";

const MAGIC = Buffer.from("SLUICECLIP1\n", "latin1");
const UNIT_HEADER_BYTES = 10;
const KEY_FLAG = 1;

/** Largest file that is read. */
export const MAX_CLIP_BYTES = 4 * 1024 * 1024;
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_TRACKS = 4;
const MAX_UNITS = 20_000;
const MAX_NALS_PER_UNIT = 64;

/** One track of a clip, as SDP would describe it. */
export interface ClipTrack {
  readonly kind: MediaKind;
  readonly encodingName: string;
  readonly payloadType: number;
  /** Hz */
  readonly clockRate: number;
  readonly channels?: number;
  readonly fmtp: Readonly<Record<string, string>>;
}

/** One access unit; its timestamp counts ticks of the track's clock from the clip's beginning. */
export interface ClipUnit extends AccessUnit {
  readonly track: number;
}

/** A whole clip. It loops after `durationMs`: each track's units fill exactly that time. */
export interface Clip {
  readonly durationMs: number;
  readonly tracks: readonly ClipTrack[];
  /** In the order of their times. */
  readonly units: readonly ClipUnit[];
}

/** Reads a clip; its units are views of `file`. Throws `demo-clip-unreadable`. */
export function parseClip(file: Buffer): Clip {
  if (file.length > MAX_CLIP_BYTES) throw unreadable("it is too large");
  if (!file.subarray(0, MAGIC.length).equals(MAGIC) || file.length < MAGIC.length + 4) throw unreadable("it is not a clip");
  const headBytes = file.readUInt32BE(MAGIC.length);
  const headStart = MAGIC.length + 4;
  if (headBytes > MAX_HEAD_BYTES || headBytes > file.length - headStart) throw unreadable("its head is cut off");
  const head = parseHead(file.toString("utf8", headStart, headStart + headBytes));
  const units: ClipUnit[] = [];
  let at = headStart + headBytes;
  while (at < file.length) {
    if (units.length >= MAX_UNITS) throw unreadable("it has too many units");
    if (file.length - at < UNIT_HEADER_BYTES) throw unreadable("a unit is cut off");
    const length = file.readUInt32BE(at + 6);
    const start = at + UNIT_HEADER_BYTES;
    if (length === 0 || length > file.length - start) throw unreadable("a unit is cut off");
    const track = file.readUInt8(at);
    const kind = head.tracks[track]?.kind;
    if (kind === undefined) throw unreadable("a unit belongs to no track");
    const bytes = file.subarray(start, start + length);
    units.push({
      track,
      type: (file.readUInt8(at + 1) & KEY_FLAG) !== 0 ? "key" : "delta",
      timestamp: file.readUInt32BE(at + 2),
      units: kind === "video" ? splitNals(bytes) : [bytes],
    });
    at = start + length;
  }
  return { ...head, units };
}

/** The clip as a file; what `parseClip` reads. */
export function printClip(clip: Clip): Buffer {
  const head = Buffer.from(JSON.stringify({ durationMs: clip.durationMs, tracks: clip.tracks }), "utf8");
  const parts = [MAGIC, u32(head.length), head];
  for (const unit of clip.units) {
    const isVideo = clip.tracks[unit.track]?.kind === "video";
    const bytes = isVideo ? unit.units.flatMap((nal) => [u32(nal.length), nal]) : [...unit.units];
    const length = bytes.reduce((total, part) => total + part.length, 0);
    parts.push(Buffer.of(unit.track, unit.type === "key" ? KEY_FLAG : 0), u32(unit.timestamp), u32(length), ...bytes);
  }
  return Buffer.concat(parts);
}

function splitNals(bytes: Buffer): readonly Buffer[] {
  const nals: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (nals.length >= MAX_NALS_PER_UNIT) throw unreadable("a unit has too many NAL units");
    const length = bytes.length - at >= 4 ? bytes.readUInt32BE(at) : 0;
    if (length === 0 || length > bytes.length - at - 4) throw unreadable("a NAL unit is cut off");
    nals.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return nals;
}

function parseHead(text: string): { durationMs: number; tracks: readonly ClipTrack[] } {
  const head = parseJson(text);
  if (!isRecord(head)) throw unreadable("its head is not an object");
  const { durationMs, tracks } = head;
  if (typeof durationMs !== "number" || !(durationMs > 0)) throw unreadable("it has no duration");
  if (!Array.isArray(tracks) || tracks.length === 0 || tracks.length > MAX_TRACKS) throw unreadable("it has no tracks");
  return { durationMs, tracks: tracks.map(parseTrack) };
}

function parseTrack(track: unknown): ClipTrack {
  if (!isRecord(track)) throw unreadable("a track is not an object");
  const { kind, encodingName, payloadType, clockRate, channels, fmtp } = track;
  if (kind !== "video" && kind !== "audio") throw unreadable("a track is neither video nor audio");
  if (typeof encodingName !== "string" || !isInteger(payloadType, 127) || !isInteger(clockRate, 1_000_000) || clockRate === 0) {
    throw unreadable("a track has no format");
  }
  if (channels !== undefined && !isInteger(channels, 255)) throw unreadable("a track has no sensible channels");
  if (!isRecord(fmtp)) throw unreadable("a track has no parameters");
  const parameters = Object.fromEntries(Object.entries(fmtp).map(([key, value]) => [key, String(value)]));
  return { kind, encodingName, payloadType, clockRate, ...(channels === undefined ? {} : { channels }), fmtp: parameters };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw unreadable("its head is not JSON", error);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isInteger(value: unknown, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;
}

function u32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function unreadable(reason: string, cause?: unknown): Error {
  return demoError("demo-clip-unreadable", { details: { reason }, ...(cause === undefined ? {} : { cause }) });
}
