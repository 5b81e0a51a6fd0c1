import assert from "node:assert/strict";
import { test } from "node:test";
import { cronFault, CronTime, isTimeZone } from "#jobs/cron-time.ts";

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());

function runs(text: string, zone: string, { from, count }: { from: string; count: number }): readonly (string | undefined)[] {
  const time = new CronTime(text, zone);
  const found: (string | undefined)[] = [];
  let after = at(from);
  for (let run = 0; run < count; run += 1) {
    const next = time.next(after);
    found.push(iso(next));
    if (next === undefined) break;
    after = next;
  }
  return found;
}

const cases: readonly (readonly [what: string, text: string, zone: string, from: string, next: readonly string[]])[] = [
  ["each day", "30 3 * * *", "UTC", "2026-11-25T03:29:59Z", ["2026-11-25T03:30:00.000Z", "2026-11-26T03:30:00.000Z"]],
  ["not the minute it is asked in", "30 3 * * *", "UTC", "2026-11-25T03:30:00Z", ["2026-11-26T03:30:00.000Z"]],
  ["in another zone", "0 3 * * *", "Asia/Shanghai", "2026-11-25T00:00:00Z", ["2026-11-25T19:00:00.000Z"]],
  [
    "in a zone with half an hour",
    "15 */12 * * *",
    "Asia/Kolkata",
    "2026-11-25T00:00:00Z",
    ["2026-11-25T06:45:00.000Z", "2026-11-25T18:45:00.000Z"],
  ],
  ["Mondays", "0 4 * * 1", "UTC", "2026-11-25T00:00:00Z", ["2026-11-30T04:00:00.000Z", "2026-12-07T04:00:00.000Z"]],
  [
    "the last day of the month",
    "0 0 L * *",
    "UTC",
    "2027-02-01T00:00:00Z",
    ["2027-02-28T00:00:00.000Z", "2027-03-31T00:00:00.000Z"],
  ],
  ["a leap day", "0 0 29 2 *", "UTC", "2026-11-25T00:00:00Z", ["2028-02-29T00:00:00.000Z"]],
  [
    "every quarter of an hour",
    "*/15 * * * *",
    "UTC",
    "2026-11-25T23:50:00Z",
    ["2026-11-26T00:00:00.000Z", "2026-11-26T00:15:00.000Z"],
  ],
  // 2026-03-29, 2:00 becomes 3:00 in Berlin (1:00 UTC); 2026-10-25, 3:00 becomes 2:00 (1:00 UTC).
  [
    "a time that is jumped over comes right after",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-03-28T12:00:00Z",
    ["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"],
  ],
  [
    "a time that comes twice is run once",
    "30 2 * * *",
    "Europe/Berlin",
    "2026-10-24T12:00:00Z",
    ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"],
  ],
  [
    "what is hourly isn't held back by a doubled hour",
    "30 * * * *",
    "Europe/Berlin",
    "2026-10-25T00:00:00Z",
    ["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"],
  ],
  [
    "midnight after a short day",
    "0 0 * * *",
    "Europe/Berlin",
    "2026-03-29T00:00:00Z",
    ["2026-03-29T22:00:00.000Z", "2026-03-30T22:00:00.000Z"],
  ],
  [
    "midnight after a long day",
    "0 0 * * *",
    "Europe/Berlin",
    "2026-10-24T23:00:00Z",
    ["2026-10-25T23:00:00.000Z", "2026-10-26T23:00:00.000Z"],
  ],
  [
    "a jump of half an hour",
    "15 2 * * *",
    "Australia/Lord_Howe",
    "2026-10-03T00:00:00Z",
    ["2026-10-03T15:30:00.000Z", "2026-10-04T15:15:00.000Z"],
  ],
];

for (const [what, text, zone, from, next] of cases) {
  test(`next time: ${what}`, () => {
    assert.deepEqual(runs(text, zone, { from, count: next.length }), next);
  });
}

test("what never comes has no next time, and that is found at once", () => {
  assert.equal(new CronTime("0 0 30 2 *", "UTC").next(at("2026-01-01T00:00:00Z")), undefined);
});

test("texts that are no times, and zones that are none", () => {
  for (const text of [
    "",
    "* * * *",
    "0 0 3 * * *",
    "60 * * * *",
    "* 24 * * *",
    "a b c d e",
    "@daily",
    `${"0,".repeat(90)}0 * * * *`,
  ])
    assert.notEqual(cronFault(text), undefined, text);
  for (const text of ["0 3 * * *", "*/5 8-18 * * 1-5", "0 0 L * *"]) assert.equal(cronFault(text), undefined, text);
  assert.deepEqual(["Asia/Shanghai", "UTC", "Nowhere/City", "; reboot"].map(isTimeZone), [true, true, false, false]);
});
