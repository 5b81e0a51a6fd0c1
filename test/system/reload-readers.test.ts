/** Readers stay through changes that aren't about them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runReloads } from "./reload-run.ts";

test("readers lose no packet while the configuration is changed, wrongly changed, and changed back", async (t) => {
  const { packets, lost, closed } = await runReloads(t, { reloads: 20, readers: 8 });
  assert.deepEqual({ lost, closed }, { lost: 0, closed: 0 });
  assert.ok(packets > 100, `only ${String(packets)} packets came`);
});
