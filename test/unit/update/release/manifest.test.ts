import assert from "node:assert/strict";
import { test } from "node:test";
import { parseManifest, printManifest, type Manifest } from "#update/release/manifest.ts";

const SUM = "0123456789abcdef".repeat(4);
const manifest: Manifest = {
  format: 1,
  product: "sluice",
  version: "1.2.3",
  sequence: 7,
  created: "2026-11-25T01:02:03Z",
  files: [
    { name: "CHANGELOG.md", size: 12, sha256: SUM },
    { name: "sluice-linux-arm64.xz", size: 27_000_000, sha256: SUM },
  ],
};
const text = printManifest(manifest);

test("what is printed reads back the same", () => {
  assert.deepEqual(parseManifest(text), manifest);
});

test("it can be written in one way only", () => {
  const others = [
    text.trimEnd(),
    `${text}\n`,
    JSON.stringify(manifest),
    text.replace('"sequence": 7', '"sequence": 7.0'),
    text.replace('"sequence": 7', '"sequence": 7,\n  "sequence": 7'),
    text.replace('"format": 1,', '"format": 1,\n  "more": 1,'),
    text.replace("sluice-linux", "\\u0073luice-linux"),
    `\uFEFF${text}`,
  ];
  for (const other of others) assert.equal(parseManifest(other), undefined, other.slice(0, 60));
});

const change = (part: object): string => printManifest({ ...manifest, ...part });
const files = (part: object): string => change({ files: [{ name: "a", size: 1, sha256: SUM, ...part }] });

const refused: readonly { readonly name: string; readonly text: string }[] = [
  { name: "another product", text: change({ product: "sluice-pro" }) },
  { name: "another format", text: change({ format: 2 }) },
  { name: "a version that is no version", text: change({ version: "latest" }) },
  { name: "a negative sequence", text: change({ sequence: -1 }) },
  { name: "a sequence past what numbers hold", text: change({ sequence: 2 ** 60 }) },
  { name: "a time without its zone", text: change({ created: "2026-11-25T01:02:03" }) },
  { name: "no files", text: change({ files: [] }) },
  { name: "files out of order", text: change({ files: manifest.files.toReversed() }) },
  { name: "a file twice", text: change({ files: [manifest.files[0], manifest.files[0]] }) },
  { name: "a name that leaves the folder", text: files({ name: "../a" }) },
  { name: "a name with a slash", text: files({ name: "a/b" }) },
  { name: "a name like another's in another script", text: files({ name: "sluiсe" }) },
  { name: "a size that is no number", text: files({ size: "1" }) },
  { name: "a size of more than a file may have", text: files({ size: 2 ** 32 + 1 }) },
  { name: "a sum in upper case", text: files({ sha256: SUM.toUpperCase() }) },
  { name: "nothing", text: "" },
  { name: "a list", text: "[]\n" },
];

for (const { name, text: bad } of refused) {
  test(`a manifest with ${name} is none`, () => {
    assert.equal(parseManifest(bad), undefined);
  });
}
