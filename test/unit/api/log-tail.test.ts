import assert from "node:assert/strict";
import { test } from "node:test";
import { LogTail } from "#api/log-tail.ts";

const line = (fields: object): string => JSON.stringify({ level: "info", time: 5, msg: "camera live", ...fields });

test("a line has its time, level, camera and fields", () => {
  const tail = new LogTail("ab");
  tail.add(line({ path: "gate", code: "x" }), "INF camera live\n");
  assert.deepEqual(tail.since(undefined).lines, [
    {
      id: "ab-1",
      at: 5,
      level: "info",
      message: "camera live",
      camera: "gate",
      fields: { path: "gate", code: "x" },
      text: "INF camera live",
    },
  ]);
});

test("goes on after the line that was seen last", () => {
  const tail = new LogTail("ab");
  tail.add(line({}), "1\n");
  const seen = tail.newest;
  tail.add(line({}), "2\n");
  assert.deepEqual(
    tail.since(seen).lines.map(({ text }) => text),
    ["2"],
  );
  assert.deepEqual([tail.since("cd-1").lines.length, tail.since("cd-1").missed], [2, true]);
});

test("is bounded by number and by characters", () => {
  const tail = new LogTail("ab");
  for (let index = 0; index < 3000; index += 1) tail.add(line({}), String(index));
  assert.equal(tail.since(undefined).lines.length, 2000);
  assert.equal(tail.since("ab-1").missed, true);
  for (let index = 0; index < 20; index += 1) tail.add(line({}), "x".repeat(100_000));
  const characters = tail.since(undefined).lines.reduce((sum, { text }) => sum + text.length, 0);
  assert.ok(characters <= 512 * 1024, String(characters));
});
