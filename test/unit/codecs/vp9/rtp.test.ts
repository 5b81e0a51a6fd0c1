/**
 * The story behind asking the frame's own header: ffmpeg's sender never sets the bit that says a frame is predicted, so by
 * the payload descriptor alone each of its frames is a key frame.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { profileOf, readPayload, Vp9Packetizer } from "#codecs/vp9/rtp.ts";
import { openVp9 } from "#codecs/vp9/track.ts";
import { rtpFormat } from "../../../support/rtp-formats.ts";

/** First bytes of frames: marker 2, profile, show existing frame, frame type. */
const KEY = "82";
const INTER = "86";
const PROFILE_3_KEY = "b0";

const payloads: readonly { name: string; payload: string; opens: string | undefined; data?: string }[] = [
  { name: "a key frame", payload: `08${KEY}aa`, opens: "key", data: "82aa" },
  { name: "a predicted frame, said so", payload: `48${INTER}`, opens: "delta", data: "86" },
  { name: "a predicted frame, not said so", payload: `08${INTER}`, opens: "delta", data: "86" },
  { name: "a key frame of profile 3", payload: `08${PROFILE_3_KEY}`, opens: "key", data: "b0" },
  { name: "a later piece", payload: `00${KEY}`, opens: "inside", data: "82" },
  { name: "picture ids of both lengths", payload: `8811${KEY}`, opens: "key", data: "82" },
  { name: "a long picture id", payload: `889122${KEY}`, opens: "key", data: "82" },
  { name: "layer indices with their counter", payload: `a8 9122 00 07 ${KEY}`, opens: "key", data: "82" },
  { name: "a higher spatial layer", payload: `a8 9122 02 07 ${KEY}`, opens: "inside", data: "82" },
  { name: "flexible mode: no counter, two references", payload: `f8 9122 00 0302 ${INTER}`, opens: "delta", data: "86" },
  {
    name: "a structure with sizes and a picture group",
    payload: `0a 38 00600040 00c00080 02 04 01 00 ${KEY}`,
    opens: "key",
    data: "82",
  },
  { name: "references that don't end", payload: `f8 9122 00 0303030303 ${INTER}`, opens: undefined },
  { name: "a descriptor without data", payload: "08", opens: undefined },
  { name: "a structure longer than the payload", payload: "0aff", opens: undefined },
  { name: "nothing", payload: "", opens: undefined },
];

for (const { name, payload, opens, data } of payloads) {
  test(`reads a payload: ${name}`, () => {
    const bytes = Buffer.from(payload.replaceAll(" ", ""), "hex");
    const part = readPayload(bytes);
    assert.equal(part?.opens, opens);
    assert.equal(part?.data.toString("hex"), data);
  });
}

test("tells profiles by the frame's first byte", () => {
  assert.deepEqual([0x80, 0xa0, 0x90, 0xb0].map(profileOf), [0, 1, 2, 3]);
});

test("learns the profile from key frames", () => {
  const track = openVp9(rtpFormat("VP9"));
  assert.equal(track.fmtp(), "");
  const payload = Buffer.from("0892aa", "hex");
  assert.equal(track.inspect(payload, { start: 0, end: 3, firstOfUnit: true }), 1 | 4);
  assert.equal(track.inspect(payload, { start: 0, end: 3, firstOfUnit: true }), 1);
  assert.deepEqual(track.props(), { profile: 2 });
  assert.equal(track.fmtp(), "profile-id=2");
});

test("marks beginning and end, and prediction", () => {
  const units = [Buffer.alloc(150, 0x86)];
  const headers = (type: "key" | "delta"): (number | undefined)[] =>
    new Vp9Packetizer(100).packetize({ timestamp: 0, type, units }).map(({ payload }) => payload[0]);
  assert.deepEqual(headers("delta"), [0x48, 0x44]);
  assert.deepEqual(headers("key"), [0x08, 0x04]);
});
