import assert from "node:assert/strict";
import { test } from "node:test";
import { loadText } from "#config/load.ts";
import { createSchema } from "#app/schema.ts";
import { mergeTrees } from "#config/layers/merge.ts";
import { readConfig } from "#config/read-config.ts";
import type { ReadResult } from "#config/read-config.ts";

const schema = createSchema();

function merged(base: string, over: string): ReadResult {
  return readConfig(schema, mergeTrees(loadText(schema, base, "a.yml").root, loadText(schema, over, "b.yml").root));
}

test("maps merge key by key, down to a path's settings", () => {
  const { paths } = merged(
    "paths:\n  a: {maxReaders: 1, enable: no}\n  b: {maxReaders: 2}\n",
    "paths:\n  a: {maxReaders: 9}\n  c: {maxReaders: 3}\n",
  );
  assert.deepEqual(
    paths.map(({ name, maxReaders, enable }) => [name, maxReaders, enable]),
    [
      ["a", 9, false],
      ["b", 2, true],
      ["c", 3, true],
    ],
  );
});

test("lists replace", () => {
  assert.deepEqual(merged("rtspTransports: [udp, tcp]\n", "rtspTransports: [tcp]\n").values["rtspTransports"], ["tcp"]);
});

test("nothing written keeps a map, and means the default anywhere else", () => {
  const { paths, values } = merged("logLevel: debug\npaths:\n  a: {maxReaders: 1}\n", "logLevel:\npaths:\n  a:\n");
  assert.equal(paths[0]?.maxReaders, 1);
  assert.equal(values["logLevel"], "info");
});

test("errors name the file that is wrong", () => {
  const { problems } = merged("rtsp: yes\n", "\nlogLevel: x\n");
  assert.deepEqual(
    problems.map(({ origin }) => origin),
    [{ kind: "file", file: "b.yml", line: 2, column: 11 }],
  );
});
