import assert from "node:assert/strict";
import { test } from "node:test";
import { Av1Depacketizer, Av1Packetizer } from "#codecs/av1/rtp.ts";

interface Sent {
  readonly hex: string;
  readonly at?: number;
  readonly marker?: boolean;
}

/** What each packet brought: the outcome's name, or the units in hexadecimal. */
function pushAll(...packets: readonly Sent[]): string[] {
  const depacketizer = new Av1Depacketizer();
  return packets.map(({ hex, at = 0, marker = false }) => {
    const result = depacketizer.push({ payload: Buffer.from(hex, "hex"), timestamp: at, marker });
    if (result.kind !== "access-units") return result.kind;
    return result.accessUnits.map((unit) => `${unit.type}:${unit.units.map((obu) => obu.toString("hex")).join("+")}`).join(" ");
  });
}

test("reads elements with lengths, and the last without where the count is told", () => {
  assert.deepEqual(pushAll({ hex: "08020a110330aabb", marker: true }), ["damaged"], "0a11 claims 17 bytes");
  assert.deepEqual(pushAll({ hex: "080208110330aabb", marker: true }), ["key:0811+30aabb"]);
  assert.deepEqual(pushAll({ hex: "2802081130aabb", marker: true }), ["key:0811+30aabb"]);
  assert.deepEqual(pushAll({ hex: "1830aabb", marker: true }), ["key:30aabb"]);
});

test("joins an element over three packets", () => {
  assert.deepEqual(pushAll({ hex: "5830aa" }, { hex: "d0bb" }, { hex: "90cc", marker: true }), [
    "need-more",
    "need-more",
    "key:30aabbcc",
  ]);
});

test("takes out temporal delimiters and size fields", () => {
  assert.deepEqual(pushAll({ hex: "08021200043202aabb", marker: true }), ["key:30aabb"]);
});

test("takes a sequence header for the beginning where a sender never says so", () => {
  assert.deepEqual(pushAll({ hex: "1030aa", marker: false }, { hex: "00020811", at: 1, marker: true }), [
    "joined-mid-unit",
    "key:0811",
  ]);
});

test("begins after a marker when no new sequence shows up", () => {
  assert.deepEqual(pushAll({ hex: "1030aa" }, { hex: "1030bb", marker: true }, { hex: "1030cc", at: 1, marker: true }), [
    "joined-mid-unit",
    "joined-mid-unit",
    "delta:30cc",
  ]);
});

test("ends a unit with a new timestamp where the marker is missing", () => {
  assert.deepEqual(pushAll({ hex: "1830aa" }, { hex: "1030bb", at: 1, marker: true }), ["need-more", "key:30aa delta:30bb"]);
});

test("after a gap waits for a boundary", () => {
  const depacketizer = new Av1Depacketizer();
  depacketizer.push({ payload: Buffer.from("5830aa", "hex"), timestamp: 0, marker: false });
  depacketizer.reset();
  assert.equal(depacketizer.push({ payload: Buffer.from("90cc", "hex"), timestamp: 0, marker: true }).kind, "joined-mid-unit");
  assert.equal(depacketizer.push({ payload: Buffer.from("1030dd", "hex"), timestamp: 1, marker: true }).kind, "access-units");
});

for (const [name, ...packets] of [
  ["an empty payload", { hex: "" }],
  ["a header alone", { hex: "08" }],
  ["an element longer than the rest", { hex: "08ff30" }],
  ["a first element that goes on from nothing", { hex: "9830aa" }],
  ["an element that never goes on", { hex: "5830aa" }, { hex: "1030bb" }],
  ["a unit that ends inside an element", { hex: "5830aa", marker: true }],
] as const) {
  test(`refuses as damaged: ${name}`, () => {
    assert.equal(pushAll(...packets).at(-1), "damaged");
  });
}

test("holds no more units and bytes than one temporal unit may have", () => {
  const flood = Array.from({ length: 300 }, (): Sent => ({ hex: "1030aa" }));
  assert.ok(pushAll({ hex: "1830aa" }, ...flood).includes("damaged"));
  const depacketizer = new Av1Depacketizer();
  const piece = Buffer.concat([Buffer.of(0xd0), Buffer.alloc(60_000, 1)]);
  const first = Buffer.concat([Buffer.of(0x58), Buffer.alloc(60_000, 1)]);
  const kinds = [first, ...Array.from({ length: 80 }, () => piece)].map(
    (payload) => depacketizer.push({ payload, timestamp: 0, marker: false }).kind,
  );
  assert.ok(kinds.includes("damaged"));
});

test("says new sequence on the first packet of key units only", () => {
  const units = [Buffer.concat([Buffer.of(0x30), Buffer.alloc(250, 7)])];
  const headers = (type: "key" | "delta"): number[] =>
    new Av1Packetizer(100).packetize({ timestamp: 0, type, units }).map(({ payload }) => payload[0] ?? 0);
  assert.deepEqual(headers("key"), [0x48, 0xc0, 0x80]);
  assert.deepEqual(headers("delta"), [0x40, 0xc0, 0x80]);
});
