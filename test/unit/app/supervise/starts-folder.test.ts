import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openStartsFolder } from "#app/supervise/starts-folder.ts";
import { tempDir } from "#test/support/temp-dir.ts";

/** Beyond the kernel's largest process number (2^22). */
const NOBODY = 999_999_999;

test("what killed supervisors left is taken away by the next, what belongs to a living one or to nobody known stays", (t) => {
  const temporary = tempDir(t);
  const left = join(temporary, `sluice-starts-${String(NOBODY)}-aBc123`);
  const stays = [`sluice-starts-${String(process.ppid)}-aBc123`, "sluice-starts-aBc123", `other-${String(NOBODY)}-aBc123`];
  for (const name of stays) mkdirSync(join(temporary, name));
  mkdirSync(left);
  writeFileSync(join(left, "starts.json"), "{}");
  const link = `sluice-starts-${String(NOBODY)}-aLink1`;
  symlinkSync(join(temporary, "other"), join(temporary, link));
  const { folder, remove } = openStartsFolder({}, temporary);
  assert.equal(existsSync(left), false);
  assert.deepEqual(readdirSync(temporary).toSorted(), [...stays, link, folder.slice(temporary.length + 1)].toSorted());
  remove();
  assert.equal(existsSync(folder), false);
});

test("where a service manager gives a state folder, that is it, and stays", (t) => {
  const state = tempDir(t);
  const { folder, remove } = openStartsFolder({ STATE_DIRECTORY: `${state}:/elsewhere` }, "/nowhere");
  remove();
  assert.equal(folder, state);
  assert.equal(existsSync(state), true);
});
