import assert from "node:assert/strict";
import { test } from "node:test";
import { printFamilies } from "#api/metrics/exposition.ts";
import { itemFamilies } from "#api/metrics/item-families.ts";
import type { ItemKind, MetricsQuery } from "#api/metrics/item-families.ts";

interface Session {
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
}

const sessions: readonly Session[] = [
  { id: "1", path: "gate", bytes: 10 },
  { id: "2", path: "yard", bytes: 20 },
];

const kind = (items: readonly Session[]): ItemKind<Session> => ({
  type: "rtsp_sessions",
  help: "A session.",
  items,
  labels: ({ id, path }) => ({ id, path }),
  path: ({ path }) => path,
  one: { parameter: "rtsp_session", of: ({ id }) => id },
  values: [{ name: "outbound_bytes", help: "Bytes sent.", of: ({ bytes }) => bytes, old: ["bytes_sent"] }],
});

/** Samples alone. */
const lines = (items: readonly Session[], query: MetricsQuery = {}): readonly string[] =>
  printFamilies(itemFamilies(kind(items), query))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

test("each thing is counted and measured, under old names too", () => {
  assert.deepEqual(lines(sessions), [
    'rtsp_sessions{id="1",path="gate"} 1',
    'rtsp_sessions{id="2",path="yard"} 1',
    'rtsp_sessions_outbound_bytes{id="1",path="gate"} 10',
    'rtsp_sessions_outbound_bytes{id="2",path="yard"} 20',
    'rtsp_sessions_bytes_sent{id="1",path="gate"} 10',
    'rtsp_sessions_bytes_sent{id="2",path="yard"} 20',
  ]);
});

test("nothing there is zero, unless the question was narrowed", () => {
  const zeros = ["rtsp_sessions 0", "rtsp_sessions_outbound_bytes 0", "rtsp_sessions_bytes_sent 0"];
  assert.deepEqual(lines([]), zeros);
  assert.deepEqual(lines([], { type: "rtsp_sessions" }), zeros);
  assert.deepEqual(lines([], { path: "gate" }), []);
  assert.deepEqual(lines(sessions, { path: "nowhere" }), []);
  assert.deepEqual(lines([], { rtsp_session: "1" }), []);
});

const filters: readonly (readonly [query: MetricsQuery, ids: readonly string[]])[] = [
  [{ type: "rtsp_sessions" }, ["1", "2"]],
  [{ type: "paths" }, []],
  [{ path: "yard" }, []],
  [{ path: "yard", type: "rtsp_sessions" }, ["2"]],
  [{ rtsp_session: "1" }, ["1"]],
  [{ rtsp_session: "1", path: "yard" }, []],
  [{ webrtc_session: "1" }, []],
];

for (const [query, ids] of filters) {
  test(`${JSON.stringify(query)} asks for ${ids.length === 0 ? "none" : ids.join(", ")} of them`, () => {
    const counted = lines(sessions, query).filter((line) => line.startsWith("rtsp_sessions{"));
    assert.deepEqual(
      counted.map((line) => /id="(\d)"/.exec(line)?.[1]),
      ids,
    );
  });
}
