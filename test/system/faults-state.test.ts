/**
 * Faults F14 and F28: every file of the state folder is broken in turn (empty, cut, rubbish, a folder in its place), and the server comes
 * up all the same, never open by default; and how much it writes while nothing happens.
 */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const USERS =
  "authInternalUsers: [{user: owner, pass: canary-42, permissions: [{action: read}, {action: api}, {action: publish}]}]";
const CONFIG = `${USERS}\nschedule: [{job: backup-configuration, at: "0 4 * * *"}]\npaths: {gate: {}}\n`;
const START_MS = 10_000;
const PATIENCE_MS = 30_000;
/** Per hour, of the card. */
const WRITTEN_BYTES = 2 * 1024 * 1024;
const WATCHED_MS = 20_000;
const owner = { authorization: `Basic ${Buffer.from("owner:canary-42").toString("base64")}`, "content-type": "application/json" };

/** Has it write whatever it keeps: a token, a guess, its configuration. */
async function use(sluice: SluiceProcess, state: string): Promise<void> {
  const base = `http://127.0.0.1:${String(sluice.apiPort)}`;
  const made = await fetch(`${sluice.pageUrl}/api/tokens`, {
    method: "POST",
    headers: owner,
    body: JSON.stringify({ name: "script", role: "viewer", days: 1 }),
  });
  assert.ok(made.ok, `${String(made.status)} ${await made.text()}`);
  const wrong = { authorization: `Basic ${Buffer.from("owner:nonsense").toString("base64")}` };
  await fetch(`${base}/v3/paths/list`, { headers: wrong });
  await waitUntil(() => readdirSync(state).includes("last-good.json"), { what: "state", timeoutMs: PATIENCE_MS });
}

const broken: Readonly<Record<string, (file: string, sound: Buffer) => void>> = {
  empty: (file) => writeFileSync(file, ""),
  cut: (file, sound) => writeFileSync(file, sound.subarray(0, sound.length / 2)),
  rubbish: (file, sound) => writeFileSync(file, Buffer.alloc(sound.length + 4096, 0xa5)),
  "another version": (file) => writeFileSync(file, '{"version":999,"format":999}'),
  "a folder": (file) => mkdirSync(file),
};

test("every broken file of the state folder: up within 10 s, closed, and what is kept is kept again", async (t) => {
  const state = tempDir(t);
  const env = { STATE_DIRECTORY: state };
  const first = await startSluice(t, { config: CONFIG, env, page: true });
  await use(first, state);
  await first.stop();
  const names = readdirSync(state, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  assert.ok(names.length >= 3, names.join());
  let slowest = 0;
  for (const [way, breakIt] of Object.entries(broken)) {
    for (const name of names) {
      const file = join(state, name);
      const sound = readFileSync(file);
      rmSync(file);
      breakIt(file, sound);
    }
    const began = performance.now();
    const sluice = await startSluice(t, { config: CONFIG, env, page: true });
    slowest = Math.max(slowest, performance.now() - began);
    const paths = `http://127.0.0.1:${String(sluice.apiPort)}/v3/paths/list`;
    assert.equal((await fetch(paths)).status, 401, `${way}: closed`);
    await waitUntil(async () => (await fetch(paths, { headers: owner })).status === 200, {
      what: `${way}: its owner`,
      timeoutMs: PATIENCE_MS,
      pollMs: 500,
    });
    if (way !== "a folder") await use(sluice, state);
    assert.equal((await sluice.stop()).code, 0, `${way}: ${sluice.log()}`);
    for (const name of names) {
      rmSync(join(state, name), { recursive: true, force: true });
      writeFileSync(join(state, name), "{}");
    }
  }
  t.diagnostic(
    `${names.join(", ")}: ${String(Object.keys(broken).length)} ways, slowest start ${String(Math.round(slowest))} ms`,
  );
  assert.ok(slowest < START_MS);
});

test("with a camera, one that is dead, and nobody watching, less than 2 MB an hour are written", async (t) => {
  const config = "paths:\n  dead: {source: 'rtsp://127.0.0.1:9/x'}\n";
  const sluice = await startSluice(t, { config, args: ["--demo"], env: { STATE_DIRECTORY: tempDir(t) } });
  await waitUntil(() => sluice.log().includes("camera live"), { what: "the camera", timeoutMs: PATIENCE_MS });
  const began = performance.now();
  const before = written(sluice);
  assert.ok(before > 0, "this file system counts what is written: its state is");
  await waitUntil(() => performance.now() - began > WATCHED_MS, { what: "some time", timeoutMs: 2 * WATCHED_MS, pollMs: 500 });
  const perHour = ((written(sluice) - before) / (performance.now() - began)) * 3_600_000;
  t.diagnostic(`${(perHour / 1024).toFixed(0)} KiB an hour`);
  assert.ok(perHour < WRITTEN_BYTES, String(perHour));
});

/** Bytes that the process has given to disks; pipes and sockets aren't among them. */
function written({ program }: SluiceProcess): number {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${String(program.child.pid)}/io`, "utf8"))?.[1]);
}
