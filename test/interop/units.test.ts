/** The units under systemd's own eyes: no complaint, and an exposure that doesn't grow unnoticed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { missingPrograms } from "#test/support/programs.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";

/** Of 100; 15 means 1.5. */
const MAX_EXPOSURE = 15;
const skip = missingPrograms(["systemd-analyze", "--version"]);
const unit = join(ROOT, "systemd", "sluice.service");

test("systemd-analyze verify has nothing to say", { skip }, (t) => {
  // The program needn't be installed here: one that is stands in for it.
  const file = join(tempDir(t), "sluice.service");
  writeFileSync(file, readFileSync(unit, "utf8").replace("/usr/local/bin/sluice", process.execPath));
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
  assert.deepEqual({ status, said: `${stdout}${stderr}` }, { status: 0, said: "" });
});

test(`its exposure is at most ${String(MAX_EXPOSURE / 10)}`, { skip }, () => {
  const words = ["security", "--offline=true", `--threshold=${String(MAX_EXPOSURE)}`, "--no-pager", unit];
  const { status, stdout, stderr } = spawnSync("systemd-analyze", words, { encoding: "utf8" });
  assert.equal(status, 0, `${stdout.split("\n").slice(-3).join("\n")}${stderr}`);
});
