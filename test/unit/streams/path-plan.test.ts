import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { pathReload } from "#config/difference.ts";
import { loadText } from "#config/load.ts";
import type { PathOptions } from "#streams/options.ts";
import { PathTable } from "#streams/path-name.ts";
import { planPaths } from "#streams/path-plan.ts";

const schema = createSchema();
const reloadOf = (before: PathOptions, after: PathOptions) => pathReload(before, after, schema.path);

/** Entries of `paths:`, flow style. */
function entries(text: string): readonly PathOptions[] {
  const { config } = loadText(schema, `paths: {${text}}`);
  assert.ok(config, text);
  return config.paths;
}

/** Steps as words, for paths that `before` has made. */
function planned(before: string, after: string, names: readonly string[]): readonly string[] {
  const old = new PathTable(entries(before));
  const existing = names.map((name) => {
    const match = old.match(name);
    assert.ok(match, name);
    return { name, ...match };
  });
  const steps = planPaths(existing, new PathTable(entries(after)), reloadOf);
  return steps.map((step) => [step.kind, step.name, ...(step.kind === "change" ? [step.reload] : [])].join(" "));
}

test("what a change of entries means for paths that exist", () => {
  const cases: readonly { what: string; before: string; after: string; names: readonly string[]; steps: readonly string[] }[] = [
    { what: "nothing changed", before: "a: {}", after: "a: {}", names: ["a"], steps: [] },
    { what: "an entry came", before: "a: {}", after: "a: {}, b: {}", names: ["a"], steps: ["add b"] },
    { what: "an entry went", before: "a: {}, b: {}", after: "a: {}", names: ["a", "b"], steps: ["remove b"] },
    { what: "a limit", before: "a: {}", after: "a: {maxReaders: 3}", names: ["a"], steps: ["change a live"] },
    {
      what: "credentials of the source",
      before: "a: {source: 'rtsp://u:1@127.0.0.1/x'}",
      after: "a: {source: 'rtsp://u:2@127.0.0.1/x'}",
      names: ["a"],
      steps: ["change a source"],
    },
    {
      what: "the way to the source, with a limit",
      before: "a: {source: 'rtsp://127.0.0.1/x'}",
      after: "a: {source: 'rtsp://127.0.0.1/x', rtspTransport: udp, maxReaders: 3}",
      names: ["a"],
      steps: ["change a source"],
    },
    { what: "switched off", before: "a: {}", after: "a: {enable: no}", names: ["a"], steps: ["remove a"] },
    { what: "switched on", before: "a: {enable: no}", after: "a: {}", names: [], steps: ["add a"] },
    { what: "a key without effect", before: "a: {}", after: "a: {recordPartDuration: 7s}", names: ["a"], steps: [] },
    { what: "a wildcard's option", before: "~^c: {}", after: "~^c: {maxReaders: 2}", names: ["c1"], steps: ["change c1 live"] },
    { what: "a wildcard that matches no longer", before: "~^c: {}", after: "~^d: {}", names: ["c1"], steps: ["remove c1"] },
    { what: "others take it over", before: "~^c: {}", after: "all_others: {}", names: ["c1"], steps: ["change c1 live"] },
    {
      what: "an entry of its own",
      before: "~^c: {}",
      after: "~^c: {}, c1: {maxReaders: 2}",
      names: ["c1"],
      steps: ["change c1 live"],
    },
    {
      what: "another group in the source",
      before: "'~^c(\\d)(\\d)$': {source: 'rtsp://127.0.0.1/$G1', sourceOnDemand: yes}",
      after: "'~^c\\d(\\d)$': {source: 'rtsp://127.0.0.1/$G1', sourceOnDemand: yes}",
      names: ["c12"],
      steps: ["change c12 source"],
    },
    { what: "what goes makes room", before: "a: {}", after: "b: {}", names: ["a"], steps: ["remove a", "add b"] },
  ];
  for (const { what, before, after, names, steps } of cases) assert.deepEqual(planned(before, after, names), steps, what);
});
