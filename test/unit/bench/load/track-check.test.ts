import assert from "node:assert/strict";
import { test } from "node:test";
import { audioUnit, describeMedia, unitBytes, videoUnit, type UnitTemplate } from "#test/bench/load/media.ts";
import { mediaOf } from "#test/bench/load/reader.ts";
import { writeStamp } from "#test/bench/load/stamp.ts";
import { Tally, TrackCheck, type Unit } from "#test/bench/load/track-check.ts";

/** Packets of unit `number` sent at `number * 40` ms, with sequence numbers from `sequence` on. */
function packets(template: UnitTemplate, number: number, sequence: number): Buffer[] {
  const bytes = Buffer.from(template.bytes);
  return template.packets.map(({ start, end, stampAt }, index) => {
    bytes.writeUInt16BE((sequence + index) & 0xffff, start + 6);
    bytes.writeUInt32BE(number * 3_600, start + 8);
    if (stampAt !== 0) writeStamp(bytes, stampAt, { number, sentAt: number * 40 });
    return bytes.subarray(start + 4, end);
  });
}

function check(kind: "video" | "audio"): { tally: Tally; units: Unit[]; give: (list: readonly Buffer[], now: number) => void } {
  const tally = new Tally();
  const units: Unit[] = [];
  const track = new TrackCheck({ kind, tally, onUnit: (unit) => units.push(unit) });
  const give = (list: readonly Buffer[], now: number): void => {
    for (const packet of list) track.packet(packet, { start: 0, end: packet.length }, now);
  };
  return { tally, units, give };
}

const KEY = videoUnit(9_000, true);
const DELTA = videoUnit(4_000, false);

test("whole units are counted with their latency, across the wrap of the sequence number", () => {
  const { tally, units, give } = check("video");
  give(packets(KEY, 1, 0xfffc), 41);
  give(packets(DELTA, 2, (0xfffc + KEY.packets.length) & 0xffff), 82);
  assert.deepEqual(
    units.map(({ key, number, receivedAt, sentAt }) => ({ key, number, receivedAt, sentAt })),
    [
      { key: true, number: 1, receivedAt: 41, sentAt: 40 },
      { key: false, number: 2, receivedAt: 82, sentAt: 80 },
    ],
  );
  assert.deepEqual([tally.lostPackets, tally.brokenUnits, tally.missingUnits], [0, 0, 0]);
  assert.equal(tally.latency.max, 2);
});

test("a lost packet breaks its unit and only that", () => {
  const { tally, units, give } = check("video");
  give(packets(KEY, 1, 0), 40);
  const damaged = packets(DELTA, 2, KEY.packets.length);
  give([...damaged.slice(0, 1), ...damaged.slice(2)], 80);
  give(packets(DELTA, 3, KEY.packets.length + DELTA.packets.length), 120);
  assert.deepEqual([tally.lostPackets, tally.brokenUnits, tally.missingUnits], [1, 1, 1]);
  assert.deepEqual(
    units.map(({ number }) => number),
    [1, 3],
  );
});

test("a unit left out is noticed though sequence numbers run on", () => {
  const { tally, give } = check("video");
  give(packets(KEY, 1, 0), 40);
  give(packets(DELTA, 4, KEY.packets.length), 160);
  assert.deepEqual([tally.lostPackets, tally.missingUnits], [0, 2]);
});

test("what comes before the first unit boundary isn't judged", () => {
  const { tally, units, give } = check("video");
  give(packets(DELTA, 1, 0).slice(1), 40);
  give(packets(DELTA, 2, DELTA.packets.length), 80);
  assert.equal(tally.brokenUnits, 0);
  assert.equal(units.length, 1);
});

test("a late packet is counted and does not move the expected sequence number", () => {
  const { tally, give } = check("video");
  const [first, ...rest] = packets(KEY, 1, 10);
  assert.ok(first !== undefined);
  give([first, first, ...rest], 40);
  assert.deepEqual([tally.latePackets, tally.lostPackets, tally.units], [1, 0, 1]);
});

test("audio frames are verified too but are not units", () => {
  const { tally, units, give } = check("audio");
  give(packets(audioUnit(), 1, 0), 40);
  give(packets(audioUnit(), 3, 1), 120);
  assert.deepEqual([tally.missingUnits, tally.brokenUnits, tally.packets, units.length], [1, 0, 2, 0]);
});

test("units have the bytes of the wanted bitrate and packets of at most 1400", () => {
  const { key, delta } = unitBytes({ bitrate: 4_000_000, gopSeconds: 2 });
  const bytes = key + 49 * delta;
  assert.ok(Math.abs(bytes - 1_000_000) < 100, String(bytes));
  for (const { start, end } of videoUnit(key, true).packets) assert.ok(end - start - 4 <= 1_400);
});

test("a camera's media are found in its description, with their addresses", () => {
  assert.deepEqual(mediaOf(describeMedia(true), "rtsp://host/cam0/"), [
    { kind: "video", control: "rtsp://host/cam0/trackID=0" },
    { kind: "audio", control: "rtsp://host/cam0/trackID=1" },
  ]);
  assert.deepEqual(mediaOf("v=0\r\nm=video 0 RTP/AVP 96\r\na=control:rtsp://host/x/1\r\n", "rtsp://host/cam0"), [
    { kind: "video", control: "rtsp://host/x/1" },
  ]);
});
