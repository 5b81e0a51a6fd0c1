import assert from "node:assert/strict";
import { test } from "node:test";
import { findStartCode, splitAtStartCodes, startCodeBytes, trimTrailingZeros, unescapeRbsp } from "#codecs/nal-units.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

const starts: readonly { name: string; bytes: string; at: number }[] = [
  { name: "at the very beginning", bytes: "000001 65", at: 0 },
  { name: "of four bytes: its last three", bytes: "00000001 65", at: 1 },
  { name: "after data", bytes: "6742c0 000001 68", at: 3 },
  { name: "after data ending in 01", bytes: "010101 000001 68", at: 3 },
  { name: "at the very end", bytes: "aabb 000001", at: 2 },
  { name: "none in escaped data", bytes: "00000301 0000 0301", at: 8 },
  { name: "none where one byte is missing", bytes: "aabbcc 0000", at: 5 },
  { name: "none in nothing", bytes: "", at: 0 },
];

for (const { name, bytes, at } of starts) {
  test(`finds a start code: ${name}`, () => {
    const buffer = hex(bytes);
    assert.equal(findStartCode(buffer, 0, buffer.length), at);
  });
}

test("finds every start code a plain search finds, at any place", () => {
  for (let at = 0; at < 24; at += 1) {
    const buffer = Buffer.alloc(27, at % 2 === 0 ? 0xff : 0x01);
    hex("000001").copy(buffer, at);
    assert.equal(findStartCode(buffer, 0, buffer.length), buffer.indexOf(hex("000001")), `at ${String(at)}`);
  }
});

test("looks for start codes in its range only", () => {
  const buffer = hex("000001 aa 000001 bb");
  assert.equal(findStartCode(buffer, 1, 6), 6);
  assert.equal(findStartCode(buffer, 1, 7), 4);
});

test("tells the length of a leading start code", () => {
  for (const [bytes, length] of [
    ["00000165", 3],
    ["0000000165", 4],
    ["00000265", 0],
    ["0000", 0],
    ["000000", 0],
    ["6500000165", 0],
  ] as const) {
    const buffer = hex(bytes);
    assert.equal(startCodeBytes(buffer, 0, buffer.length), length, bytes);
  }
});

test("cuts at start codes of three and four bytes and drops zeros before them", () => {
  const units = splitAtStartCodes(hex("00000001 6742 0000 000001 68ce 00000001 65 8800"), 10);
  assert.deepEqual(
    units.map((unit) => unit.toString("hex")),
    ["6742", "68ce", "658800"],
  );
});

test("leaves a unit without start codes as it is", () => {
  assert.deepEqual(splitAtStartCodes(hex("658800"), 10), [hex("658800")]);
});

test("cuts into no more units than asked", () => {
  assert.equal(splitAtStartCodes(Buffer.concat(Array.from({ length: 100 }, () => hex("00000109"))), 7).length, 7);
});

test("drops trailing zeros, not more than there are", () => {
  assert.equal(trimTrailingZeros(hex("aa000000"), 0, 4), 1);
  assert.equal(trimTrailingZeros(hex("000000"), 1, 3), 1);
});

test("takes out emulation prevention and nothing else", () => {
  assert.deepEqual(unescapeRbsp(hex("00000300 000003 0103 0003 000000")), hex("000000 0000 0103 0003 000000"));
});
