import assert from "node:assert/strict";
import { test } from "node:test";
import type { BoxEntry } from "#api/views.ts";
import { HealthReporter } from "#api/monitor/health-report.ts";
import { healthError } from "#health/errors.ts";

const hot = healthError("health-hot", { details: { celsius: 91 } });
const full = healthError("health-disk-full", { details: { folder: "/", freeMib: 3 } });

test("what isn't well with the box is among the problems, the worst first, with its cause and since when", () => {
  const box: readonly BoxEntry[] = [
    { name: "temperature", finding: { severity: "degraded", error: hot }, since: 5000 },
    { name: "clock", finding: undefined, since: 1000 },
    { name: "disk", finding: { severity: "failed", error: full }, since: 7000 },
  ];
  const { boxHealthy, problems } = new HealthReporter().report([], { check: () => [], box: () => box }, 9000);
  assert.equal(boxHealthy, false);
  assert.deepEqual(
    problems.map(({ id, severity, camera, since, cause, action }) => [id, severity, camera, since, cause.code, action]),
    [
      ["box:disk", "critical", null, 7000, "health-disk-full", "open-device"],
      ["box:temperature", "warning", null, 5000, "health-hot", "open-device"],
    ],
  );
});

test("a box of which all is well has no problems", () => {
  const box = [{ name: "clock", finding: undefined, since: 1000 }];
  const { boxHealthy, problems } = new HealthReporter().report([], { check: () => [], box: () => box }, 9000);
  assert.deepEqual([boxHealthy, problems], [true, []]);
});
