/** Decode times from presentation times. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DecodeTimes } from "#streams/units/decode-times.ts";

const cases = [
  { title: "without reordering they are the same", depth: 0, pts: [0, 10, 20, 30], dts: [0, 10, 20, 30] },
  { title: "one B picture between", depth: 1, pts: [0, 20, 10, 40, 30], dts: [-10, 0, 10, 20, 30] },
  { title: "two B pictures between", depth: 1, pts: [0, 30, 10, 20, 60, 40, 50], dts: [-10, 0, 10, 20, 30, 40, 50] },
  { title: "a pyramid", depth: 2, pts: [0, 40, 20, 10, 30], dts: [-20, -10, 0, 10, 20] },
  { title: "reordering that wasn't known goes on by ticks", depth: 0, pts: [0, 30, 10, 20], dts: [0, 30, 31, 32] },
];

for (const { title, depth, pts, dts } of cases) {
  test(title, () => {
    const times = new DecodeTimes();
    assert.deepEqual(
      pts.map((each) => times.next(each, { depth, interval: 10 })),
      dts,
    );
  });
}
