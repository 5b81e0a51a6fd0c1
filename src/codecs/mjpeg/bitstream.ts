/**
 * JPEG as RFC 2435 can carry it: baseline, three components, 4:2:2 or 4:2:0, the standard Huffman tables, eight-bit
 * quantizers. Writes such a picture around scan data, and takes one apart again.
 */
import { HUFFMAN_SEGMENTS, TABLE_BYTES } from "./tables.ts";

/** Horizontal and vertical sampling of the first component, by RFC 2435 type. */
const SAMPLINGS = [0x21, 0x22];
/** Segments before the scan that are looked at. */
const MAX_SEGMENTS = 64;
const Marker = { Sof0: 0xc0, Dqt: 0xdb, Dri: 0xdd, Sos: 0xda, Eoi: 0xd9, Soi: 0xd8 } as const;

/** A picture in parts. */
export interface JpegPicture {
  /** 0 = 4:2:2, 1 = 4:2:0. */
  readonly type: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Luminance and chrominance tables in zigzag order, 128 bytes. */
  readonly quantizers: Buffer;
  /** Macroblocks between restart markers; 0 = none. */
  readonly restartInterval: number;
  /** Entropy-coded data without the end marker. */
  readonly scan: Buffer;
}

/** The picture as a JPEG file. */
export function printJpeg(picture: JpegPicture): Buffer {
  const { type, width, height, quantizers, restartInterval, scan } = picture;
  const sampling = SAMPLINGS[type] ?? 0x21;
  const tables = [0, 1].flatMap((id) => [id, ...quantizers.subarray(id * TABLE_BYTES, (id + 1) * TABLE_BYTES)]);
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return Buffer.concat([
    Buffer.of(0xff, Marker.Soi),
    segment(Marker.Dqt, tables),
    ...(restartInterval > 0 ? [segment(Marker.Dri, [restartInterval >> 8, restartInterval & 0xff])] : []),
    segment(Marker.Sof0, [8, ...size, 3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1]),
    HUFFMAN_SEGMENTS,
    segment(Marker.Sos, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
    scan,
    Buffer.of(0xff, Marker.Eoi),
  ]);
}

function segment(marker: number, body: readonly number[]): Buffer {
  const length = body.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 0xff, ...body]);
}

interface Frame {
  readonly type: number;
  readonly width: number;
  readonly height: number;
  /** Quantization table ids of luminance and chrominance. */
  readonly tables: readonly [number, number];
}

/** Takes a JPEG file apart; undefined when it isn't of the kind RFC 2435 can carry. */
export function parseJpeg(bytes: Buffer): JpegPicture | undefined {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== (0xff00 | Marker.Soi)) return undefined;
  const tables = new Map<number, Buffer>();
  let frame: Frame | undefined;
  let restartInterval = 0;
  let at = 2;
  for (let i = 0; i < MAX_SEGMENTS && at + 4 <= bytes.length; i += 1) {
    const marker = bytes[at + 1] ?? 0;
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (bytes[at] !== 0xff || end > bytes.length || end < at + 4) return undefined;
    const body = bytes.subarray(at + 4, end);
    at = end;
    if (marker === Marker.Dqt) readTables(body, tables);
    else if (marker === Marker.Sof0) frame = readFrame(body);
    else if (marker === Marker.Dri && body.length >= 2) restartInterval = body.readUInt16BE(0);
    else if (marker === Marker.Sos) return join({ frame, tables, restartInterval, scan: withoutEnd(bytes.subarray(at)) });
    else if (marker > Marker.Sof0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xcc) return undefined;
  }
  return undefined;
}

function join(parts: {
  frame: Frame | undefined;
  tables: ReadonlyMap<number, Buffer>;
  restartInterval: number;
  scan: Buffer;
}): JpegPicture | undefined {
  const { frame, restartInterval, scan } = parts;
  const luma = frame && parts.tables.get(frame.tables[0]);
  const chroma = frame && parts.tables.get(frame.tables[1]);
  if (frame === undefined || luma === undefined || chroma === undefined || scan.length === 0) return undefined;
  const { type, width, height } = frame;
  return { type, width, height, quantizers: Buffer.concat([luma, chroma]), restartInterval, scan };
}

function readTables(body: Buffer, into: Map<number, Buffer>): void {
  for (let at = 0; at + 1 + TABLE_BYTES <= body.length; at += 1 + TABLE_BYTES) {
    const header = body[at] ?? 0;
    if (header > 3) return; // 16-bit quantizers, or no such id
    into.set(header, body.subarray(at + 1, at + 1 + TABLE_BYTES));
  }
}

function readFrame(body: Buffer): Frame | undefined {
  if (body.length < 15 || body[0] !== 8 || body[5] !== 3) return undefined;
  const type = SAMPLINGS.indexOf(body[7] ?? 0);
  if (type < 0 || body[10] !== 0x11 || body[13] !== 0x11 || body[11] !== body[14]) return undefined;
  return { type, width: body.readUInt16BE(3), height: body.readUInt16BE(1), tables: [body[8] ?? 0, body[11] ?? 0] };
}

function withoutEnd(scan: Buffer): Buffer {
  const end = scan.lastIndexOf(Buffer.of(0xff, Marker.Eoi));
  return end < 0 ? scan : scan.subarray(0, end);
}
