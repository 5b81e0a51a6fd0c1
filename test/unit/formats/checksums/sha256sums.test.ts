import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSha256Sums, printSha256Sums } from "#formats/checksums/sha256sums.ts";

const A = "a".repeat(64);
const B = "0123456789abcdef".repeat(4);

test("what is printed reads back the same, sorted by name", () => {
  const sums = new Map([
    ["sluice-linux-x64.xz", A],
    ["CHANGELOG.md", B],
  ]);
  const text = printSha256Sums(sums);
  assert.equal(text, `${B}  CHANGELOG.md\n${A}  sluice-linux-x64.xz\n`);
  assert.deepEqual(parseSha256Sums(text), { kind: "sums", sums: new Map([...sums].sort()) });
});

test("binary mode is the same list", () => {
  assert.deepEqual(parseSha256Sums(`${A} *file\n`), { kind: "sums", sums: new Map([["file", A]]) });
});

const broken: readonly { readonly name: string; readonly text: string; readonly line: number }[] = [
  { name: "no line feed at the end", text: `${A}  a\n${B}  b`, line: 2 },
  { name: "a sum that is too short", text: `${A.slice(1)}  a\n`, line: 1 },
  { name: "a sum that is too long", text: `${A}a  a\n`, line: 1 },
  { name: "upper case", text: `${A.toUpperCase()}  a\n`, line: 1 },
  { name: "one space only", text: `${A} a\n`, line: 1 },
  { name: "an empty line between", text: `${A}  a\n\n${B}  b\n`, line: 2 },
  { name: "a comment", text: `# sums\n${A}  a\n`, line: 1 },
  { name: "a name twice", text: `${A}  a\n${B}  a\n`, line: 2 },
  { name: "a folder in the name", text: `${A}  ../a\n`, line: 1 },
  { name: "an escaped name", text: `\\${A}  a\\nb\n`, line: 1 },
  { name: "a hidden name", text: `${A}  .a\n`, line: 1 },
  { name: "a carriage return", text: `${A}  a\r\n`, line: 1 },
  { name: "a name of another script", text: `${A}  аbc\n`, line: 1 },
];

for (const { name, text, line } of broken) {
  test(`the whole list is refused for ${name}`, () => {
    assert.deepEqual(parseSha256Sums(text), { kind: "malformed", line });
  });
}

test("an empty list has no sums", () => {
  assert.deepEqual(parseSha256Sums(""), { kind: "sums", sums: new Map() });
});
