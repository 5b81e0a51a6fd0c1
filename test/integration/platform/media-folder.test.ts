/** Media on a disk: what is written is read back, what goes leaves nothing, and what isn't ours stays. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { MediaFile } from "#base/files/media-folder.ts";
import { openMediaFolder } from "#platform/files/media-folder.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const ID = "0123456789ab";
const NAME = "aabbccddeeff_video1_seg7.mp4";

async function whole(file: MediaFile, range = { start: 0, end: file.bytes }): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of file.read(range)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("what is written can be read, whole and in parts, also by who began before it was removed", async (t) => {
  const folder = await openMediaFolder(tempDir(t), ID);
  t.after(() => folder.close());
  // More pieces than one system call takes, and longer than one piece of a reading.
  const pieces = Array.from({ length: 1500 }, (_, at) => Buffer.alloc(100, at % 251));
  const file = await folder.write(NAME, pieces);
  const all = Buffer.concat(pieces);
  assert.equal(file.bytes, all.length);
  assert.ok((await whole(file)).equals(all));
  assert.ok((await whole(file, { start: 12_345, end: 99_999 })).equals(all.subarray(12_345, 99_999)));

  const reading = file.read({ start: 0, end: all.length })[Symbol.asyncIterator]();
  const begun = [(await reading.next()).value as Buffer];
  file.remove();
  await waitUntil(() => !existsSync(join(folder.path, NAME)), { what: "the file to go", timeoutMs: 30_000 });
  for (let next = await reading.next(); next.done !== true; next = await reading.next()) begun.push(next.value);
  assert.ok(Buffer.concat(begun).equals(all));
  await assert.rejects(whole(file), { code: "file-unreadable" });
});

test("closing leaves nothing, not even of a write that was under way", async (t) => {
  const directory = tempDir(t);
  const folder = await openMediaFolder(directory, ID);
  await folder.write(NAME, [Buffer.alloc(1000)]);
  const late = folder.write(NAME.replace("seg7", "seg8"), [Buffer.alloc(1_000_000)]);
  await folder.close();
  await late;
  assert.deepEqual(readdirSync(directory), []);
});

test("names that lead elsewhere are refused", async (t) => {
  const directory = tempDir(t);
  const folder = await openMediaFolder(directory, ID);
  t.after(() => folder.close());
  for (const name of ["../aabbccddeeff_a.mp4", "a.mp4", "aabbccddeeff_/../x.mp4", ""]) {
    await assert.rejects(folder.write(name, [Buffer.alloc(1)]), { code: "file-not-written" });
  }
  assert.deepEqual(readdirSync(folder.path), []);
});

test("folders of killed processes go at the next start; the living's, and whatever we can't have written, stay", async (t) => {
  const directory = tempDir(t);
  const living = await openMediaFolder(directory, "aaaaaaaaaaaa");
  t.after(() => living.close());
  const kept = await living.write(NAME, [Buffer.from("live")]);
  const { pid } = spawnSync("true"); // a process that is over
  const dead = join(directory, `sluice-media-${String(pid)}-12345-${ID}`);
  const shared = join(directory, `sluice-media-${String(pid)}-12346-${ID}`);
  for (const path of [dead, shared, join(directory, "sluice-media-notes"), join(directory, "elsewhere")]) mkdirSync(path);
  for (const path of [dead, shared]) writeFileSync(join(path, NAME), "left behind");
  writeFileSync(join(shared, "holiday.mp4"), "somebody's");
  writeFileSync(join(directory, "elsewhere", NAME), "somebody's");
  symlinkSync(join(directory, "elsewhere"), join(directory, `sluice-media-${String(pid)}-12347-${ID}`));

  const fresh = await openMediaFolder(directory, "bbbbbbbbbbbb");
  await fresh.close();
  assert.equal(existsSync(dead), false);
  assert.deepEqual(readdirSync(shared), ["holiday.mp4"]);
  assert.deepEqual(readdirSync(join(directory, "elsewhere")), [NAME]);
  assert.ok(existsSync(join(directory, "sluice-media-notes")));
  assert.equal((await whole(kept)).toString(), "live");
});

test("a directory that can't be written to is told with its reason", async () => {
  await assert.rejects(openMediaFolder("/proc/sluice", ID), { code: "file-not-written", message: /ENOENT|EACCES|EROFS|EPERM/ });
});

test("a folder that somebody took away is made again", async (t) => {
  const directory = tempDir(t);
  const folder = await openMediaFolder(directory, ID);
  t.after(() => folder.close());
  spawnSync("rmdir", [folder.path]);
  const file = await folder.write(NAME, [Buffer.from("there")]);
  assert.equal((await whole(file)).toString(), "there");
});
