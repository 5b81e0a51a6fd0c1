/**
 * Transport packets (ISO/IEC 13818-1 §2.4.3) around tables and PES packets. Continuity counters run through, so one printer
 * belongs to one stream of segments.
 *
 *   |47|error,start,priority,PID|scrambling,adaptation,counter|adaptation field?|payload| = 188 bytes
 */

const PACKET_BYTES = 188;
const HEADER_BYTES = 4;
const SYNC = 0x47;
const UNIT_START = 0x4000;
const HAS_PAYLOAD = 0x10;
const HAS_ADAPTATION = 0x20;
const RANDOM_ACCESS = 0x40;
const HAS_CLOCK = 0x10;
const CLOCK_BYTES = 6;

/** A PES packet to be carried; times in 90 kHz. */
export interface PesPacket {
  readonly pid: number;
  readonly streamId: number;
  readonly pts: number;
  /** Left out where it is the same. */
  readonly dts: number;
  readonly type: "key" | "delta";
  /** Clock reference to go with it. */
  readonly clock: number | undefined;
  readonly payload: readonly Buffer[];
}

/** See the head of this file. */
export class TransportPackets {
  readonly #counters = new Map<number, number>();

  /** A table in a packet of its own. */
  table(pid: number, section: Buffer): Buffer {
    const packet = Buffer.alloc(PACKET_BYTES, 0xff);
    this.#header(packet, { pid, start: true, flags: HAS_PAYLOAD });
    packet[HEADER_BYTES] = 0;
    section.copy(packet, HEADER_BYTES + 1);
    return packet;
  }

  /** All packets of a PES packet, in one buffer. */
  pes(pes: PesPacket): Buffer {
    const header = pesHeader(pes);
    const payloadBytes = pes.payload.reduce((sum, part) => sum + part.length, 0);
    const data = Buffer.concat([header, ...pes.payload], header.length + payloadBytes);
    const first = adaptation(pes);
    const room = PACKET_BYTES - HEADER_BYTES;
    const count = data.length <= room - first.length ? 1 : 1 + Math.ceil((data.length - (room - first.length)) / room);
    const packets = Buffer.allocUnsafe(count * PACKET_BYTES);
    let at = 0;
    for (let index = 0; index < count; index += 1) {
      const packet = packets.subarray(index * PACKET_BYTES, (index + 1) * PACKET_BYTES);
      const field = stuffed(index === 0 ? first : Buffer.alloc(0), room - (data.length - at));
      const flags = HAS_PAYLOAD | (field.length > 0 ? HAS_ADAPTATION : 0);
      this.#header(packet, { pid: pes.pid, start: index === 0, flags });
      field.copy(packet, HEADER_BYTES);
      at += data.copy(packet, HEADER_BYTES + field.length, at);
    }
    return packets;
  }

  #header(packet: Buffer, what: { pid: number; start: boolean; flags: number }): void {
    const counter = this.#counters.get(what.pid) ?? 0;
    this.#counters.set(what.pid, (counter + 1) & 0x0f);
    packet[0] = SYNC;
    packet.writeUInt16BE((what.start ? UNIT_START : 0) | what.pid, 1);
    packet[3] = what.flags | counter;
  }
}

/** `field` made longer so that `bytes` of a packet are filled; a field of one byte is its length alone. */
function stuffed(field: Buffer, bytes: number): Buffer {
  if (bytes <= field.length) return field;
  const longer = Buffer.alloc(bytes, 0xff);
  longer[0] = bytes - 1;
  if (bytes > 1) longer[1] = field[1] ?? 0;
  if (field.length > 2) field.copy(longer, 2, 2);
  return longer;
}

function adaptation({ type, clock }: PesPacket): Buffer {
  if (type !== "key" && clock === undefined) return Buffer.alloc(0);
  const field = Buffer.alloc(2 + (clock === undefined ? 0 : CLOCK_BYTES));
  field[0] = field.length - 1;
  field[1] = (type === "key" ? RANDOM_ACCESS : 0) | (clock === undefined ? 0 : HAS_CLOCK);
  if (clock !== undefined) {
    const base = wrapped(clock);
    field.writeUInt32BE(Math.floor(base / 2), 2);
    field.writeUInt16BE(((base % 2) << 15) | 0x7e00, 6);
  }
  return field;
}

/** §2.4.3.6; the length is left open where it doesn't fit, which video may. */
function pesHeader({ streamId, pts, dts, payload }: PesPacket): Buffer {
  const times = pts === dts ? [time(0x20, pts)] : [time(0x30, pts), time(0x10, dts)];
  const timeBytes = Buffer.concat(times);
  const length = 3 + timeBytes.length + payload.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(9);
  head.writeUIntBE(0x000001, 0, 3);
  head[3] = streamId;
  head.writeUInt16BE(length <= 0xffff ? length : 0, 4);
  head[6] = 0x84; // data alignment
  head[7] = pts === dts ? 0x80 : 0xc0;
  head[8] = timeBytes.length;
  return Buffer.concat([head, timeBytes]);
}

/** 33 bits in five bytes, with marker bits. */
function time(prefix: number, value: number): Buffer {
  const ticks = wrapped(value);
  const bytes = Buffer.alloc(5);
  bytes[0] = prefix | (Math.floor(ticks / 2 ** 30) << 1) | 1;
  bytes.writeUInt16BE(((Math.floor(ticks / 2 ** 15) & 0x7fff) << 1) | 1, 1);
  bytes.writeUInt16BE(((ticks % 2 ** 15) << 1) | 1, 3);
  return bytes;
}

function wrapped(value: number): number {
  return ((Math.round(value) % 2 ** 33) + 2 ** 33) % 2 ** 33;
}
