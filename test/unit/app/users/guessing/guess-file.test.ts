import assert from "node:assert/strict";
import { test } from "node:test";
import { GuessFile } from "#app/users/guessing/guess-file.ts";
import { silentLogger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { MemoryFiles } from "#test/support/memory-files.ts";

const FILE = "/state/guesses.json";
const attempt = { address: "192.168.1.9", account: "joe" };

async function open(clock: ManualClock, files: MemoryFiles, folder: string | undefined = "/state"): Promise<GuessFile> {
  return GuessFile.open(folder, { clock, random: systemRandom, log: silentLogger, files });
}

test("written soon after a failure, and then once a minute however many follow", async () => {
  const [clock, files] = [new ManualClock(), new MemoryFiles()];
  const file = await open(clock, files);
  for (let second = 0; second < 180; second += 1) {
    file.limits.failed(attempt);
    await clock.run(1000);
  }
  assert.ok(files.writes >= 3 && files.writes <= 4, String(files.writes));
  const again = await open(clock, files);
  assert.ok(again.limits.waitFor(attempt) > 0);
  await file.close();
  await again.close();
});

test("closing writes what wasn't yet, and nothing where nothing has happened", async () => {
  const [clock, files] = [new ManualClock(), new MemoryFiles()];
  await (await open(clock, files)).close();
  assert.equal(files.writes, 0);
  const file = await open(clock, files);
  for (let count = 0; count < 7; count += 1) file.limits.failed(attempt);
  await file.close();
  assert.deepEqual([files.writes, clock.openTimers()], [1, []]);
  assert.ok((await open(clock, files)).limits.waitFor(attempt) > 0);
});

test("a broken file is put aside, a full disk and no folder cost nothing but memory", async () => {
  const clock = new ManualClock();
  for (const text of ["", "{", "[]", '{"version":1}', '{"version":1,"salt":"x","addresses":[7],"accounts":[],"good":[]}']) {
    const files = new MemoryFiles({ [FILE]: text });
    const file = await open(clock, files);
    assert.equal(files.files.get(`${FILE}.broken`), text);
    files.failure = new Error("ENOSPC");
    file.limits.failed(attempt);
    await file.close();
  }
  const files = new MemoryFiles();
  const without = await open(clock, files, "");
  await without.close();
  const none = await GuessFile.open(undefined, { clock, random: systemRandom, log: silentLogger, files });
  for (let count = 0; count < 7; count += 1) none.limits.failed(attempt);
  await none.close();
  assert.equal(files.writes, 0);
});
