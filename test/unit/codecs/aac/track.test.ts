/** What cameras leave out of an AAC track's SDP, and what becomes of it. A bad audio track never spoils the video. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PacketFlag } from "#codecs/codec.ts";
import { openTrack } from "#codecs/registry.ts";
import { audioFormat } from "../../../support/rtp-formats.ts";

const { Key, ParameterSetsChanged, Malformed, SeveralUnits } = PacketFlag;
const FULL = { mode: "AAC-hbr", sizelength: "13", indexlength: "3", indexdeltalength: "3", config: "1190" };
const HBR = "streamtype=5; profile-level-id=1; mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3";

const open = (clockRate: number, fmtp: Readonly<Record<string, string>>, channels?: number) =>
  openTrack(audioFormat("MPEG4-GENERIC", clockRate, { fmtp, ...(channels !== undefined && { channels }) })).track;

const tracks: readonly {
  name: string;
  clockRate: number;
  channels?: number;
  fmtp: Readonly<Record<string, string>>;
  line: string;
  props: object;
}[] = [
  {
    name: "all there",
    clockRate: 48_000,
    channels: 2,
    fmtp: { streamtype: "5", "profile-level-id": "1", ...FULL },
    line: `${HBR}; config=1190`,
    props: { sampleRate: 48_000, channelCount: 2 },
  },
  {
    name: "nothing at all: LC, from rate and channels",
    clockRate: 16_000,
    fmtp: {},
    line: `${HBR}; config=1408`,
    props: { sampleRate: 16_000, channelCount: 1 },
  },
  {
    name: "an empty configuration",
    clockRate: 44_100,
    channels: 2,
    fmtp: { ...FULL, config: "" },
    line: "mode=AAC-hbr; sizelength=13; indexlength=3; indexdeltalength=3; streamtype=5; profile-level-id=1; config=1210",
    props: { sampleRate: 44_100, channelCount: 2 },
  },
  {
    name: "a wrong clock rate: the configuration tells the sample rate",
    clockRate: 8000,
    fmtp: { config: "1408" },
    line: `${HBR}; config=1408`,
    props: { sampleRate: 16_000, channelCount: 1 },
  },
  {
    name: "object type Main",
    clockRate: 44_100,
    fmtp: { config: "0a10" },
    line: `${HBR}; config=0a10`,
    props: { sampleRate: 44_100, channelCount: 2 },
  },
  {
    name: "channels told elsewhere: SDP's count",
    clockRate: 48_000,
    channels: 6,
    fmtp: { config: "118000" },
    line: `${HBR}; config=118000`,
    props: { sampleRate: 48_000, channelCount: 6 },
  },
  {
    name: "low bit rate mode",
    clockRate: 8000,
    fmtp: { mode: "AAC-lbr" },
    line: "mode=AAC-lbr; streamtype=5; profile-level-id=1; sizelength=6; indexlength=2; indexdeltalength=2; config=1588",
    props: { sampleRate: 8000, channelCount: 1 },
  },
  { name: "nothing to guess from", clockRate: 90_000, fmtp: {}, line: HBR, props: {} },
];

for (const { name, clockRate, channels, fmtp, line, props } of tracks) {
  test(`announces and shows: ${name}`, () => {
    const track = open(clockRate, fmtp, channels);
    assert.equal(track.fmtp(), line);
    assert.deepEqual(track.props(), props);
  });
}

test("learns the configuration from ADTS headers where SDP gave none", () => {
  const track = open(16_000, {});
  const adts = Buffer.from("fff14c8001bffc2110aabbccdd", "hex");
  const payload = Buffer.concat([Buffer.from("00100068", "hex"), adts]);
  const see = (bytes: Buffer): number => track.inspect(bytes, { start: 0, end: bytes.length, firstOfUnit: true });
  assert.equal(see(payload), Key | ParameterSetsChanged);
  assert.equal(see(payload), Key);
  assert.equal(see(adts), Key, "without AU headers too");
  assert.deepEqual(track.props(), { sampleRate: 48_000, channelCount: 2 });
  assert.match(track.fmtp(), /config=1190$/);
});

test("trusts SDP's configuration more than ADTS headers", () => {
  const track = open(16_000, { config: "1408" });
  const payload = Buffer.from("00100068fff14c8001bffc2110aabbccdd", "hex");
  assert.equal(track.inspect(payload, { start: 0, end: payload.length, firstOfUnit: true }), Key);
  assert.match(track.fmtp(), /config=1408$/);
});

test("calls payloads without data malformed", () => {
  const track = open(16_000, FULL);
  for (const hex of ["", "0010", "00100008", "ffffaabb"]) {
    const payload = Buffer.from(hex, "hex");
    assert.equal(track.inspect(payload, { start: 0, end: payload.length, firstOfUnit: true }), Key | Malformed, hex);
  }
});

test("sees whether a packet holds several frames", () => {
  const flagsOf = (fmtp: Readonly<Record<string, string>>, hex: string): number => {
    const payload = Buffer.from(hex, "hex");
    return open(16_000, { ...fmtp, config: "1408" }).inspect(payload, { start: 0, end: payload.length, firstOfUnit: true });
  };
  assert.equal(flagsOf({}, "00100010aabb"), Key);
  assert.equal(flagsOf({}, "002000100010aabbccdd"), Key | SeveralUnits);
  assert.equal(flagsOf({ mode: "AAC-lbr" }, "000808aabb"), Key);
  assert.equal(flagsOf({ mode: "AAC-lbr" }, "00100804aabbcc"), Key | SeveralUnits);
});

test("goes on only with the same configuration and layout", () => {
  const track = open(48_000, FULL, 2);
  const other = (fmtp: Readonly<Record<string, string>>) => audioFormat("MPEG4-GENERIC", 48_000, { channels: 2, fmtp });
  assert.equal(track.compatibleWith(other({ ...FULL, "profile-level-id": "15" })), true);
  assert.equal(track.compatibleWith(other({ ...FULL, config: "" })), true, "a camera that forgot it this time");
  assert.equal(track.compatibleWith(other({ ...FULL, config: "1210" })), false);
  assert.equal(track.compatibleWith(other({ ...FULL, sizelength: "6" })), false);
  assert.equal(track.compatibleWith(other({ ...FULL, mode: "AAC-lbr" })), false);
});
