import assert from "node:assert/strict";
import { test } from "node:test";
import { RepeatedLines } from "#app/log/repeated-lines.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const HOUR_MS = 3_600_000;

function stage(): {
  clock: ManualClock;
  lines: Record<string, unknown>[];
  say: (record: object) => void;
  repeats: RepeatedLines;
} {
  const clock = new ManualClock();
  const lines: Record<string, unknown>[] = [];
  const repeats = new RepeatedLines({ clock, write: (json) => lines.push(JSON.parse(json) as Record<string, unknown>) });
  return { clock, lines, repeats, say: (record) => repeats.add(JSON.stringify({ level: "warn", time: clock.now(), ...record })) };
}

test("three alike are written, the rest are counted and told after an hour, two more, four more", () => {
  const { clock, lines, say } = stage();
  for (let round = 0; round < 12; round += 1) say({ msg: "lost", code: "x", seconds: round });
  assert.equal(lines.length, 3);
  clock.advance(HOUR_MS / 2);
  say({ msg: "lost", code: "x", seconds: 11 });
  clock.advance(HOUR_MS / 2);
  assert.partialDeepStrictEqual(lines.slice(3), [{ msg: "lost", seconds: 11, repeated: 10 }]);
  say({ msg: "lost", code: "x", seconds: 12 });
  clock.advance(2 * HOUR_MS - 1);
  assert.equal(lines.length, 4);
  clock.advance(1);
  assert.partialDeepStrictEqual(lines.slice(4), [{ seconds: 12, repeated: 1 }]);
  clock.advance(9 * HOUR_MS);
  assert.equal(lines.length, 5, "nothing is told where nothing was counted");
  say({ msg: "lost", code: "x" });
  assert.equal(lines.length, 6, "after an hour of silence it is written at once");
});

test("another speaker, level or code is another line; other details of the same code are not", () => {
  const { lines, say } = stage();
  for (const camera of ["a", "b"])
    for (const code of ["x", "y"]) for (let n = 0; n < 9; n += 1) say({ msg: "lost", camera, code, n });
  assert.equal(lines.length, 12);
});

test("without a code every field counts, and what is for debugging is never held back", () => {
  const { lines, say } = stage();
  for (let line = 0; line < 20; line += 1) say({ msg: "configuration", problem: `line ${String(line)}` });
  for (let line = 0; line < 20; line += 1) say({ msg: "packet", level: "debug" });
  assert.equal(lines.length, 40);
});

test("what was counted is written at the end, and when too many different lines come between", () => {
  const { clock, lines, say, repeats } = stage();
  for (let round = 0; round < 8; round += 1) say({ msg: "first" });
  for (let other = 0; other < 600; other += 1) say({ msg: "other", other });
  assert.partialDeepStrictEqual(
    lines.filter((line) => line["repeated"] !== undefined),
    [{ msg: "first", repeated: 5 }],
  );
  for (let round = 0; round < 6; round += 1) say({ msg: "last" });
  repeats.close();
  assert.partialDeepStrictEqual(lines.at(-1), { msg: "last", repeated: 3 });
  assert.deepEqual(clock.openTimers(), []);
});
