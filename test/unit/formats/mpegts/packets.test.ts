/** Transport packets as a demultiplexer reads them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TransportPackets } from "#formats/mpegts/packets.ts";
import { MAP_PID, printAssociation, printMap } from "#formats/mpegts/tables.ts";
import { crc32 } from "#formats/mpegts/crc.ts";

/** Payload bytes of the packets, and their counters. */
function read(bytes: Buffer): { payload: Buffer; counters: number[]; starts: boolean[] } {
  const parts: Buffer[] = [];
  const counters: number[] = [];
  const starts: boolean[] = [];
  for (let at = 0; at < bytes.length; at += 188) {
    const packet = bytes.subarray(at, at + 188);
    assert.equal(packet[0], 0x47);
    const hasField = ((packet[3] ?? 0) & 0x20) !== 0;
    const field = hasField ? (packet[4] ?? 0) + 1 : 0;
    assert.ok(4 + field <= 188);
    parts.push(packet.subarray(4 + field));
    counters.push((packet[3] ?? 0) & 15);
    starts.push(((packet[1] ?? 0) & 0x40) !== 0);
  }
  return { payload: Buffer.concat(parts), counters, starts };
}

const base = { pid: 0x100, streamId: 0xe0, pts: 90_000, dts: 90_000, type: "delta", clock: undefined } as const;

for (const length of [1, 100, 169, 170, 171, 182, 183, 184, 185, 353, 354, 355, 5000]) {
  test(`a payload of ${String(length)} bytes comes out whole`, () => {
    const packets = new TransportPackets();
    const payload = Buffer.alloc(length, 0x5a);
    const bytes = packets.pes({ ...base, type: "key", clock: 81_000, payload: [payload] });
    const { payload: pes, counters, starts } = read(bytes);
    assert.deepEqual(pes.subarray(14), payload);
    assert.deepEqual(
      counters,
      counters.map((_, index) => index % 16),
    );
    assert.deepEqual(
      starts,
      starts.map((_, index) => index === 0),
    );
  });
}

test("times are written with their marker bits, 33 bits long", () => {
  const { payload } = read(new TransportPackets().pes({ ...base, pts: 2 ** 33 + 5, dts: 3, payload: [Buffer.of(1)] }));
  assert.equal(payload.toString("hex", 9, 19), "31000100" + "0b" + "11000100" + "07");
});

test("tables are checked and say where the streams are", () => {
  for (const section of [printAssociation(), printMap([{ streamType: 0x1b, descriptors: Buffer.alloc(0) }])]) {
    assert.equal(crc32(section), 0);
  }
  const table = new TransportPackets().table(MAP_PID, printAssociation());
  assert.equal(table.length, 188);
});
