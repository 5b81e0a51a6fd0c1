import assert from "node:assert/strict";
import { test } from "node:test";
import { Base64Decoder } from "#protocols/rtsp/server-transport/base64-decoder.ts";

function decode(pieces: readonly string[]): string | undefined {
  const decoder = new Base64Decoder();
  let text = "";
  for (const piece of pieces) {
    const bytes = decoder.push(Buffer.from(piece));
    if (bytes === undefined) return undefined;
    text += bytes.toString("latin1");
  }
  return text;
}

const streams = [
  { name: "one message", pieces: ["aGVsbG8h"], expected: "hello!" },
  { name: "padding at the end", pieces: ["aGVsbG8="], expected: "hello" },
  { name: "padding in the middle", pieces: ["aGVsbG8=aGVsbA==aGVsbG8h"], expected: "hellohellhello!" },
  { name: "pieces of one character", pieces: [..."aGVsbG8=aGk="], expected: "hellohi" },
  { name: "line breaks and blanks anywhere", pieces: ["aGV\r\ns", "bG8\t", " =\r\n"], expected: "hello" },
  { name: "nothing", pieces: [""], expected: "" },
  { name: "an incomplete quantum", pieces: ["aGVsbG"], expected: "hel" },
];
for (const { name, pieces, expected } of streams) {
  test(`decodes ${name}`, () => {
    assert.equal(decode(pieces), expected);
  });
}

for (const piece of ["a*bc", "ab=c", "=abc", "====", "aGVs\0bG8"]) {
  test(`refuses ${JSON.stringify(piece)}`, () => {
    assert.equal(decode([piece]), undefined);
  });
}

test("gives back what was encoded, wherever the stream is cut", () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const text = bytes.toString("base64");
  for (let cut = 0; cut <= text.length; cut += 1) {
    assert.equal(decode([text.slice(0, cut), text.slice(cut)]), bytes.toString("latin1"), `cut at ${String(cut)}`);
  }
});
