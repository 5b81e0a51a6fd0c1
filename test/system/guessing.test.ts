/** Guessing through a restart: who was shut out stays so, and who wasn't gets in. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { enter } from "./access-ways.ts";

const config = "authInternalUsers: [{user: ann, pass: right, permissions: [{action: api}]}]\nrtsp: no\nhls: no\nwebrtc: no";

test("a restart doesn't open the door again", async (t) => {
  const folder = tempDir(t);
  const options = { config, env: { STATE_DIRECTORY: folder }, apiOnly: true };
  const file = join(folder, "guesses.json");
  const failures = (): number => Number(/"failures":(\d+)/.exec(existsSync(file) ? readFileSync(file, "utf8") : "")?.[1] ?? 0);
  const first = await startSluice(t, options);
  const guesses = Array.from({ length: 9 }, (_, index) =>
    enter(first, "api", { user: "ann", password: `guess ${String(index)}` }),
  );
  assert.deepEqual([...new Set(await Promise.all(guesses))], [401]);
  await waitUntil(() => failures() >= 5, { what: "the file", timeoutMs: 30_000 });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(readFileSync(file, "utf8"), /ann|guess/);
  await first.program.stop("SIGKILL");
  // It goes on where it was: one more failure is the sixth, not the first.
  const second = await startSluice(t, options);
  assert.equal(await enter(second, "api", { user: "ann", password: "another" }), 401);
  await second.stop();
  assert.ok(failures() >= 6, String(failures()));
  const third = await startSluice(t, options);
  const right = async (): Promise<boolean> => (await enter(third, "api", { user: "ann", password: "right" })) === 200;
  await waitUntil(right, { what: "the door to open again", timeoutMs: 60_000, pollMs: 500 });
});
