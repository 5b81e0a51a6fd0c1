/** A release folder as it is made, and a thousand ways in which it was changed on its way. */
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SluiceError } from "#base/errors.ts";
import { FileFolder } from "#platform/release-folder.ts";
import { keyId, type TrustedKey, type TrustList } from "#update/release/trust.ts";
import { MANIFEST_NAME, SIGNATURE_NAME, SUMS_NAME, verifyRelease } from "#update/release/verify.ts";
import { sealRelease } from "../../../bundle/release/seal.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const NOW = Date.parse("2026-11-25T00:00:00Z");
const MUTATIONS = 1000;
const pair = generateKeyPairSync("ed25519");
const raw = pair.publicKey.export({ type: "spki", format: "der" }).subarray(12);
const key: TrustedKey = { id: keyId(raw), publicKey: raw.toString("base64"), use: "release", expires: "2027-01-01T00:00:00Z" };
const trust: TrustList = { format: 1, issued: "2026-11-01T00:00:00Z", keys: [key] };

function makeRelease(folder: string, sums?: (text: string) => string): void {
  writeFileSync(join(folder, "sluice-linux-x64.xz"), Buffer.alloc(5000, 7));
  writeFileSync(join(folder, "sluice-linux-arm64.xz"), Buffer.alloc(4000, 8));
  writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n");
  sealRelease({
    folder,
    version: "1.2.3",
    sequence: 5,
    created: "2026-11-25T00:00:00Z",
    key: { trusted: key, sign: (bytes) => sign(null, bytes, pair.privateKey) },
    signForPeople: (file) => {
      if (sums !== undefined) writeFileSync(file, sums(readFileSync(file, "utf8")));
      writeFileSync(`${file}.asc`, "-----BEGIN PGP SIGNATURE-----\n");
    },
  });
}

async function verdict(folder: string): Promise<string> {
  try {
    const { manifest } = await verifyRelease(new FileFolder(folder), { trust, now: NOW });
    return `ok ${manifest.version}`;
  } catch (error) {
    return error instanceof SluiceError ? error.code : String(error);
  }
}

test("a release as it was made is taken", async (t) => {
  const folder = tempDir(t);
  makeRelease(folder);
  assert.equal(await verdict(folder), "ok 1.2.3");
});

const changes: readonly { readonly name: string; readonly code: string; readonly change: (folder: string) => void }[] = [
  { name: "a file more", code: "update-file-unlisted", change: (f) => writeFileSync(join(f, "readme"), "") },
  { name: "a hidden file more", code: "update-file-unlisted", change: (f) => writeFileSync(join(f, ".x"), "") },
  { name: "a file less", code: "update-file-missing", change: (f) => rmSync(join(f, "CHANGELOG.md")) },
  {
    name: "a file under another name",
    code: "update-file-unlisted",
    change: (f) => renameSync(join(f, "CHANGELOG.md"), join(f, "changelog.md")),
  },
  {
    name: "two files that changed places",
    code: "update-file-changed",
    change: (f) => {
      renameSync(join(f, "sluice-linux-x64.xz"), join(f, "x"));
      renameSync(join(f, "sluice-linux-arm64.xz"), join(f, "sluice-linux-x64.xz"));
      renameSync(join(f, "x"), join(f, "sluice-linux-arm64.xz"));
    },
  },
  { name: "a byte more", code: "update-file-changed", change: (f) => appendFileSync(join(f, "sluice-linux-x64.xz"), "x") },
  { name: "a byte less", code: "update-file-changed", change: (f) => truncateSync(join(f, "sluice-linux-x64.xz"), 4999) },
  {
    name: "a link in place of a file",
    code: "update-file-missing",
    change: (f) => {
      copyFileSync(join(f, "CHANGELOG.md"), `${f}.copy`);
      rmSync(join(f, "CHANGELOG.md"));
      symlinkSync(`${f}.copy`, join(f, "CHANGELOG.md"));
    },
  },
  { name: "no manifest", code: "update-file-missing", change: (f) => rmSync(join(f, MANIFEST_NAME)) },
  { name: "no signature", code: "update-file-missing", change: (f) => rmSync(join(f, SIGNATURE_NAME)) },
  {
    name: "a manifest without end",
    code: "update-file-changed",
    change: (f) => writeFileSync(join(f, MANIFEST_NAME), Buffer.alloc(2 ** 20)),
  },
  { name: "an empty signature", code: "update-signature-malformed", change: (f) => truncateSync(join(f, SIGNATURE_NAME), 0) },
];

for (const { name, code, change } of changes) {
  test(`a release with ${name} is refused`, async (t) => {
    const folder = join(tempDir(t), "release");
    cpSync(temporaryRelease(t), folder, { recursive: true });
    change(folder);
    assert.equal(await verdict(folder), code);
  });
}

function temporaryRelease(t: Parameters<typeof tempDir>[0]): string {
  const folder = tempDir(t);
  makeRelease(folder);
  return folder;
}

test("sums that were signed but say something else are refused", async (t) => {
  const cases: readonly (readonly [string, (text: string) => string])[] = [
    ["update-sums-malformed", (text) => `${text}# checked by hand\n`],
    ["update-sums-malformed", (text) => text.trimEnd()],
    ["update-sums-differ", (text) => text.split("\n").slice(1).join("\n")],
    ["update-sums-differ", (text) => text.replace(/[0-9a-f]{64}/, "0".repeat(64))],
    ["update-sums-differ", (text) => `${text}${"0".repeat(64)}  more\n`],
  ];
  for (const [code, sums] of cases) {
    const folder = tempDir(t);
    makeRelease(folder, sums);
    assert.equal(await verdict(folder), code);
  }
});

test(`${String(MUTATIONS)} flipped bits, wherever they lie, are refused`, async (t) => {
  const folder = temporaryRelease(t);
  const names = readdirSync(folder).sort();
  const originals = new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
  const accepted: string[] = [];
  for (let index = 0; index < MUTATIONS; index += 1) {
    const name = names[index % names.length] ?? "";
    const original = originals.get(name) ?? Buffer.alloc(0);
    const bit = Math.floor((((index * 2_654_435_761) % 2 ** 32) / 2 ** 32) * original.length * 8);
    const changed = Buffer.from(original);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    writeFileSync(join(folder, name), changed);
    if ((await verdict(folder)).startsWith("ok")) accepted.push(`${name} bit ${String(bit)}`);
    writeFileSync(join(folder, name), original);
  }
  assert.deepEqual(accepted, []);
  assert.equal(await verdict(folder), "ok 1.2.3");
  assert.ok(names.includes(SUMS_NAME));
});
