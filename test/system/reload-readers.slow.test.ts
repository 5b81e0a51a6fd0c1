/** The figures that reloads are held to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runReloads } from "./reload-run.ts";

const MIB = 1024 * 1024;

test("200 changes with 32 readers: no packet lost, at most 8 MiB more, each in force within 300 ms", async (t) => {
  const figures = await runReloads(t, { reloads: 200, readers: 32 });
  t.diagnostic(JSON.stringify(figures));
  assert.deepEqual({ lost: figures.lost, closed: figures.closed }, { lost: 0, closed: 0 });
  assert.ok(figures.grown <= 8 * MIB, `${String(figures.grown)} bytes more`);
  assert.ok(figures.slowestMs <= 300, `${String(figures.slowestMs)} ms`);
});
