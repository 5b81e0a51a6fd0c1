/**
 * Initialization segments of fragmented files (ISO/IEC 14496-12 §8.1, §8.8; RFC 8216 §3.3): `ftyp` and a `moov` without
 * samples. Every track has media time of its own; none has an edit list.
 */
import { box, fullBox, u16, u32 } from "./box.ts";

/** Identity matrix, §6.2.2. */
const MATRIX = u32(0x00010000, 0, 0, 0, 0x00010000, 0, 0, 0, 0x40000000);
const MOVIE_TIMESCALE = 1000;
/** "und", three letters of five bits. */
const LANGUAGE = 0x55c4;
const FULL_VOLUME = 0x0100;
/** Enabled, in the movie, in the preview. */
const TRACK_FLAGS = 7;

/** One track of an initialization segment. */
export interface InitTrack {
  /** From 1 on. */
  readonly id: number;
  readonly kind: "video" | "audio";
  /** Ticks per second. */
  readonly timescale: number;
  readonly sampleEntry: Buffer;
  /** Pixels; 0 for audio. */
  readonly width: number;
  readonly height: number;
}

/** Prints the segment. */
export function printInitSegment(tracks: readonly InitTrack[]): Buffer {
  const brands = ["mp42", "\0\0\0\x01", "mp41", "mp42", "isom", "hlsf"].map((brand) => Buffer.from(brand, "latin1"));
  return Buffer.concat([box("ftyp", ...brands), box("moov", movieHeader(tracks), ...tracks.map(track), extensions(tracks))]);
}

function movieHeader(tracks: readonly InitTrack[]): Buffer {
  const next = Math.max(...tracks.map(({ id }) => id)) + 1;
  return fullBox(
    "mvhd",
    {},
    u32(0, 0, MOVIE_TIMESCALE, 0, 0x00010000),
    u16(FULL_VOLUME, 0),
    u32(0, 0),
    MATRIX,
    u32(0, 0, 0, 0, 0, 0, next),
  );
}

function track(it: InitTrack): Buffer {
  return box("trak", trackHeader(it), box("mdia", mediaHeader(it), handler(it), mediaInformation(it)));
}

function trackHeader({ id, kind, width, height }: InitTrack): Buffer {
  return fullBox(
    "tkhd",
    { flags: TRACK_FLAGS },
    u32(0, 0, id, 0, 0, 0, 0),
    u16(0, 0, kind === "audio" ? FULL_VOLUME : 0, 0),
    MATRIX,
    u32(width * 0x10000, height * 0x10000),
  );
}

function mediaHeader({ timescale }: InitTrack): Buffer {
  return fullBox("mdhd", {}, u32(0, 0, timescale, 0), u16(LANGUAGE, 0));
}

function handler({ kind }: InitTrack): Buffer {
  const [type, name] = kind === "video" ? ["vide", "video\0"] : ["soun", "audio\0"];
  return fullBox("hdlr", {}, u32(0), Buffer.from(type, "latin1"), u32(0, 0, 0), Buffer.from(name, "latin1"));
}

function mediaInformation({ kind, sampleEntry }: InitTrack): Buffer {
  const header = kind === "video" ? fullBox("vmhd", { flags: 1 }, u16(0, 0, 0, 0)) : fullBox("smhd", {}, u16(0, 0));
  const dataReference = fullBox("dref", {}, u32(1), fullBox("url ", { flags: 1 }));
  const table = box(
    "stbl",
    fullBox("stsd", {}, u32(1), sampleEntry),
    fullBox("stts", {}, u32(0)),
    fullBox("stsc", {}, u32(0)),
    fullBox("stsz", {}, u32(0, 0)),
    fullBox("stco", {}, u32(0)),
  );
  return box("minf", header, box("dinf", dataReference), table);
}

function extensions(tracks: readonly InitTrack[]): Buffer {
  return box("mvex", ...tracks.map(({ id }) => fullBox("trex", {}, u32(id, 1, 0, 0, 0))));
}
