import assert from "node:assert/strict";
import { test } from "node:test";
import type { DepacketizerResult } from "#codecs/codec.ts";
import { H265Depacketizer, H265Packetizer, printAggregation } from "#codecs/h265/rtp.ts";

const VPS = Buffer.from("40010c01ffff016000000300900000030000030078959409", "hex");
const PPS = Buffer.from("4401c073c189", "hex");
const IDR = Buffer.concat([Buffer.from("2601af", "hex"), Buffer.alloc(300, 0x11)]);
const SLICE = Buffer.from("0201d0112233", "hex");
/** first_slice_segment_in_pic_flag is 0. */
const SECOND_SLICE = Buffer.from("020150112233", "hex");

function described(result: DepacketizerResult): string {
  if (result.kind !== "access-units") return result.kind;
  return result.accessUnits.map((unit) => `${unit.type}:${unit.units.map((nal) => nal.length).join("+")}`).join(" ");
}

function pushAll(packets: readonly { payload: Buffer; at?: number; marker?: boolean }[], hasDon = false): string[] {
  const depacketizer = new H265Depacketizer(hasDon);
  return packets.map(({ payload, at = 0, marker = false }) => described(depacketizer.push({ payload, timestamp: at, marker })));
}

test("ends a unit with the marker, single units and aggregated ones in it", () => {
  assert.deepEqual(pushAll([{ payload: printAggregation([VPS, PPS]) }, { payload: IDR, marker: true }]), [
    "need-more",
    "key:24+6+303",
  ]);
});

test("isn't misled by the marker on parameter sets", () => {
  assert.deepEqual(
    pushAll([
      { payload: VPS, marker: true },
      { payload: IDR, marker: true },
    ]),
    ["need-more", "key:24+303"],
  );
});

test("passes over decoding order numbers", () => {
  const single = Buffer.concat([SLICE.subarray(0, 2), Buffer.from("0001", "hex"), SLICE.subarray(2)]);
  const aggregated = Buffer.concat([
    Buffer.from("60010002", "hex"),
    Buffer.from("0006", "hex"),
    PPS,
    Buffer.from("000006", "hex"),
    SLICE,
  ]);
  const first = Buffer.concat([Buffer.from("6201810003", "hex"), SLICE.subarray(2, 4)]);
  const last = Buffer.concat([Buffer.from("620141", "hex"), SLICE.subarray(4)]);
  assert.deepEqual(
    pushAll(
      [
        { payload: single, at: 1, marker: true },
        { payload: aggregated, at: 2, marker: true },
        { payload: first, at: 3 },
        { payload: last, at: 3, marker: true },
      ],
      true,
    ),
    ["delta:6", "delta:6+6", "need-more", "delta:6"],
  );
});

test("waits for a unit's beginning", () => {
  assert.deepEqual(
    pushAll([
      { payload: SECOND_SLICE, marker: true },
      { payload: Buffer.from("620141aabb", "hex"), at: 1, marker: true },
      { payload: SLICE, at: 2, marker: true },
    ]),
    ["joined-mid-unit", "joined-mid-unit", "delta:6"],
  );
});

for (const [name, payload] of [
  ["an aggregated part longer than the rest", "600100ff02"],
  ["an aggregation packet within one", "600100046001aabb"],
  ["a fragment without data", "620181"],
  ["a later fragment without a first", "620101aabb"],
  ["PACI", "6401aabbcc"],
  ["one byte", "02"],
] as const) {
  test(`refuses as damaged: ${name}`, () => {
    assert.equal(pushAll([{ payload: VPS }, { payload: Buffer.from(payload, "hex") }])[1], "damaged");
  });
}

test("cuts to size: aggregated, then fragments with first and last marked", () => {
  const payloads = new H265Packetizer(200).packetize({ timestamp: 0, type: "key", units: [VPS, PPS, IDR] });
  assert.deepEqual(
    payloads.map(({ payload, marker }) => [(payload[0] ?? 0) >> 1, payload.length, marker]),
    [
      [48, 36, false],
      [49, 200, false],
      [49, 107, true],
    ],
  );
  assert.deepEqual(
    payloads.slice(1).map(({ payload }) => payload[2]),
    [0x80 | 19, 0x40 | 19],
  );
});

test("an aggregation packet has the lowest layer and temporal id of its parts", () => {
  const parts = [Buffer.from("02130000", "hex"), Buffer.from("020a0000", "hex")];
  assert.equal(printAggregation(parts).subarray(0, 2).toString("hex"), "600a");
});
