import assert from "node:assert/strict";
import { test } from "node:test";
import { openAv1 } from "#codecs/av1/track.ts";
import { PacketFlag } from "#codecs/codec.ts";
import { rtpFormat } from "../../../support/rtp-formats.ts";

const HEADER = "08000000032dffcfbf9004";

function see(track: ReturnType<typeof openAv1>, hex: string): number {
  const buffer = Buffer.from(`ffff${hex}ff`, "hex");
  return track.inspect(buffer, { start: 2, end: buffer.length - 1, firstOfUnit: true });
}

test("shows what SDP told until a sequence header comes", () => {
  const track = openAv1(rtpFormat("AV1", { fmtp: { profile: "0", "level-idx": "5", tier: "0" } }));
  assert.deepEqual(track.props(), { width: 0, height: 0, profile: 0, level: 5, tier: 0 });
  assert.equal(see(track, `280b${HEADER}30aabb`), PacketFlag.Key | PacketFlag.ParameterSetsChanged);
  assert.deepEqual(track.props(), { width: 96, height: 64, profile: 0, level: 0, tier: 0 });
  assert.equal(track.fmtp(), "profile=0; level-idx=0; tier=0");
});

test("a header that stays the same changes nothing", () => {
  const track = openAv1(rtpFormat("AV1"));
  see(track, `280b${HEADER}30aabb`);
  assert.equal(see(track, `280b${HEADER}30ccdd`), PacketFlag.Key);
  assert.equal(see(track, `18${HEADER}`), PacketFlag.Key);
});

test("tells key packets from others and broken ones", () => {
  const track = openAv1(rtpFormat("AV1"));
  assert.equal(see(track, "1830aabb"), PacketFlag.Key);
  assert.equal(see(track, "1030aabb"), 0);
  assert.equal(see(track, "90aabb"), 0);
  assert.equal(see(track, "00ff"), PacketFlag.Malformed);
  assert.equal(see(track, ""), PacketFlag.Malformed);
  assert.equal(see(track, "1808ff00000000"), PacketFlag.Key | PacketFlag.Malformed, "a header that makes no sense");
});
