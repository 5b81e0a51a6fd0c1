/** A longer run of the native module's fuzzing with sanitizers. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { missingPrograms, runProgram } from "#test/support/programs.ts";
import { ROOT } from "#test/support/source-tree.ts";

const TIMEOUT_MS = 280_000;

test("the native module survives 200,000 random calls", { skip: missingPrograms(["cc", "--version"]) }, async () => {
  const seed = String(Date.now() % 1_000_000);
  const run = await runProgram(join(ROOT, "scripts/native-fuzz"), ["--calls", "200000", "--seed", seed], {
    timeoutMs: TIMEOUT_MS,
  });
  assert.equal(run.code, 0, `seed ${seed}\n${run.stdout}${run.stderr}`);
});
