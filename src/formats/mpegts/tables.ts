/** Program association and program map (ISO/IEC 13818-1 §2.4.4): one program, whole tables in one packet each. */
import { crc32 } from "./crc.ts";

/** Where the map is; any 13-bit number above 0x1f would do. */
export const MAP_PID = 0x1000;
/** Where the first stream is; the others follow. */
export const FIRST_STREAM_PID = 0x100;

const PROGRAM_NUMBER = 1;
const ASSOCIATION_TABLE = 0x00;
const MAP_TABLE = 0x02;

/** One elementary stream in the map. */
export interface MappedStream {
  readonly streamType: number;
  readonly descriptors: Buffer;
}

/** The section that says where the map is. */
export function printAssociation(): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt16BE(PROGRAM_NUMBER, 0);
  body.writeUInt16BE(0xe000 | MAP_PID, 2);
  return section(ASSOCIATION_TABLE, 1, body);
}

/** The section that lists the streams, on PIDs from `FIRST_STREAM_PID` on; the first carries the clock. */
export function printMap(streams: readonly MappedStream[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xe000 | FIRST_STREAM_PID, 0);
  head.writeUInt16BE(0xf000, 2);
  const entries = streams.map(({ streamType, descriptors }, index) => {
    const entry = Buffer.alloc(5);
    entry[0] = streamType;
    entry.writeUInt16BE(0xe000 | (FIRST_STREAM_PID + index), 1);
    entry.writeUInt16BE(0xf000 | descriptors.length, 3);
    return Buffer.concat([entry, descriptors]);
  });
  return section(MAP_TABLE, PROGRAM_NUMBER, Buffer.concat([head, ...entries]));
}

function section(table: number, id: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head[0] = table;
  head.writeUInt16BE(0xb000 | (5 + body.length + 4), 1);
  head.writeUInt16BE(id, 3);
  head[5] = 0xc1; // version 0, valid now
  const checked = Buffer.concat([head, body]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(checked));
  return Buffer.concat([checked, check]);
}
