import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { StartGuard } from "#app/health/start-guard.ts";
import { MAX_STARTS } from "#health/crash-loop.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const start = (folder: string | undefined, second: number): StartGuard =>
  new StartGuard({ folder, boot: { id: "b", uptimeMs: 60_000 + second * 1000 } });

test("a process that keeps ending by itself starts in safe mode, with the reason of the last end", (t) => {
  const folder = tempDir(t);
  for (let index = 0; index < MAX_STARTS; index += 1) {
    const guard = start(folder, index);
    assert.equal(guard.decision.kind, "normal");
    guard.failed("out of luck");
  }
  const { decision } = start(folder, MAX_STARTS);
  assert.ok(decision.kind === "safe" && decision.reason === "out of luck" && decision.starts === MAX_STARTS);
});

test("a process that was well for long, or ended as asked, begins anew", (t) => {
  const folder = tempDir(t);
  for (let index = 0; index < 3 * MAX_STARTS; index += 1) {
    const guard = start(folder, index);
    assert.equal(guard.decision.kind, "normal");
    guard.settled();
  }
});

test("a record that is broken, or can't be kept, doesn't keep it from starting", (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, "starts.json"), "{ broken");
  assert.equal(start(folder, 0).decision.kind, "normal");
  const nowhere = start(join(folder, "none"), 0);
  assert.equal(nowhere.decision.kind, "normal");
  nowhere.failed("x");
});

test("without a folder every start is a normal one", () => {
  for (let index = 0; index < 20; index += 1) assert.equal(start(undefined, index).decision.kind, "normal");
});
