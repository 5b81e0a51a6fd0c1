import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { backUpConfiguration } from "#app/jobs/config-backup.ts";
import { JobMemory } from "#app/jobs/job-memory.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 25, 3);

test("copies are kept by date for their owner alone, as many as wanted, and nothing else is touched", (t) => {
  const folder = tempDir(t);
  const file = join(folder, "sluice.yml");
  const backups = join(folder, "backups");
  mkdirSync(backups);
  for (const other of ["sluice-notes.yml", "sluice-20200101T000000Z.txt", "other-20200101T000000Z.yml"])
    writeFileSync(join(backups, other), "");
  for (let day = 0; day < 5; day += 1) {
    writeFileSync(file, `# ${String(day)}\n`);
    backUpConfiguration(file, { now: NOW + day * DAY_MS, keep: 3 });
  }
  const kept = readdirSync(backups).filter((name) => /^sluice-2026/.test(name));
  assert.deepEqual(kept, ["sluice-20261127T030000Z.yml", "sluice-20261128T030000Z.yml", "sluice-20261129T030000Z.yml"]);
  assert.equal(readFileSync(join(backups, "sluice-20261129T030000Z.yml"), "utf8"), "# 4\n");
  assert.equal(statSync(join(backups, "sluice-20261129T030000Z.yml")).mode & 0o777, 0o600);
  assert.equal(readdirSync(backups).length, 6);
});

test("what is the same as the newest copy isn't copied again", (t) => {
  const folder = tempDir(t);
  const file = join(folder, "sluice.yml");
  writeFileSync(file, "a: 1\n");
  for (let day = 0; day < 3; day += 1) backUpConfiguration(file, { now: NOW + day * DAY_MS, keep: 3 });
  assert.equal(readdirSync(join(folder, "backups")).length, 1);
  assert.throws(() => backUpConfiguration(join(folder, "none.yml"), { now: NOW, keep: 1 }), /ENOENT/);
});

test("runs are remembered in the state folder; a file that can't be used is as none", (t) => {
  const folder = tempDir(t);
  const memory = new JobMemory(folder);
  assert.deepEqual([...memory.read()], []);
  memory.write(new Map([["a", 1]]));
  assert.deepEqual([...new JobMemory(folder).read()], [["a", 1]]);
  for (const broken of ["{", "null", "[]", '{"version":1,"runs":{"a":"x"}}', '{"version":2,"runs":{"a":1}}']) {
    writeFileSync(join(folder, "jobs.json"), broken);
    assert.deepEqual([...memory.read()], [], broken);
  }
  assert.deepEqual([...new JobMemory(undefined).read()], []);
});
