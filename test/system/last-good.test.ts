/** A service whose configuration was broken while it was off: it starts by the last good one, says so, and is never open by default. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RunningProgram } from "#test/support/programs.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir, type Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const PATIENCE_MS = 30_000;
const USERS =
  "authInternalUsers: [{user: owner, pass: canary-42, permissions: [{action: read}, {action: api}, {action: publish}]}]";
const CONFIG = `${USERS}\npaths:\n  gate: {}\n  yard: {}\n`;

/** Starts it anew on the file as it lies there. */
async function startAgain(t: Cleanup, { file }: SluiceProcess, state: string): Promise<RunningProgram> {
  const program = new RunningProgram(join(ROOT, "scripts", "sluice"), ["run", "--config", file], {
    env: { STATE_DIRECTORY: state },
  });
  t.after(async () => {
    await program.stop();
  });
  await waitUntil(() => program.ended || logOf(program).includes("sluice is running"), {
    what: "the start",
    timeoutMs: PATIENCE_MS,
    pollMs: 20,
  });
  assert.equal(program.ended, false, logOf(program));
  return program;
}

function logOf({ stdout, stderr }: RunningProgram): string {
  return stdout + stderr;
}

test("a file that was cut short, flipped or emptied: the last good one is in force, and what is wrong is said", async (t) => {
  const state = tempDir(t);
  const first = await startSluice(t, { config: CONFIG, env: { STATE_DIRECTORY: state } });
  const kept = join(state, "last-good.json");
  await waitUntil(() => existsSync(kept), { what: "the configuration to be kept", timeoutMs: PATIENCE_MS });
  await first.stop();
  const sound = readFileSync(first.file, "utf8");
  const api = `http://127.0.0.1:${String(first.apiPort)}`;
  const headers = { authorization: `Basic ${Buffer.from("owner:canary-42").toString("base64")}` };
  const broken = {
    "cut within a bracket": sound.slice(0, sound.indexOf("permissions:") + 20),
    "a flipped bit": sound.replace("authInternalUsers", "authInternalUsep3"),
    emptied: "",
  };
  for (const [title, text] of Object.entries(broken)) {
    writeFileSync(first.file, text, "latin1");
    const running = await startAgain(t, first, state);
    try {
      const said = { what: `${title}: the log`, timeoutMs: PATIENCE_MS };
      await waitUntil(() => logOf(running).includes("the former one stays in force"), said);
      const paths = (await (await fetch(`${api}/v3/paths/list`, { headers })).json()) as { items: { name: string }[] };
      assert.deepEqual(
        paths.items.map(({ name }) => name),
        ["gate", "yard"],
        title,
      );
      assert.equal((await fetch(`${api}/v3/paths/list`)).status, 401, `${title}: not open`);
      assert.doesNotMatch(logOf(running), /canary/);
    } finally {
      await running.stop();
    }
    assert.equal(readFileSync(first.file, "latin1"), text, `${title}: the file itself is left as it is`);
  }
});
