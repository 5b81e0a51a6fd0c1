/** A service that keeps ending by itself: it must come up all the same, say why, and be told from one that was stopped. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { MAX_STARTS } from "#health/crash-loop.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const config = "paths:\n  film:\n";

test("after many kills the next start is a safe one: API, no paths; a start that is stopped doesn't count", async (t) => {
  const env = { STATE_DIRECTORY: tempDir(t) };
  const stopped = await startSluice(t, { config, env });
  await stopped.stop();
  for (let index = 0; index < MAX_STARTS; index += 1) {
    const sluice = await startSluice(t, { config, env });
    assert.doesNotMatch(sluice.log(), /safe mode/);
    await sluice.program.stop("SIGKILL");
  }
  const safe = await startSluice(t, { config, env, apiOnly: true });
  await waitUntil(() => safe.log().includes("safe mode"), { what: "the log to say so" });
  const paths = (await (await fetch(`http://127.0.0.1:${String(safe.apiPort)}/v3/paths/list`)).json()) as { itemCount: number };
  assert.equal(paths.itemCount, 0);
  await safe.stop();
  assert.deepEqual(
    (JSON.parse(readFileSync(join(env.STATE_DIRECTORY, "starts.json"), "utf8")) as { starts: unknown }).starts,
    [],
  );
});
