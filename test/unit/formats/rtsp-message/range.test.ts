import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_RANGE_LENGTH, parseRange, printRange } from "#formats/rtsp-message/range.ts";
import type { RtspRange } from "#formats/rtsp-message/range.ts";

const noon = Date.UTC(2023, 7, 12, 12, 0, 0);

const cases: readonly { value: string; range: RtspRange; printed?: string }[] = [
  { value: "npt=0-", range: { kind: "npt", start: 0, end: undefined } },
  { value: "npt=now-", range: { kind: "npt", start: "now", end: undefined } },
  { value: "npt=0.000-", range: { kind: "npt", start: 0, end: undefined }, printed: "npt=0-" },
  { value: "npt=1.5-20.25", range: { kind: "npt", start: 1.5, end: 20.25 } },
  { value: "npt=-20", range: { kind: "npt", start: undefined, end: 20 } },
  { value: "npt=1:02:03.5-2:00:00", range: { kind: "npt", start: 3723.5, end: 7200 }, printed: "npt=3723.5-7200" },
  { value: " NPT = 0 - 10 ", range: { kind: "npt", start: 0, end: 10 }, printed: "npt=0-10" },
  { value: "npt=0-;time=19970123T143720Z", range: { kind: "npt", start: 0, end: undefined }, printed: "npt=0-" },
  { value: "clock=20230812T120000Z-", range: { kind: "clock", start: noon, end: undefined } },
  {
    value: "clock=20230812T120000.25Z-20230812T120001Z",
    range: { kind: "clock", start: noon + 250, end: noon + 1000 },
    printed: "clock=20230812T120000.250Z-20230812T120001Z",
  },
  { value: "clock=-20230812T120000Z", range: { kind: "clock", start: undefined, end: noon } },
  {
    value: "smpte=10:12:33:20-",
    range: { kind: "smpte", type: "smpte", start: { seconds: 36753, frames: 20, subframes: 0 }, end: undefined },
  },
  {
    value: "smpte-25=0:00:00-10:12:33:20.45",
    range: {
      kind: "smpte",
      type: "smpte-25",
      start: { seconds: 0, frames: 0, subframes: 0 },
      end: { seconds: 36753, frames: 20, subframes: 45 },
    },
    printed: "smpte-25=00:00:00-10:12:33:20.45",
  },
  {
    value: "smpte-30-drop=10:07:33:05-",
    range: { kind: "smpte", type: "smpte-30-drop", start: { seconds: 36453, frames: 5, subframes: 0 }, end: undefined },
  },
];
for (const { value, range, printed = value } of cases) {
  test(`reads and writes ${JSON.stringify(value)}`, () => {
    assert.deepEqual(parseRange(value), range);
    assert.equal(printRange(range), printed);
    assert.deepEqual(parseRange(printed), range);
  });
}

const unreadable = [
  "",
  "npt",
  "npt=",
  "npt=-",
  "npt=abc-",
  "npt=0-abc",
  "npt=0",
  "npt=-1-2",
  "0-10",
  "clock=2023-08-12T12:00:00Z-",
  "clock=20230812T120000-",
  "clock=20231312T120000Z-",
  "clock=20230812T250000Z-",
  "clock=00230812T120000Z-",
  "smpte=10:60:00-",
  "smpte=10-",
  "utc=0-",
  `npt=${" ".repeat(MAX_RANGE_LENGTH)}0-`,
];
for (const value of unreadable) {
  test(`${JSON.stringify(value.slice(0, 40))} is no range`, () => {
    assert.equal(parseRange(value), undefined);
  });
}

test("reads a very long line of dashes at once", () => {
  assert.equal(parseRange(`npt=${"-".repeat(100_000)} x`), undefined);
});

test("writes seconds to the millisecond, never negative", () => {
  assert.equal(printRange({ kind: "npt", start: 1 / 3, end: -5 }), "npt=0.333-0");
});
