/** `sluice export` and `sluice import`: a configuration leaves one box with its passwords and arrives on another. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const TEXT = "# The shop.\npaths:\n  gate:\n    source: rtsp://admin:p@ss#1@10.0.0.2/1\n";
const PASSPHRASE = "several words of mine\n";

function sluice(folder: string, input: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } {
  const args = [join(ROOT, "src", "main.ts"), ...words];
  return spawnSync(process.execPath, args, { cwd: folder, input, encoding: "utf8", timeout: 60_000, env: {} });
}

test("what was exported here is imported there, comments and passwords whole", (t) => {
  const [here, there] = [tempDir(t), tempDir(t)];
  writeFileSync(join(here, "sluice.yml"), TEXT);
  const made = sluice(here, PASSPHRASE, "export", "box.json");
  assert.equal(made.status, 0, made.stderr);
  const file = join(here, "box.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(readFileSync(file, "utf8") + made.stdout + made.stderr, /p@ss|gate|several/);
  assert.match(sluice(here, PASSPHRASE, "export", "box.json").stderr, /init-file-exists/);
  assert.match(sluice(here, "short\n", "export", "other.json").stderr, /config-passphrase-short/);

  writeFileSync(join(there, "sluice.yml"), "rtsp: no\n");
  assert.match(sluice(there, "another passphrase\n", "import", file).stderr, /config-passphrase-wrong/);
  assert.equal(readFileSync(join(there, "sluice.yml"), "utf8"), "rtsp: no\n");
  assert.equal(sluice(there, PASSPHRASE, "import", file).status, 0);
  assert.equal(readFileSync(join(there, "sluice.yml"), "utf8"), TEXT);
  assert.equal(readFileSync(join(there, "sluice.yml.before-import"), "utf8"), "rtsp: no\n");
  const fresh = tempDir(t);
  assert.equal(sluice(fresh, PASSPHRASE, "import", file).status, 0);
  assert.equal(readFileSync(join(fresh, "sluice.yml"), "utf8"), TEXT);
});
