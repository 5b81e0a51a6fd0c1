import assert from "node:assert/strict";
import { test } from "node:test";
import { LatencyHistogram, median, percentile, slope } from "#test/bench/statistics.ts";

const PERCENTILES = [
  { values: [3, 1, 2], fraction: 0.5, expected: 2 },
  { values: [1, 2, 3, 4], fraction: 0.5, expected: 2 },
  { values: [5], fraction: 0.99, expected: 5 },
  { values: Array.from({ length: 100 }, (_, index) => index + 1), fraction: 0.95, expected: 95 },
  { values: [], fraction: 0.5, expected: Number.NaN },
];

test("percentile takes the nearest rank and leaves its input alone", () => {
  for (const { values, fraction, expected } of PERCENTILES) assert.equal(percentile(values, fraction), expected);
  const values = [3, 1, 2];
  percentile(values, 0.5);
  assert.deepEqual(values, [3, 1, 2]);
});

test("median is the middle, or the mean of the two middle values", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

test("slope is that of the least-squares line", () => {
  const line = [0, 1, 2, 3].map((x) => ({ x, y: 2 * x + 1 }));
  assert.equal(slope(line), 2);
  assert.equal(slope([{ x: 1, y: 1 }]), 0);
  assert.equal(slope([1, 2].map((y) => ({ x: 3, y }))), 0);
});

test("a latency histogram gives percentiles right to one per cent and the exact maximum", () => {
  const histogram = new LatencyHistogram();
  for (let sample = 1; sample <= 1_000; sample += 1) histogram.add(sample / 10);
  for (const fraction of [0.01, 0.5, 0.99]) {
    const expected = fraction * 100;
    assert.ok(Math.abs(histogram.percentile(fraction) / expected - 1) < 0.011, String(histogram.percentile(fraction)));
  }
  assert.equal(histogram.percentile(1), 100);
  assert.equal(histogram.max, 100);
  assert.equal(histogram.count, 1_000);
});

test("a cleared latency histogram has no percentiles", () => {
  const histogram = new LatencyHistogram();
  histogram.add(5);
  histogram.clear();
  assert.ok(Number.isNaN(histogram.percentile(0.5)));
  assert.equal(histogram.max, 0);
});

test("a sample below the clock's granularity counts as almost nothing", () => {
  const histogram = new LatencyHistogram();
  histogram.add(-0.2);
  assert.ok(histogram.percentile(0.5) <= 0.01);
});
