import assert from "node:assert/strict";
import { test } from "node:test";
import { putInVariables } from "#config/layers/variables.ts";
import { ProblemList } from "#config/read-value.ts";
import { nodeOf } from "#config/syntax/node.ts";
import type { ConfigNode } from "#config/syntax/node.ts";

const environment = { HOST: "10.0.0.1", PASS: "a'b: #c", NONE: "", LONG: "x".repeat(100_000) };

/** The tree as plain values, after variables were put in. */
function put(value: Readonly<Record<string, unknown>>): { value: unknown; problems: readonly string[]; used: readonly string[] } {
  const problems = new ProblemList();
  const used = new Set<string>();
  const node = nodeOf(value);
  assert.ok(node.kind === "map");
  const result = putInVariables(node, { environment, problems, used });
  return {
    value: plain(result),
    problems: problems.all.map(({ error, path }) => `${path} ${error.code} ${String(error.details["name"])}`),
    used: [...used],
  };
}

function plain(node: ConfigNode): unknown {
  if (node.kind === "scalar") return node.empty ? null : node.text;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
}

const cases: readonly { readonly title: string; readonly text: string; readonly becomes: string | null }[] = [
  { title: "a variable alone", text: "${HOST}", becomes: "10.0.0.1" },
  { title: "a variable among text, twice", text: "rtsp://${HOST}/${HOST}", becomes: "rtsp://10.0.0.1/10.0.0.1" },
  { title: "signs that YAML would mind", text: "${PASS}", becomes: "a'b: #c" },
  { title: "a default for what is unset", text: "${X:-y z}", becomes: "y z" },
  { title: "a default for what is empty", text: "${NONE:-y}", becomes: "y" },
  { title: "an empty default, which means the option's own", text: "${X:-}", becomes: null },
  { title: "what is empty without a default", text: "${NONE}", becomes: null },
  { title: "a dollar sign and a brace meant as such", text: "pa$${HOST}", becomes: "pa${HOST}" },
  { title: "dollar signs that are none of ours", text: "$G1 $MTX_QUERY ${} ${1}", becomes: "$G1 $MTX_QUERY ${} ${1}" },
];

for (const { title, text, becomes } of cases) {
  test(`puts in ${title}`, () => {
    assert.deepEqual(put({ key: text }), { ...put({ key: text }), value: { key: becomes }, problems: [] });
  });
}

test("lists and maps are gone through", () => {
  assert.deepEqual(put({ a: { b: ["${HOST}", { c: "${HOST}" }] } }).value, { a: { b: ["10.0.0.1", { c: "10.0.0.1" }] } });
});

test("what isn't set is an error at its place, and stays", () => {
  const { value, problems, used } = put({ paths: { cam: { source: "${CAM}" } } });
  assert.deepEqual(problems, ["paths.cam.source config-undefined-variable CAM"]);
  assert.deepEqual(value, { paths: { cam: { source: "${CAM}" } } });
  assert.deepEqual(used, ["CAM"]);
});

test("commands keep their own variables", () => {
  assert.deepEqual(put({ paths: { cam: { runOnReady: "echo ${MTX_PATH}" } } }).problems, []);
});

test("what is put in is bounded", () => {
  const { problems } = put({ list: Array.from({ length: 20 }, () => "${LONG}${LONG}") });
  assert.ok(problems.length > 0 && problems.every((problem) => problem.includes("config-variables-too-long")));
});
