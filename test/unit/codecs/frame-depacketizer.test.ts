import assert from "node:assert/strict";
import { test } from "node:test";
import type { FramePart } from "#codecs/frame-depacketizer.ts";
import { FrameDepacketizer } from "#codecs/frame-depacketizer.ts";

/** Payloads here begin with `k` or `d` where a frame begins, `i` inside, `x` where they are broken. */
function read(payload: Buffer): FramePart | undefined {
  const opens = { k: "key", d: "delta", i: "inside" }[payload.toString("latin1", 0, 1)] as FramePart["opens"] | undefined;
  return opens && { opens, data: payload.subarray(1) };
}

function pushAll(...packets: readonly [payload: string, timestamp: number, marker: boolean][]): string[] {
  const depacketizer = new FrameDepacketizer(read);
  return packets.map(([payload, timestamp, marker]) => {
    const result = depacketizer.push({ payload: Buffer.from(payload), timestamp, marker });
    if (result.kind !== "access-units") return result.kind;
    return result.accessUnits.map((unit) => `${unit.type}@${String(unit.timestamp)}:${unit.units.join("")}`).join(" ");
  });
}

test("joins the pieces of a frame", () => {
  assert.deepEqual(pushAll(["kab", 0, false], ["icd", 0, false], ["ief", 0, true], ["dgh", 1, true]), [
    "need-more",
    "need-more",
    "key@0:abcdef",
    "delta@1:gh",
  ]);
});

test("ends a frame with a new timestamp where the marker is missing", () => {
  assert.deepEqual(pushAll(["kab", 0, false], ["dcd", 1, false], ["def", 2, true]), [
    "need-more",
    "key@0:ab",
    "delta@1:cd delta@2:ef",
  ]);
});

test("joins in the middle by waiting for a beginning", () => {
  assert.deepEqual(pushAll(["iab", 0, true], ["dcd", 1, true]), ["joined-mid-unit", "delta@1:cd"]);
});

test("calls broken payloads and pieces of nothing damaged, then waits", () => {
  assert.deepEqual(pushAll(["kab", 0, true], ["icd", 1, true], ["icd", 1, true], ["x", 2, true], ["kef", 3, true]), [
    "key@0:ab",
    "damaged",
    "joined-mid-unit",
    "damaged",
    "key@3:ef",
  ]);
});

test("a layer that begins within the frame doesn't end it", () => {
  assert.deepEqual(pushAll(["kab", 0, false], ["dcd", 0, true]), ["need-more", "key@0:abcd"]);
});

test("holds no more than one frame may have", () => {
  const depacketizer = new FrameDepacketizer(read);
  const piece = Buffer.alloc(65_000, "i");
  depacketizer.push({ payload: Buffer.from("kab"), timestamp: 0, marker: false });
  const kinds = Array.from({ length: 70 }, () => depacketizer.push({ payload: piece, timestamp: 0, marker: false }).kind);
  assert.equal(kinds.filter((kind) => kind === "damaged").length, 1);
  assert.equal(kinds.at(-1), "joined-mid-unit");
});
