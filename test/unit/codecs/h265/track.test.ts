import assert from "node:assert/strict";
import { test } from "node:test";
import { H265Track } from "#codecs/h265/track.ts";
import { rtpFormat } from "../../../support/rtp-formats.ts";

const VPS = Buffer.from("40010c01ffff016000000300900000030000030078959409", "hex");
const SPS = Buffer.from("420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84", "hex");
const PPS = Buffer.from("4401c073c189", "hex");
const [vps, sps, pps] = [VPS, SPS, PPS].map((nal) => nal.toString("base64")) as [string, string, string];
const PROPS = { width: 1920, height: 1080, profile: "Main", level: "4" };

function open(fmtp: Readonly<Record<string, string>>): H265Track {
  return new H265Track(rtpFormat("H265", { fmtp }));
}

test("announces what SDP told, other parameters too", () => {
  const track = open({ "sprop-vps": vps, "sprop-sps": sps, "sprop-pps": pps, "level-id": "93" });
  assert.equal(track.fmtp(), `level-id=93; sprop-vps=${vps}; sprop-sps=${sps}; sprop-pps=${pps}`);
  assert.deepEqual(track.props(), PROPS);
});

test("doesn't announce incomplete sets, and completes them from the stream", () => {
  const track = open({ "sprop-sps": sps, "sprop-pps": pps });
  assert.equal(track.fmtp(), "");
  assert.deepEqual(track.props(), PROPS, "the picture is known all the same");
  assert.deepEqual(track.parameterSetPayloads(), []);
  track.inspect(VPS, { start: 0, end: VPS.length, firstOfUnit: true });
  assert.equal(track.fmtp(), `sprop-vps=${vps}; sprop-sps=${sps}; sprop-pps=${pps}`);
});

test("puts a set under its own key, whatever key it came by", () => {
  const track = open({ "sprop-vps": `AAAA,${pps}`, "sprop-sps": vps, "sprop-pps": sps });
  assert.equal(track.fmtp(), `sprop-vps=${vps}; sprop-sps=${sps}; sprop-pps=${pps}`);
});

test("inserts sets as one aggregation packet", () => {
  const [payload] = open({ "sprop-vps": vps, "sprop-sps": sps, "sprop-pps": pps }).parameterSetPayloads();
  assert.equal(payload?.toString("hex"), `60010018${VPS.toString("hex")}002b${SPS.toString("hex")}0006${PPS.toString("hex")}`);
});

test("inserts and cuts nothing where the session has decoding order numbers", () => {
  const track = open({ "sprop-vps": vps, "sprop-sps": sps, "sprop-pps": pps, "sprop-max-don-diff": "2" });
  assert.deepEqual(track.parameterSetPayloads(), []);
  assert.equal(track.packetizer(1200), undefined);
  assert.match(track.fmtp(), /sprop-max-don-diff=2/);
  assert.equal(track.compatibleWith(rtpFormat("H265")), false);
});

test("knows nothing of a picture it has no set for", () => {
  assert.deepEqual(open({ "sprop-sps": "junk" }).props(), { width: 0, height: 0, profile: "", level: "" });
});
