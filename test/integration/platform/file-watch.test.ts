/** The file watch on real folders; the clock is a manual one, so that what it waits for is what the test says. */
import assert from "node:assert/strict";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FileWatch } from "#platform/files/file-watch.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { pause, waitUntil } from "#test/support/wait-until.ts";

const SETTLE_MS = 75;
const POLL_MS = 5000;

interface Watched {
  readonly clock: ManualClock;
  readonly watch: FileWatch;
  /** Calls so far. */
  calls: number;
  /** Resolves when a change was seen and has settled. */
  told(): Promise<void>;
}

function watched(t: TestContext, ...files: readonly string[]): Watched {
  const clock = new ManualClock();
  const made = { clock, calls: 0 } as { clock: ManualClock; calls: number; watch: FileWatch; told: () => Promise<void> };
  made.watch = new FileWatch({ clock, files, onChange: () => (made.calls += 1) });
  made.told = async () => {
    await waitUntil(() => clock.openTimers().includes("file settles"), { what: "a change to be seen" });
    // What else belongs to it has come by then.
    await pause(30);
    clock.advance(SETTLE_MS);
  };
  t.after(() => {
    made.watch.close();
    assert.deepEqual(clock.openTimers(), []);
  });
  return made;
}

test("is told once at first, and then of each change, however it is made", async (t) => {
  const file = join(tempDir(t), "sluice.yml");
  writeFileSync(file, "one");
  const made = watched(t, file);
  await made.told();
  assert.equal(made.calls, 1);
  writeFileSync(file, "two");
  await made.told();
  writeFileSync(`${file}~`, "three");
  renameSync(`${file}~`, file);
  await made.told();
  rmSync(file);
  writeFileSync(file, "four");
  await made.told();
  assert.equal(made.calls, 4);
});

test("files that couldn't be read are told of once more, unchanged, at the next poll", async (t) => {
  const file = join(tempDir(t), "sluice.yml");
  writeFileSync(file, "one");
  const made = watched(t, file);
  await made.told();
  made.watch.tellAgain();
  assert.equal(made.calls, 1);
  made.clock.advance(POLL_MS);
  await made.told();
  made.clock.advance(POLL_MS);
  await pause(30);
  assert.deepEqual([made.calls, made.clock.openTimers()], [2, ["file watch"]]);
});

test("what changes in quick succession is told once", async (t) => {
  const file = join(tempDir(t), "sluice.yml");
  writeFileSync(file, "one");
  const made = watched(t, file);
  await made.told();
  for (const text of ["a", "bb", "ccc", "dddd"]) writeFileSync(file, text);
  await made.told();
  assert.equal(made.calls, 2);
});

test("other files of the folder are nobody's business", async (t) => {
  const folder = tempDir(t);
  const file = join(folder, "sluice.yml");
  writeFileSync(file, "one");
  const made = watched(t, file);
  await made.told();
  writeFileSync(join(folder, "other"), "x");
  await pause(50);
  assert.equal(made.clock.openTimers().includes("file settles"), false);
});

test("a link that is moved to another folder is a change, and so is what happens there then", async (t) => {
  const folder = tempDir(t);
  for (const name of ["a", "b"]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "sluice.yml"), name);
  }
  symlinkSync("a", join(folder, "current"));
  const made = watched(t, join(folder, "current", "sluice.yml"));
  await made.told();
  symlinkSync("b", join(folder, "next"));
  renameSync(join(folder, "next"), join(folder, "current"));
  made.clock.advance(5000);
  await made.told();
  writeFileSync(join(folder, "b", "sluice.yml"), "changed");
  await made.told();
  assert.equal(made.calls, 3);
});

test("a file whose folder comes later is seen by the look every few seconds", async (t) => {
  const folder = join(tempDir(t), "later");
  const file = join(folder, "sluice.yml");
  const made = watched(t, file);
  await made.told();
  mkdirSync(folder);
  writeFileSync(file, "here");
  made.clock.advance(5000);
  await made.told();
  assert.equal(made.calls, 2);
});
