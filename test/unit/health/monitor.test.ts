import assert from "node:assert/strict";
import { test } from "node:test";
import { healthError } from "#health/errors.ts";
import type { HealthCheck, HealthFinding } from "#health/health-check.ts";
import { HealthMonitor, MAX_CHECKS } from "#health/monitor.ts";
import { silentLogger, type Logger } from "#base/log.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const hot = (celsius: number): HealthFinding => ({
  severity: "degraded",
  error: healthError("health-hot", { details: { celsius } }),
});
const down: HealthFinding = { severity: "failed", error: healthError("health-link-down", { details: { interface: "eth0" } }) };

interface Scene {
  readonly clock: ManualClock;
  readonly monitor: HealthMonitor;
  readonly lines: string[];
}

function start(t: { after: (run: () => void) => void }, checks: readonly HealthCheck[]): Scene {
  const clock = new ManualClock();
  const lines: string[] = [];
  const note = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${"check" in fields ? String(fields.check) : ""}`.trim());
  };
  const log: Logger = { ...silentLogger, info: note("info"), warn: note("warn"), error: note("error") };
  const monitor = new HealthMonitor({ clock, log, checks });
  t.after(() => {
    monitor.close();
  });
  monitor.start();
  return { clock, monitor, lines };
}

test("all is well until a check says otherwise", (t) => {
  const { monitor } = start(t, [{ name: "a", periodMs: 5000, check: () => undefined }]);
  assert.equal(monitor.report().state, "ok");
});

test("the worst finding is the state of all", (t) => {
  const { monitor } = start(t, [
    { name: "a", periodMs: 5000, check: () => hot(80) },
    { name: "b", periodMs: 5000, check: () => down },
  ]);
  assert.equal(monitor.report().state, "failed");
  assert.deepEqual(
    monitor.report().entries.map(({ finding }) => finding?.error.code),
    ["health-hot", "health-link-down"],
  );
});

test("each check is asked at its own pace", (t) => {
  const asked = { fast: 0, slow: 0 };
  const count = (name: keyof typeof asked) => (): undefined => {
    asked[name] += 1;
  };
  const { clock } = start(t, [
    { name: "fast", periodMs: 5000, check: count("fast") },
    { name: "slow", periodMs: 60_000, check: count("slow") },
  ]);
  clock.advance(59_500);
  assert.deepEqual(asked, { fast: 12, slow: 1 });
});

test("the journal has one line at a change, however long it lasts, and one when it is over", (t) => {
  let celsius = 85;
  const { clock, lines } = start(t, [
    { name: "temperature", periodMs: 1000, check: () => (celsius > 80 ? hot(celsius) : undefined) },
  ]);
  for (; celsius < 90; celsius += 1) clock.advance(60_000);
  assert.deepEqual(lines, ["warn not well temperature"]);
  celsius = 50;
  clock.advance(2000);
  assert.deepEqual(lines.slice(1), ["info well again temperature"]);
});

test("figures are the newest, and since is when it began", (t) => {
  let celsius = 81;
  const { clock, monitor } = start(t, [{ name: "temperature", periodMs: 1000, check: () => hot(celsius) }]);
  const [before] = monitor.report().entries;
  celsius = 88;
  clock.advance(30_000);
  const [after] = monitor.report().entries;
  assert.equal(after?.finding?.error.details["celsius"], 88);
  assert.equal(after?.since, before?.since);
});

test("a check that never answers counts as failed, and isn't asked again meanwhile", async (t) => {
  let asked = 0;
  const hung = Promise.withResolvers<undefined>();
  const check = (): Promise<undefined> => {
    asked += 1;
    return hung.promise;
  };
  const { clock, monitor } = start(t, [{ name: "dns", periodMs: 1000, check }]);
  clock.advance(30_000);
  assert.equal(monitor.report().entries[0]?.finding?.error.code, "health-no-answer");
  assert.equal(asked, 1);
  hung.resolve(undefined);
  await clock.run(0);
  assert.equal(monitor.report().state, "ok");
});

test("a check that breaks is a finding of its own and stops nothing", async (t) => {
  const thrower = (): never => {
    throw new Error("no such sensor");
  };
  const { clock, monitor } = start(t, [
    { name: "a", periodMs: 1000, check: thrower },
    { name: "b", periodMs: 1000, check: () => Promise.reject(new Error("no such file")) },
    { name: "c", periodMs: 1000, check: () => hot(90) },
  ]);
  await clock.run(0);
  assert.deepEqual(
    monitor.report().entries.map(({ finding }) => finding?.error.code),
    ["health-check-broken", "health-check-broken", "health-hot"],
  );
});

test("the journal gets one summary an hour", (t) => {
  const { clock, lines } = start(t, [{ name: "a", periodMs: 5000, check: () => undefined }]);
  clock.advance(3 * 3_600_000 + 1500);
  assert.equal(lines.filter((line) => line.includes("last hour")).length, 3);
});

test("more checks than the report has room for are a mistake of the program", () => {
  const checks = Array.from({ length: MAX_CHECKS + 1 }, (_, index) => ({
    name: String(index),
    periodMs: 1,
    check: () => undefined,
  }));
  assert.throws(() => new HealthMonitor({ clock: new ManualClock(), log: silentLogger, checks }), RangeError);
});
