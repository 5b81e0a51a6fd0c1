import assert from "node:assert/strict";
import { test } from "node:test";
import type { HealthReport } from "#api/contract/device.ts";
import { truthOf } from "#web/box/truth.ts";
import { en } from "#web/i18n/en.ts";
import { fill } from "#web/i18n/fill.ts";

const none = { live: 0, degraded: 0, working: 0, "needs-you": 0, off: 0 };
const report = (cameras: Partial<HealthReport["cameras"]>, boxHealthy = true): HealthReport => ({
  at: 0,
  cameras: { ...none, ...cameras },
  boxHealthy,
  problems: [],
});
const sentence = (health: HealthReport): string =>
  truthOf(health)
    .parts.map(({ key, values }) => fill(en[key], values))
    .join(" · ");

const cases: readonly (readonly [name: string, health: HealthReport, mark: string, words: string])[] = [
  ["all live", report({ live: 4 }), "live", "4 of 4 cameras live · box healthy"],
  ["one camera", report({ live: 1 }), "live", "1 of 1 camera live · box healthy"],
  ["one needs a hand", report({ live: 3, "needs-you": 1 }), "needs-you", "3 of 4 cameras live · box healthy"],
  ["one is being called", report({ live: 3, working: 1 }), "degraded", "3 of 4 cameras live · box healthy"],
  ["degraded counts as up", report({ live: 1, degraded: 1 }), "live", "2 of 2 cameras live · box healthy"],
  ["none live", report({ working: 4 }), "working", "0 of 4 cameras live · box healthy"],
  ["switched off doesn't count", report({ live: 2, off: 1 }), "live", "2 of 2 cameras live · box healthy"],
  ["all off", report({ off: 2 }), "off", "2 cameras off · box healthy"],
  ["no camera", report({}), "off", "No camera yet · box healthy"],
  ["the box isn't well", report({ live: 4 }, false), "degraded", "4 of 4 cameras live · the box needs attention"],
];

for (const [name, health, mark, words] of cases)
  test(`the sentence of truth: ${name}`, () => assert.deepEqual([truthOf(health).mark, sentence(health)], [mark, words]));
