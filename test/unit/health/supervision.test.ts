import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { planAfterEnd, recentStarts, RESTART_MS, START_MS, STOP_MS, WATCHDOG_MS } from "#health/supervision.ts";
import { ROOT } from "#test/support/source-tree.ts";

test("the times are those of the unit", () => {
  const unit = readFileSync(join(ROOT, "systemd/sluice.service"), "utf8");
  const of = (key: string): number => Number(new RegExp(`^${key}=(\\d+)$`, "m").exec(unit)?.[1]) * 1000;
  assert.deepEqual(
    [of("WatchdogSec"), of("RestartSec"), of("TimeoutStartSec"), of("TimeoutStopSec")],
    [WATCHDOG_MS, RESTART_MS, START_MS, STOP_MS],
  );
  assert.match(unit, /^StartLimitIntervalSec=5min\nStartLimitBurst=30$/m);
});

test("whatever ends is started again; a command line that is wrong from the start is not", () => {
  for (const end of [
    { code: 0, signal: null },
    { code: null, signal: "SIGKILL" },
    { code: 70, signal: null },
    { code: 2, signal: null },
  ])
    assert.deepEqual(planAfterEnd(end, { starts: [0], everReady: false, now: 10 }), { kind: "restart", afterMs: 1000 });
  const wrong = { code: 1, signal: null };
  assert.deepEqual(planAfterEnd(wrong, { starts: [0], everReady: false, now: 10 }), { kind: "give-up", reason: "unusable" });
  assert.equal(planAfterEnd(wrong, { starts: [0], everReady: true, now: 10 }).kind, "restart");
});

test("thirty starts within five minutes are enough", () => {
  let starts: readonly number[] = [];
  for (let start = 0; start < 29; start += 1) starts = recentStarts(starts, start * 1000);
  const end = { code: 70, signal: null };
  assert.equal(planAfterEnd(end, { starts, everReady: true, now: 29_000 }).kind, "restart");
  starts = recentStarts(starts, 29_000);
  assert.deepEqual(planAfterEnd(end, { starts, everReady: true, now: 29_500 }), { kind: "give-up", reason: "too-often" });
  assert.equal(planAfterEnd(end, { starts, everReady: true, now: 300_000 }).kind, "restart", "the first one counts no more");
});
