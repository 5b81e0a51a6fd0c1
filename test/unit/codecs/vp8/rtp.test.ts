import assert from "node:assert/strict";
import { test } from "node:test";
import { openTrack } from "#codecs/registry.ts";
import { readPayload, Vp8Packetizer } from "#codecs/vp8/rtp.ts";
import { rtpFormat } from "../../../support/rtp-formats.ts";

/** A frame's first byte: bit 0 says it isn't a key frame. */
const payloads: readonly { name: string; payload: string; opens: string | undefined; data?: string }[] = [
  { name: "the shortest descriptor before a key frame", payload: "10 d0aabb", opens: "key", data: "d0aabb" },
  { name: "the shortest descriptor before another frame", payload: "10 d1aabb", opens: "delta", data: "d1aabb" },
  { name: "a later piece", payload: "00 d0aabb", opens: "inside", data: "d0aabb" },
  { name: "a later partition's beginning", payload: "11 d0aabb", opens: "inside", data: "d0aabb" },
  { name: "a picture id of 7 bits", payload: "90 80 11 d0", opens: "key", data: "d0" },
  { name: "a picture id of 15 bits", payload: "90 80 9122 d0", opens: "key", data: "d0" },
  { name: "all fields", payload: "90 f0 9122 33 44 d1aa", opens: "delta", data: "d1aa" },
  { name: "a key index without a temporal id", payload: "90 10 44 d0", opens: "key", data: "d0" },
  { name: "nothing", payload: "", opens: undefined },
  { name: "a descriptor without data", payload: "10", opens: undefined },
  { name: "a descriptor cut short", payload: "90 f0 9122 33", opens: undefined },
];

for (const { name, payload, opens, data } of payloads) {
  test(`reads a payload: ${name}`, () => {
    const bytes = Buffer.from(payload.replaceAll(" ", ""), "hex");
    const part = readPayload(bytes);
    assert.equal(part?.opens, opens);
    assert.equal(part?.data.toString("hex"), data);
    const flags = openTrack(rtpFormat("VP8")).track.inspect(bytes, { start: 0, end: bytes.length, firstOfUnit: true });
    assert.equal(flags, opens === "key" ? 1 : opens === undefined ? 8 : 0);
  });
}

test("marks the first piece as the beginning", () => {
  const frame = Buffer.alloc(250, 0xd0);
  const payloads = new Vp8Packetizer(100).packetize({ timestamp: 0, type: "key", units: [frame] });
  assert.deepEqual(
    payloads.map(({ payload, marker }) => [payload[0], payload.length, marker]),
    [
      [0x10, 100, false],
      [0, 100, false],
      [0, 53, true],
    ],
  );
});
