import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeFrames } from "#codecs/whole-frames.ts";

test("a packet is a frame", () => {
  const frame = Buffer.from("frame");
  const result = wholeFrames.depacketizer().push({ payload: frame, timestamp: 9, marker: false });
  assert.deepEqual(result, { kind: "access-units", accessUnits: [{ timestamp: 9, type: "key", units: [frame] }] });
  assert.deepEqual(wholeFrames.packetizer(100).packetize({ timestamp: 9, type: "key", units: [frame] }), [
    { payload: frame, marker: false, timestampOffset: 0 },
  ]);
});

test("an empty packet is none, and a frame too large is not cut", () => {
  assert.equal(wholeFrames.depacketizer().push({ payload: Buffer.alloc(0), timestamp: 0, marker: false }).kind, "damaged");
  assert.deepEqual(wholeFrames.packetizer(100).packetize({ timestamp: 0, type: "key", units: [Buffer.alloc(101)] }), []);
});
