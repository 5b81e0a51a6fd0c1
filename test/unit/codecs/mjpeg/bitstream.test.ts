import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJpeg, printJpeg } from "#codecs/mjpeg/bitstream.ts";
import { HUFFMAN_SEGMENTS, scaledQuantizers } from "#codecs/mjpeg/tables.ts";

const PICTURE = {
  type: 0,
  width: 320,
  height: 240,
  quantizers: scaledQuantizers(75),
  restartInterval: 4,
  scan: Buffer.from("12ff00ffd034", "hex"),
};

test("reads what it writes", () => {
  assert.deepEqual(parseJpeg(printJpeg(PICTURE)), PICTURE);
});

test("passes over application data and comments", () => {
  const file = printJpeg(PICTURE);
  const segments = Buffer.from("ffe000054a4600fffe000568690a", "hex");
  assert.deepEqual(parseJpeg(Buffer.concat([file.subarray(0, 2), segments, file.subarray(2)])), PICTURE);
});

test("takes one table for all components where the file has one", () => {
  const file = Buffer.from(printJpeg(PICTURE));
  const frame = file.indexOf(Buffer.from("ffc0", "hex"));
  file[frame + 4 + 11] = 0;
  file[frame + 4 + 14] = 0;
  assert.deepEqual(
    parseJpeg(file)?.quantizers,
    Buffer.concat([PICTURE.quantizers.subarray(0, 64), PICTURE.quantizers.subarray(0, 64)]),
  );
});

function changed(find: string, at: number, value: number): Buffer {
  const file = Buffer.from(printJpeg(PICTURE));
  file[file.indexOf(Buffer.from(find, "hex")) + at] = value;
  return file;
}

for (const [name, file] of [
  ["nothing", Buffer.alloc(0)],
  ["something else", Buffer.from("GIF89a....")],
  ["one cut short", printJpeg(PICTURE).subarray(0, 60)],
  ["a progressive picture", changed("ffc0", 1, 0xc2)],
  ["twelve bits", changed("ffc0", 4, 12)],
  ["4:4:4", changed("ffc0", 11, 0x11)],
  ["one component", changed("ffc0", 9, 1)],
  ["a table that is missing", changed("ffc0", 12, 3)],
  ["a segment longer than the file", changed("ffdb", 2, 0xff)],
] as const) {
  test(`refuses a picture: ${name}`, () => {
    assert.equal(parseJpeg(file), undefined);
  });
}

test("scales tables by quality: half, as they are, the finest", () => {
  assert.deepEqual([...scaledQuantizers(50).subarray(0, 4)], [16, 11, 12, 14]);
  assert.deepEqual([...scaledQuantizers(25).subarray(0, 2)], [32, 22]);
  assert.deepEqual([...scaledQuantizers(99).subarray(0, 4)], [1, 1, 1, 1]);
  assert.ok([...scaledQuantizers(1), ...scaledQuantizers(99)].every((value) => value >= 1 && value <= 255));
});

test("the Huffman segments have the codes of their counts", () => {
  assert.equal(HUFFMAN_SEGMENTS.length, 4 * 4 + 2 * (17 + 12) + 2 * (17 + 162));
  for (let at = 0; at < HUFFMAN_SEGMENTS.length;) {
    const length = HUFFMAN_SEGMENTS.readUInt16BE(at + 2);
    const counts = HUFFMAN_SEGMENTS.subarray(at + 5, at + 21);
    assert.equal(length, 2 + 17 + counts.reduce((sum, count) => sum + count, 0));
    at += 2 + length;
  }
});
