import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { systemTextFiles as files } from "#platform/text-files.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const MAX = 1000;

test("replaces a file with its mode, keeps the former one under another name, and leaves nothing else behind", async (t) => {
  const folder = tempDir(t);
  const file = join(folder, "a.yml");
  writeFileSync(file, "old");
  chmodSync(file, 0o640);
  const backup = join(folder, "a.yml.backup-1");
  writeFileSync(backup, "older");
  assert.equal(await files.replace({ file, text: "new", expected: "old", backup }), "replaced");
  assert.equal(readFileSync(file, "utf8"), "new");
  assert.equal(readFileSync(backup, "utf8"), "old");
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(folder).sort(), ["a.yml", "a.yml.backup-1"]);
});

test("doesn't replace what isn't expected, a missing file included", async (t) => {
  const folder = tempDir(t);
  const file = join(folder, "a.yml");
  assert.equal(await files.replace({ file, text: "new", expected: "old", backup: undefined }), "changed-meanwhile");
  assert.equal(existsSync(file), false);
  assert.equal(await files.replace({ file, text: "new", expected: undefined, backup: undefined }), "replaced");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(await files.replace({ file, text: "newer", expected: undefined, backup: undefined }), "changed-meanwhile");
  assert.deepEqual(readdirSync(folder), ["a.yml"]);
});

test("writes through a symbolic link, which stays one", async (t) => {
  const folder = tempDir(t);
  mkdirSync(join(folder, "real"));
  writeFileSync(join(folder, "real", "a.yml"), "old");
  symlinkSync(join("real", "a.yml"), join(folder, "a.yml"));
  await files.replace({ file: join(folder, "a.yml"), text: "new", expected: "old", backup: undefined });
  assert.ok(lstatSync(join(folder, "a.yml")).isSymbolicLink());
  assert.equal(readFileSync(join(folder, "real", "a.yml"), "utf8"), "new");
});

test("reads within a bound, and tells a missing file from one it can't read", async (t) => {
  const folder = tempDir(t);
  assert.equal(await files.read(join(folder, "none"), MAX), undefined);
  assert.equal(await files.writtenAt(join(folder, "none")), undefined);
  await assert.rejects(files.read(folder, MAX), { code: "file-unreadable" });
  writeFileSync(join(folder, "a"), "x".repeat(MAX + 1));
  await assert.rejects(files.read(join(folder, "a"), MAX), { code: "file-too-large" });
  assert.equal((await files.read(join(folder, "a"), MAX + 1))?.length, MAX + 1);
});

test("says why nothing could be written", async (t) => {
  const folder = tempDir(t);
  const file = join(folder, "missing", "a.yml");
  await assert.rejects(files.replace({ file, text: "x", expected: undefined, backup: undefined }), { code: "file-not-written" });
  assert.equal(await files.writable(join(folder, "a.yml")), true);
  assert.equal(await files.writable(file), false);
  await files.move(file, join(folder, "b"));
});
