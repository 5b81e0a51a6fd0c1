import assert from "node:assert/strict";
import { test } from "node:test";
import { LatmDepacketizer, LatmPacketizer } from "#codecs/aac/latm.ts";
import { parseStreamMuxConfig, printStreamMuxConfig } from "#codecs/aac/stream-mux-config.ts";
import { openTrack } from "#codecs/registry.ts";
import { bitBytes, field } from "../../../support/bit-fields.ts";
import { audioFormat } from "../../../support/rtp-formats.ts";

const CONFIG = Buffer.from("400023203fc0", "hex");
const config = parseStreamMuxConfig(CONFIG);
const inSdp = { clockRate: 48_000, inBand: false, config };

function pushAll(
  depacketizer: LatmDepacketizer,
  ...packets: readonly { hex: string; at?: number; marker?: boolean }[]
): string[] {
  return packets.map(({ hex, at = 0, marker = true }) => {
    const result = depacketizer.push({ payload: Buffer.from(hex.replaceAll(" ", ""), "hex"), timestamp: at, marker });
    if (result.kind !== "access-units") return result.kind;
    return result.accessUnits.map((unit) => `${String(unit.timestamp)}:${unit.units[0]?.toString("hex") ?? ""}`).join(" ");
  });
}

test("reads the configuration every encoder writes", () => {
  assert.deepEqual(
    { ...config, audio: { ...config?.audio, bitsRead: 0 } },
    { audio: { objectType: 2, sampleRate: 48_000, channels: 2, frameSamples: 1024, bitsRead: 0 }, frames: 1, otherDataBits: 0 },
  );
});

test("writes what it reads", () => {
  assert.equal(printStreamMuxConfig(Buffer.from("1190", "hex")).toString("hex"), CONFIG.toString("hex"));
});

const AUDIO = "00010" + "0011" + "0010" + "000";
const muxConfig = (...fields: readonly string[]): Buffer => bitBytes(...fields, "0".repeat(16));

test("reads version 1, several frames and other data", () => {
  const version1 = muxConfig(
    "10",
    `00${field(0, 8)}`,
    "1",
    field(1, 6),
    field(0, 4),
    field(0, 3),
    `00${field(18, 8)}`,
    AUDIO,
    "00",
  );
  assert.equal(parseStreamMuxConfig(version1)?.frames, 2);
  const other = muxConfig(
    "0",
    "1",
    field(0, 6),
    field(0, 4),
    field(0, 3),
    AUDIO,
    "000",
    field(255, 8),
    `1${`1${field(1, 8)}0${field(4, 8)}`}`,
    "0",
  );
  assert.equal(parseStreamMuxConfig(other)?.otherDataBits, 260);
});

for (const [name, bytes] of [
  ["nothing", Buffer.alloc(0)],
  ["a reserved version", muxConfig("11", field(0, 30))],
  ["streams of different timing", muxConfig("0", "0", field(0, 13), AUDIO, "000", field(255, 8), "00")],
  ["two programs", muxConfig("0", "1", field(0, 6), field(1, 4), field(0, 3), AUDIO, "000", field(255, 8), "00")],
  ["two layers", muxConfig("0", "1", field(0, 6), field(0, 4), field(1, 3), AUDIO, "000", field(255, 8), "00")],
  ["frames of fixed length", muxConfig("0", "1", field(0, 6), field(0, 4), field(0, 3), AUDIO, "001", field(255, 9), "00")],
  ["channels told elsewhere", muxConfig("0", "1", field(0, 13), "00010001100000000", "000", field(255, 8), "00")],
  ["an audio configuration longer than told", muxConfig("10", `00${field(0, 8)}`, "1", field(0, 13), `00${field(3, 8)}`, AUDIO)],
] as const) {
  test(`refuses a configuration: ${name}`, () => {
    assert.equal(parseStreamMuxConfig(bytes), undefined);
  });
}

test("takes frames out of one element, several elements, and an element over packets", () => {
  const depacketizer = new LatmDepacketizer(inSdp);
  assert.deepEqual(
    pushAll(
      depacketizer,
      { hex: "02aabb" },
      { hex: "02aabb 01cc", at: 5 },
      { hex: "03aa", at: 9, marker: false },
      { hex: "bbcc", at: 9 },
    ),
    ["0:aabb", "5:aabb 1029:cc", "need-more", "9:aabbcc"],
  );
});

test("reads lengths of 255 bytes and more", () => {
  const frame = "ab".repeat(600);
  assert.deepEqual(pushAll(new LatmDepacketizer(inSdp), { hex: `ffff5a${frame}` }), [`0:${frame}`]);
});

test("ends an element with a new timestamp where the marker is missing", () => {
  const depacketizer = new LatmDepacketizer(inSdp);
  assert.deepEqual(pushAll(depacketizer, { hex: "02aabb", marker: false }, { hex: "01cc", at: 9, marker: false }), [
    "need-more",
    "0:aabb",
  ]);
});

test("reads the configuration in-band, and keeps it for elements that refer to it", () => {
  const depacketizer = new LatmDepacketizer({ clockRate: 48_000, inBand: true, config: undefined });
  const mux = `01${field(0, 13)}${AUDIO}000${field(255, 8)}00`;
  const first = bitBytes("0", mux, field(2, 8), field(0xaabb, 16)).toString("hex");
  const second = bitBytes("1", field(1, 8), field(0xcc, 8)).toString("hex");
  assert.deepEqual(pushAll(depacketizer, { hex: first }, { hex: second, at: 9 }), ["0:aabb", "9:cc"]);
});

test("calls damaged what can't be read", () => {
  assert.deepEqual(pushAll(new LatmDepacketizer(inSdp), { hex: "05aabb" }), ["damaged"]);
  assert.deepEqual(pushAll(new LatmDepacketizer({ ...inSdp, config: undefined }), { hex: "02aabb" }), ["damaged"]);
  const depacketizer = new LatmDepacketizer(inSdp);
  const kinds = pushAll(depacketizer, ...Array.from({ length: 70 }, () => ({ hex: "ff".repeat(1000), marker: false })));
  assert.ok(kinds.includes("damaged"));
});

test("after a gap waits until an element has ended", () => {
  const depacketizer = new LatmDepacketizer(inSdp);
  depacketizer.reset();
  assert.deepEqual(pushAll(depacketizer, { hex: "aa", marker: false }, { hex: "bb" }, { hex: "01cc" }), [
    "joined-mid-unit",
    "joined-mid-unit",
    "0:cc",
  ]);
});

test("cuts elements, the length before the frame", () => {
  const payloads = new LatmPacketizer(200).packetize({ timestamp: 0, type: "key", units: [Buffer.alloc(255, 7)] });
  assert.deepEqual(
    payloads.map(({ payload, marker }) => [payload.toString("hex", 0, 3), payload.length, marker]),
    [
      ["ff0007", 200, false],
      ["070707", 57, true],
    ],
  );
});

const open = (clockRate: number, fmtp: Readonly<Record<string, string>>) =>
  openTrack(audioFormat("MP4A-LATM", clockRate, { channels: 2, fmtp })).track;

test("guesses a configuration where a camera gives an empty one", () => {
  const track = open(48_000, { cpresent: "0", config: "" });
  assert.equal(track.fmtp(), "cpresent=0; config=400023203fc0");
  assert.deepEqual(track.props(), { sampleRate: 48_000, channelCount: 2 });
});

test("knows nothing of a configuration it can neither read nor guess", () => {
  const track = open(90_000, { cpresent: "0", config: "zz" });
  assert.equal(track.fmtp(), "cpresent=0");
  assert.deepEqual(track.props(), {});
});

test("cuts only what SDP's configuration describes", () => {
  assert.equal(open(48_000, { cpresent: "1" }).packetizer(1200), undefined);
  assert.equal(open(48_000, {}).packetizer(1200), undefined, "in-band is the default");
  assert.ok(open(48_000, { cpresent: "0" }).packetizer(1200));
});

test("goes on only with the same configuration", () => {
  const track = open(48_000, { cpresent: "0", config: "400023203fc0" });
  const other = (text: string) => audioFormat("MP4A-LATM", 48_000, { channels: 2, fmtp: { cpresent: "0", config: text } });
  assert.equal(track.compatibleWith(other("400023203FC0")), true);
  assert.equal(track.compatibleWith(other("400024203fc0")), false);
});
