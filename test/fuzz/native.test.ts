/** A short run of the native module's fuzzing with sanitizers; scripts/native-fuzz runs longer ones. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { missingPrograms, runProgram } from "#test/support/programs.ts";
import { ROOT } from "#test/support/source-tree.ts";

const TIMEOUT_MS = 120_000;

test("the native module survives random calls under the sanitizers", { skip: missingPrograms(["cc", "--version"]) }, async () => {
  const run = await runProgram(join(ROOT, "scripts/native-fuzz"), ["--calls", "20000"], { timeoutMs: TIMEOUT_MS });
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.match(run.stdout, /^20000 calls/m);
});
