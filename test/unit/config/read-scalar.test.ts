import assert from "node:assert/strict";
import { test } from "node:test";
import { formatSize, shown } from "#config/read-scalar.ts";

test("sizes are printed in their largest unit", () => {
  const table: readonly [number, string][] = [
    [0, "0B"],
    [1023, "1023B"],
    [1024, "1K"],
    [96 * 1024 ** 2, "96M"],
    [1.5 * 1024 ** 3, "1.5G"],
  ];
  for (const [bytes, text] of table) assert.equal(formatSize(bytes), text);
});

test("what errors repeat of a value is short and without credentials", () => {
  assert.equal(shown("x".repeat(200)).length, 81);
  for (const url of ["rtsp://joe:pw@h/1", "rtsp://joe:p/w@h/1", "rtsp://joe:p@w@h/1", "a rtsp://joe:p w@h"]) {
    assert.doesNotMatch(shown(url), /joe|p.?w/);
  }
});
