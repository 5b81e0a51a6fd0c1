import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyRtpHeader, printRtpPacket, readRtpHeader, sequenceDistance, timestampDistance } from "#formats/rtp/packet.ts";

function read(hex: string): ReturnType<typeof emptyRtpHeader> | undefined {
  const packet = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const header = emptyRtpHeader();
  return readRtpHeader(packet, { start: 0, end: packet.length }, header) ? header : undefined;
}

const PLAIN = "80 e0 1234 89abcdef fedcba98";

test("reads every field of the fixed header, numbers unsigned", () => {
  assert.deepEqual(read(`${PLAIN} 0102`), {
    marker: true,
    payloadType: 96,
    sequence: 0x1234,
    timestamp: 0x89abcdef,
    ssrc: 0xfedcba98,
    payloadStart: 12,
    payloadEnd: 14,
  });
});

const payloads = [
  { name: "a packet without payload", hex: PLAIN, start: 12, end: 12 },
  { name: "two contributing sources", hex: "82 60 1234 89abcdef fedcba98 00000001 00000002 aa", start: 20, end: 21 },
  { name: "an extension of one word", hex: "90 60 1234 89abcdef fedcba98 bede0001 10ff0000 aa", start: 20, end: 21 },
  { name: "an extension without content", hex: "90 60 1234 89abcdef fedcba98 bede0000 aa", start: 16, end: 17 },
  {
    name: "sources and extension together",
    hex: "91 60 1234 89abcdef fedcba98 00000001 bede0001 10ff0000 aabb",
    start: 24,
    end: 26,
  },
  { name: "padding", hex: "a0 60 1234 89abcdef fedcba98 aabb 000003", start: 12, end: 14 },
  { name: "nothing but padding", hex: "a0 60 1234 89abcdef fedcba98 00000004", start: 12, end: 12 },
];
for (const { name, hex, start, end } of payloads) {
  test(`finds the payload of a packet with ${name}`, () => {
    const header = read(hex);
    assert.deepEqual([header?.payloadStart, header?.payloadEnd], [start, end]);
  });
}

const refused = [
  { name: "nothing", hex: "" },
  { name: "less than a header", hex: "80 e0 1234 89abcdef fedcba" },
  { name: "version 0", hex: "00 e0 1234 89abcdef fedcba98" },
  { name: "version 1", hex: "40 e0 1234 89abcdef fedcba98" },
  { name: "version 3", hex: "c0 e0 1234 89abcdef fedcba98" },
  { name: "a source list beyond the end", hex: "8f 60 1234 89abcdef fedcba98 00000001" },
  { name: "an extension header beyond the end", hex: "90 60 1234 89abcdef fedcba98 bede" },
  { name: "an extension beyond the end", hex: "90 60 1234 89abcdef fedcba98 bede0002 10ff0000" },
  { name: "padding longer than the payload", hex: "a0 60 1234 89abcdef fedcba98 000004" },
  { name: "padding of length zero", hex: "a0 60 1234 89abcdef fedcba98 aa00" },
  { name: "a padding bit without a byte of it", hex: "a0 60 1234 89abcdef fedcba98" },
];
for (const { name, hex } of refused) {
  test(`refuses ${name}`, () => {
    assert.equal(read(hex), undefined);
  });
}

test("reads a packet in the middle of a buffer and nothing outside its range", () => {
  const buffer = Buffer.from(`ffff${PLAIN}aabbffff`.replaceAll(" ", ""), "hex");
  const header = emptyRtpHeader();
  assert.equal(readRtpHeader(buffer, { start: 2, end: 16 }, header), true);
  assert.deepEqual([header.sequence, header.payloadStart, header.payloadEnd], [0x1234, 14, 16]);
  assert.equal(readRtpHeader(buffer, { start: 2, end: 13 }, header), false);
  assert.equal(readRtpHeader(buffer, { start: 8, end: 40 }, header), false);
  assert.equal(readRtpHeader(buffer, { start: -1, end: 16 }, header), false);
});

test("every truncation of a packet with all options is read as shorter or refused", () => {
  const packet = Buffer.from(
    "b2e012340000000100000002000000030000000411220001aabbccdd0102030000000004".replaceAll(" ", ""),
    "hex",
  );
  const header = emptyRtpHeader();
  for (let end = 0; end <= packet.length; end++) {
    if (!readRtpHeader(packet, { start: 0, end }, header)) continue;
    assert.ok(header.payloadStart <= header.payloadEnd && header.payloadEnd <= end, `at ${String(end)}`);
  }
});

test("writes what it reads", () => {
  const fields = { marker: false, payloadType: 127, sequence: 65535, timestamp: 0xffffffff, ssrc: 0x80000000 };
  const packet = printRtpPacket(fields, Buffer.from("abc"));
  const header = emptyRtpHeader();
  assert.equal(readRtpHeader(packet, { start: 0, end: packet.length }, header), true);
  assert.deepEqual({ ...header }, { ...fields, payloadStart: 12, payloadEnd: 15 });
  assert.equal(packet.toString("latin1", 12), "abc");
});

test("takes numbers modulo their width when writing", () => {
  const packet = printRtpPacket(
    { marker: true, payloadType: 96, sequence: 65537, timestamp: 2 ** 32 + 5, ssrc: -1 },
    Buffer.alloc(0),
  );
  assert.equal(packet.toString("hex"), "80e0000100000005ffffffff");
});

const distances = [
  { from: 0, to: 0, sequence: 0 },
  { from: 10, to: 12, sequence: 2 },
  { from: 12, to: 10, sequence: -2 },
  { from: 65535, to: 0, sequence: 1 },
  { from: 0, to: 65535, sequence: -1 },
  { from: 0, to: 32767, sequence: 32767 },
  { from: 0, to: 32768, sequence: -32768 },
  { from: 40000, to: 100, sequence: 25636 },
];
for (const { from, to, sequence } of distances) {
  test(`sequence ${String(to)} is ${String(sequence)} after ${String(from)}`, () => {
    assert.equal(sequenceDistance(from, to), sequence);
  });
}

test("timestamps compare across the wrap", () => {
  assert.equal(timestampDistance(0xffffffff, 0), 1);
  assert.equal(timestampDistance(0, 0xffffffff), -1);
  assert.equal(timestampDistance(0x7fffffff, 0x80000000), 1);
  assert.equal(timestampDistance(0, 0x80000000), -(2 ** 31));
  assert.equal(timestampDistance(90000, 180000), 90000);
});
