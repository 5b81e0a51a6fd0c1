/** What the costliest files within the limits cost: CPU, the best of several rounds, so that a busy machine doesn't count. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";

const MAX_CPU_MS = 100;
const ROUNDS = 8;

const schema = createSchema();
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("");

const files: readonly { readonly title: string; readonly text: string }[] = [
  {
    title: "a thousand cameras",
    text: `paths:\n${lines(1000, (i) => `  cam${String(i)}:\n    source: rtsp://admin:pass@10.0.0.1:554/ch/${String(i)}\n    maxReaders: 4\n`)}`,
  },
  { title: "thousands of keys that aren't known", text: lines(6500, (i) => `k${String(i)}: 1\n`) },
  { title: "as many in a path", text: `paths:\n a:\n${lines(6500, (i) => `  k${String(i)}: 1\n`)}` },
  { title: "long keys that aren't known", text: lines(3300, (i) => `${"x".repeat(60)}${String(i)}: 1\n`) },
  { title: "a long list", text: `rtspTransports: [${"a,".repeat(13_000)}a]` },
  { title: "thousands of quotes that don't belong together", text: "'\n".repeat(20_000) },
  { title: "a value of a quarter of a megabyte", text: `a: ${"x".repeat(255 * 1024)}` },
  { title: "a list repeated by aliases", text: `a: &a [${"x,".repeat(60)}]\nb: [${"*a,".repeat(250)}]` },
];

for (const { title, text } of files) {
  test(`${title}: at most ${String(MAX_CPU_MS)} ms`, () => {
    const costs = Array.from({ length: ROUNDS }, () => {
      const before = process.threadCpuUsage();
      loadText(schema, text);
      const { user, system } = process.threadCpuUsage(before);
      return (user + system) / 1000;
    });
    const least = Math.min(...costs);
    assert.ok(least <= MAX_CPU_MS, `${least.toFixed(0)} ms`);
  });
}
