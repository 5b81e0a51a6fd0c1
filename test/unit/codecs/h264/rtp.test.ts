import assert from "node:assert/strict";
import { test } from "node:test";
import type { DepacketizerResult } from "#codecs/codec.ts";
import { H264Depacketizer, H264Packetizer, printStapA } from "#codecs/h264/rtp.ts";

const SPS = Buffer.from("6742c028da01e0089f97011000000300100000030320f1832a", "hex");
const PPS = Buffer.from("68ce0fc8", "hex");
const IDR = Buffer.concat([Buffer.from("6588", "hex"), Buffer.alloc(300, 0x11)]);
const SLICE = Buffer.from("419a2233", "hex");
/** A slice that doesn't begin the picture: first_mb_in_slice > 0. */
const SECOND_SLICE = Buffer.from("41602233", "hex");
const SEI = Buffer.from("0605aabbccddee80", "hex");

interface Sent {
  readonly payload: Buffer;
  readonly at?: number;
  readonly marker?: boolean;
}

function push(depacketizer: H264Depacketizer, sent: Sent): DepacketizerResult {
  return depacketizer.push({ payload: sent.payload, timestamp: sent.at ?? 0, marker: sent.marker ?? false });
}

/** What each packet brought: the outcome's name, or the units' NAL lengths. */
function pushAll(packets: readonly Sent[]): string[] {
  const depacketizer = new H264Depacketizer();
  return packets.map((sent) => described(push(depacketizer, sent)));
}

function described(result: DepacketizerResult): string {
  if (result.kind !== "access-units") return result.kind;
  return result.accessUnits
    .map((unit) => `${unit.type}@${String(unit.timestamp)}:${unit.units.map((nal) => nal.length).join("+")}`)
    .join(" ");
}

test("ends a unit with the marker", () => {
  assert.deepEqual(
    pushAll([{ payload: SPS }, { payload: PPS }, { payload: IDR, marker: true }, { payload: SLICE, at: 3000, marker: true }]),
    ["need-more", "need-more", "key@0:25+4+302", "delta@3000:4"],
  );
});

test("ends a unit with a new timestamp where the marker is missing", () => {
  assert.deepEqual(pushAll([{ payload: IDR }, { payload: SLICE, at: 3000 }, { payload: SLICE, at: 6000, marker: true }]), [
    "need-more",
    "key@0:302",
    "delta@3000:4 delta@6000:4",
  ]);
});

test("isn't misled by the marker on parameter sets", () => {
  assert.deepEqual(
    pushAll([
      { payload: SPS, marker: true },
      { payload: PPS, marker: true },
      { payload: SEI, marker: true },
      { payload: IDR, marker: true },
    ]),
    ["need-more", "need-more", "need-more", "key@0:25+4+8+302"],
  );
});

test("gives parameter sets with a timestamp of their own to the next unit", () => {
  assert.deepEqual(
    pushAll([
      { payload: printStapA([SPS, PPS]), at: 1, marker: true },
      { payload: IDR, at: 3000, marker: true },
    ]),
    ["need-more", "key@3000:25+4+302"],
  );
});

test("cuts several NAL units with start codes apart", () => {
  const start = Buffer.from("00000001", "hex");
  const together = Buffer.concat([start, SPS, start, PPS, start, IDR]);
  assert.deepEqual(pushAll([{ payload: together, marker: true }]), ["key@0:25+4+302"]);
  assert.deepEqual(pushAll([{ payload: together.subarray(4), marker: true }]), ["key@0:25+4+302"]);
});

test("waits for a unit's beginning when it joins in the middle", () => {
  const fragments = new H264Packetizer(120).packetize({ timestamp: 0, type: "key", units: [IDR] });
  const rest = fragments.slice(1).map(({ payload, marker }) => ({ payload, marker }));
  const outcomes = pushAll([
    ...rest,
    { payload: SECOND_SLICE, at: 3000, marker: true },
    { payload: SLICE, at: 6000, marker: true },
  ]);
  assert.deepEqual(outcomes, ["joined-mid-unit", "joined-mid-unit", "joined-mid-unit", "delta@6000:4"]);
});

test("after a gap gives nothing of the unit it hit", () => {
  const depacketizer = new H264Depacketizer();
  push(depacketizer, { payload: IDR });
  depacketizer.reset();
  assert.equal(described(push(depacketizer, { payload: SECOND_SLICE, marker: true })), "joined-mid-unit");
  assert.equal(described(push(depacketizer, { payload: SLICE, at: 3000, marker: true })), "delta@3000:4");
});

test("calls an unfinished fragment before another unit damaged", () => {
  const [first] = new H264Packetizer(120).packetize({ timestamp: 0, type: "key", units: [IDR] });
  assert.ok(first);
  assert.deepEqual(
    pushAll([{ payload: first.payload }, { payload: SLICE, at: 3000 }, { payload: SLICE, at: 6000, marker: true }]),
    ["need-more", "damaged", "delta@3000:4 delta@6000:4"],
  );
});

const damaged: readonly { name: string; payload: string }[] = [
  { name: "a STAP-A part longer than the rest", payload: "780004688888888000ff65" },
  { name: "a STAP-A within a STAP-A", payload: "7800046888888800047800016500" },
  { name: "a type of the interleaved mode", payload: "7a00" },
  { name: "type 0", payload: "00aa" },
];

for (const { name, payload } of damaged) {
  test(`refuses as damaged: ${name}`, () => {
    assert.deepEqual(pushAll([{ payload: SPS }, { payload: Buffer.from(payload, "hex") }])[1], "damaged");
  });
}

test("gives bytes of its own, not views of packets", () => {
  const depacketizer = new H264Depacketizer();
  const payload = Buffer.from(SLICE);
  const result = push(depacketizer, { payload, marker: true });
  payload.fill(0);
  assert.ok(result.kind === "access-units");
  assert.deepEqual(result.accessUnits[0]?.units[0], SLICE);
});

test("holds no more NAL units and bytes than one access unit may have", () => {
  const flood = Array.from({ length: 600 }, () => ({ payload: SEI }));
  assert.ok(pushAll([{ payload: SPS }, ...flood]).includes("damaged"));
  const fragment = Buffer.concat([Buffer.from("7c05", "hex"), Buffer.alloc(60_000, 1)]);
  const first = Buffer.concat([Buffer.from("7c8588", "hex"), Buffer.alloc(60_000, 1)]);
  assert.ok(pushAll([{ payload: first }, ...Array.from({ length: 80 }, () => ({ payload: fragment }))]).includes("damaged"));
});

test("packs small NAL units together and the large one in fragments", () => {
  const payloads = new H264Packetizer(200).packetize({ timestamp: 0, type: "key", units: [SPS, PPS, IDR] });
  assert.deepEqual(
    payloads.map(({ payload, marker }) => [(payload[0] ?? 0) & 0x1f, payload.length, marker]),
    [
      [24, 34, false],
      [28, 200, false],
      [28, 105, true],
    ],
  );
  assert.deepEqual(
    payloads.slice(1).map(({ payload }) => (payload[1] ?? 0) >> 6),
    [2, 1],
    "first and last are marked as such",
  );
});

test("a NAL unit that just fits goes alone", () => {
  const units = [Buffer.concat([Buffer.of(0x41), Buffer.alloc(99, 0xff)])];
  const payloads = new H264Packetizer(100).packetize({ timestamp: 0, type: "delta", units });
  assert.deepEqual(payloads, [{ payload: units[0], marker: true, timestampOffset: 0 }]);
});

test("a STAP-A is as important as its most important part", () => {
  const header = printStapA([Buffer.from("0605", "hex"), Buffer.from("4101", "hex")])[0];
  assert.equal(header, 0x40 | 24);
});
