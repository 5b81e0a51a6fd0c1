import assert from "node:assert/strict";
import { test } from "node:test";
import { auHeaderLayout } from "#codecs/aac/parameters.ts";
import { AacDepacketizer, AacPacketizer, hasAuHeaders, isWritable } from "#codecs/aac/rtp.ts";
import { audioFormat } from "../../../support/rtp-formats.ts";

const layoutOf = (fmtp: Readonly<Record<string, string>>) => auHeaderLayout(audioFormat("MPEG4-GENERIC", 48_000, { fmtp }));
const HBR = { layout: layoutOf({}), frameTicks: 1024 };
const LBR = { layout: layoutOf({ mode: "AAC-lbr" }), frameTicks: 1024 };

interface Sent {
  readonly hex: string;
  readonly at?: number;
  readonly marker?: boolean;
}

function pushAll(payloads: typeof HBR, ...packets: readonly Sent[]): string[] {
  const depacketizer = new AacDepacketizer(payloads);
  return packets.map(({ hex, at = 0, marker = true }) => {
    const result = depacketizer.push({ payload: Buffer.from(hex.replaceAll(" ", ""), "hex"), timestamp: at, marker });
    if (result.kind !== "access-units") return result.kind;
    return result.accessUnits
      .map((unit) => `${String(unit.timestamp)}:${unit.units.map((frame) => frame.toString("hex")).join("+")}`)
      .join(" ");
  });
}

test("takes several frames out of a packet, each at its time", () => {
  assert.deepEqual(pushAll(HBR, { hex: "0030 0010 0018 0008 aabb ccddee ff", at: 0xffffff00 }), [
    "4294967040:aabb 768:ccddee 1792:ff",
  ]);
});

test("reads the short headers of the low bit rate mode", () => {
  assert.deepEqual(pushAll(LBR, { hex: "0010 08 04 aabb cc" }), ["0:aabb 1024:cc"]);
});

test("joins a frame cut into packets that repeat its size", () => {
  assert.deepEqual(
    pushAll(HBR, { hex: "0010 0028 aabb", marker: false }, { hex: "0010 0028 ccdd", marker: false }, { hex: "0010 0028 ee" }),
    ["need-more", "need-more", "0:aabbccddee"],
  );
});

test("reads time stamps, flags and an auxiliary section on the way", () => {
  const layout = layoutOf({
    sizelength: "8",
    indexlength: "4",
    indexdeltalength: "4",
    ctsdeltalength: "8",
    dtsdeltalength: "8",
    randomaccessindication: "1",
    streamstateindication: "2",
    auxiliarydatasizelength: "8",
  });
  // Two headers: size 2, index 0, no times, random access, state 1 | size 1, delta 0, cts 5, no dts, no random access, state 0.
  const headers = "00000010" + "0000" + "0" + "0" + "1" + "01" + "00000001" + "0000" + "1" + "00000101" + "0" + "0" + "00";
  const bits = headers.length;
  const bytes = headers.padEnd(Math.ceil(bits / 8) * 8, "0").match(/.{8}/g) ?? [];
  const hex = bits.toString(16).padStart(4, "0") + Buffer.from(bytes.map((octet) => Number.parseInt(octet, 2))).toString("hex");
  assert.deepEqual(pushAll({ layout, frameTicks: 1024 }, { hex: `${hex} 03e0 aabb cc` }), ["0:aabb 1024:cc"]);
});

test("reads frames of constant size, without headers", () => {
  const layout = layoutOf({ constantsize: "2" });
  assert.equal(hasAuHeaders(layout), false);
  assert.deepEqual(pushAll({ layout, frameTicks: 10 }, { hex: "aabb ccdd" }), ["0:aabb 10:ccdd"]);
});

test("takes ADTS headers off, inside AU headers and in their place", () => {
  const frame = "fff14c80013ffc 2110";
  assert.deepEqual(pushAll(HBR, { hex: `0010 0048 ${frame}` }), ["0:2110"]);
  assert.deepEqual(pushAll(HBR, { hex: `${frame} ${frame}` }), ["0:2110 1024:2110"]);
});

const damaged: readonly { name: string; packets: readonly Sent[] }[] = [
  { name: "an empty payload", packets: [{ hex: "" }] },
  { name: "headers longer than the packet", packets: [{ hex: "00f0 0010 aabb" }] },
  { name: "a header cut short", packets: [{ hex: "0008 00 aabb" }] },
  { name: "no frames", packets: [{ hex: "0000" }] },
  { name: "a later frame longer than the rest", packets: [{ hex: "0020 0010 00f8 aabb cc" }] },
  { name: "interleaved frames", packets: [{ hex: "0020 0010 0011 aabb ccdd" }] },
  {
    name: "pieces that don't meet",
    packets: [
      { hex: "0010 0028 aabb", marker: false },
      { hex: "0010 0030 ccdd", marker: false },
    ],
  },
  { name: "a frame that ends short", packets: [{ hex: "0010 0028 aabb", marker: true }] },
];

for (const { name, packets } of damaged) {
  test(`refuses as damaged: ${name}`, () => {
    assert.equal(pushAll(HBR, ...packets).at(-1), "damaged");
  });
}

test("after a gap drops the rest of a cut frame and goes on", () => {
  const depacketizer = new AacDepacketizer(HBR);
  const push = (hex: string, marker: boolean): string =>
    depacketizer.push({ payload: Buffer.from(hex, "hex"), timestamp: 0, marker }).kind;
  assert.equal(push("00100028aabb", false), "need-more");
  depacketizer.reset();
  assert.equal(push("00100028cc", false), "joined-mid-unit");
  assert.equal(push("00100028dd", true), "joined-mid-unit");
  assert.equal(push("00100010aabb", true), "access-units");
});

test("a whole frame lets go of one that never ended", () => {
  assert.deepEqual(pushAll(HBR, { hex: "0010 0028 aabb", marker: false }, { hex: "0010 0010 ccdd" }), ["need-more", "0:ccdd"]);
});

test("cuts a frame into packets that repeat its size", () => {
  const payloads = new AacPacketizer(HBR, 100).packetize({ timestamp: 0, type: "key", units: [Buffer.alloc(200, 7)] });
  assert.deepEqual(
    payloads.map(({ payload, marker }) => [payload.toString("hex", 0, 4), payload.length, marker]),
    [
      ["00100640", 100, false],
      ["00100640", 100, false],
      ["00100640", 12, true],
    ],
  );
});

test("writes short headers, and no frame too large for them", () => {
  const packetizer = new AacPacketizer(LBR, 100);
  assert.equal(
    packetizer.packetize({ timestamp: 0, type: "key", units: [Buffer.of(1, 2)] })[0]?.payload.toString("hex"),
    "0008080102",
  );
  assert.deepEqual(packetizer.packetize({ timestamp: 0, type: "key", units: [Buffer.alloc(64)] }), []);
});

test("writes only layouts it can fill", () => {
  assert.equal(isWritable(layoutOf({})), true);
  assert.equal(isWritable(layoutOf({ constantsize: "20" })), false);
  assert.equal(isWritable(layoutOf({ sizelength: "13", ctsdeltalength: "4" })), false);
  assert.equal(isWritable(layoutOf({ sizelength: "13", randomaccessindication: "1" })), false);
});
