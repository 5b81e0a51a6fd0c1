import assert from "node:assert/strict";
import { test } from "node:test";
import { H264Track } from "#codecs/h264/track.ts";
import { rtpFormat } from "../../../support/rtp-formats.ts";

const SPS = Buffer.from("6742c028da01e0089f97011000000300100000030320f1832a", "hex");
const PPS = Buffer.from("68ce0fc8", "hex");
const SPROP = `${SPS.toString("base64")},${PPS.toString("base64")}`;
const PROPS = { width: 1920, height: 1080, profile: "Baseline", level: "4" };
const UNKNOWN = { width: 0, height: 0, profile: "", level: "" };

function open(fmtp: Readonly<Record<string, string>>): H264Track {
  return new H264Track(rtpFormat("H264", { fmtp }));
}

function see(track: H264Track, nal: Buffer, firstOfUnit = false): number {
  return track.inspect(nal, { start: 0, end: nal.length, firstOfUnit });
}

test("announces what SDP told", () => {
  const track = open({ "sprop-parameter-sets": SPROP, "profile-level-id": "42e01f" });
  assert.equal(track.fmtp(), `packetization-mode=1; sprop-parameter-sets=${SPROP}; profile-level-id=42C028`);
  assert.deepEqual(track.props(), PROPS);
});

test("learns from the stream what SDP left out", () => {
  const track = open({ "packetization-mode": "0", "profile-level-id": "42e01f" });
  assert.equal(track.fmtp(), "packetization-mode=1; profile-level-id=42E01F");
  assert.deepEqual(track.props(), UNKNOWN);
  assert.deepEqual(track.parameterSetPayloads(), []);
  see(track, SPS, true);
  assert.deepEqual(track.parameterSetPayloads(), [], "one of two sets is none");
  see(track, PPS);
  assert.equal(track.fmtp(), `packetization-mode=1; sprop-parameter-sets=${SPROP}; profile-level-id=42C028`);
  assert.deepEqual(track.props(), PROPS);
});

test("takes sets with start codes, in any order, and drops what are none", () => {
  const startCoded = Buffer.concat([Buffer.from("00000001", "hex"), SPS]).toString("base64");
  const track = open({ "sprop-parameter-sets": `${PPS.toString("base64")},AAAA,${startCoded},` });
  assert.deepEqual(track.props(), PROPS);
  assert.match(track.fmtp(), new RegExp(`sets=${SPROP.replaceAll(/[+/]/g, "\\$&")};`));
});

for (const [name, fmtp] of [
  ["no parameters", {}],
  ["empty sets", { "sprop-parameter-sets": "" }],
  ["a set alone", { "sprop-parameter-sets": PPS.toString("base64") }],
  ["a profile of the wrong length", { "profile-level-id": "42e0" }],
  ["junk", { "sprop-parameter-sets": "%%%,,,", "profile-level-id": "zz" }],
] as const) {
  test(`announces nothing broken: ${name}`, () => {
    const track = open(fmtp);
    assert.equal(track.fmtp(), "packetization-mode=1");
    assert.deepEqual(track.parameterSetPayloads(), []);
  });
}

test("inserts sets as one STAP-A", () => {
  const [payload, ...more] = open({ "sprop-parameter-sets": SPROP }).parameterSetPayloads();
  assert.equal(payload?.toString("hex"), `780019${SPS.toString("hex")}0004${PPS.toString("hex")}`);
  assert.deepEqual(more, []);
});

test("inserts large sets one by one, and doesn't announce huge ones", () => {
  const large = (nal: Buffer, bytes: number): string => Buffer.concat([nal, Buffer.alloc(bytes, 1)]).toString("base64");
  const track = open({ "sprop-parameter-sets": `${large(SPS, 1500)},${large(PPS, 1)}` });
  assert.equal(track.parameterSetPayloads().length, 2);
  assert.match(track.fmtp(), /sprop-parameter-sets/);
  const huge = open({ "sprop-parameter-sets": `${large(SPS, 3000)},${large(PPS, 3000)}` });
  assert.equal(huge.parameterSetPayloads().length, 2);
  assert.equal(huge.fmtp(), "packetization-mode=1; profile-level-id=42C028");
});

test("carries the interleaved mode on as it is", () => {
  const track = open({ "packetization-mode": "2", "sprop-interleaving-depth": "3", "sprop-parameter-sets": SPROP });
  assert.equal(track.fmtp(), `packetization-mode=2; sprop-interleaving-depth=3; sprop-parameter-sets=${SPROP}`);
  assert.deepEqual(track.parameterSetPayloads(), []);
  assert.equal(track.packetizer(1200), undefined);
  assert.equal(track.compatibleWith(rtpFormat("H264", { fmtp: { "packetization-mode": "1" } })), false);
});

test("goes on with modes 0 and 1 and other parameter sets alike", () => {
  const track = open({ "packetization-mode": "1", "sprop-parameter-sets": SPROP });
  assert.equal(track.compatibleWith(rtpFormat("H264", { fmtp: { "packetization-mode": "0" } })), true);
  assert.equal(track.compatibleWith(rtpFormat("H265")), false);
});
