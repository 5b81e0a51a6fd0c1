/**
 * Fault F12: the process is killed two hundred times, at any moment from its start on, while it writes all that it keeps: its
 * configuration, tokens, failed logins, the last good configuration. A loop starts it again, as on a box without a service manager.
 * Each time every file is whole, holds what was acknowledged, and the camera streams again.
 */
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { pause, waitUntil } from "#test/support/wait-until.ts";

const KILLS = Number(process.env["KILLS"] ?? 200);
const PATIENCE_MS = 30_000;
/** Every other one is killed so long after its start at most; the rest so long after its first picture. */
const DURING_START_MS = 1500;
const AFTER_PICTURE_MS = 1500;
const USERS =
  "authInternalUsers: [{user: owner, pass: canary-42, permissions: [{action: read}, {action: api}]}, {user: any, permissions: [{action: read}]}]";
/** Ends when it is asked to, and takes what it has started along. */
const LOOP = 'trap "kill -9 \\$child; exit 0" TERM; while :; do "$@" & child=$!; wait $child; done';
const owner = { authorization: `Basic ${Buffer.from("owner:canary-42").toString("base64")}`, "content-type": "application/json" };
const schema = createSchema();

/** What was asked of it, and what it has said yes to. */
interface Written {
  asked: number;
  acknowledged: number;
  readonly tokens: Set<string>;
  readonly revoked: Set<string>;
}

/** The program that the loop runs now; undefined between two. */
function childOf(loop: number | undefined): number | undefined {
  const [first = ""] = readFileSync(`/proc/${String(loop)}/task/${String(loop)}/children`, "utf8")
    .trim()
    .split(" ");
  return first === "" ? undefined : Number(first);
}

async function nextChild(sluice: SluiceProcess, before: number | undefined): Promise<number> {
  const loop = sluice.program.child.pid;
  const find = (): number | undefined => {
    const child = childOf(loop);
    return child === before ? undefined : child;
  };
  await waitUntil(() => find() !== undefined, { what: "another process", timeoutMs: PATIENCE_MS, pollMs: 2 });
  return find() ?? 0;
}

/** Resolves when a new reader has a picture. */
async function streams(sluice: SluiceProcess): Promise<void> {
  const look = async (): Promise<boolean> => {
    try {
      const client = await RtspClient.connect({ port: sluice.rtspPort });
      try {
        await client.read(sluice.url("cam"));
        await waitUntil(() => client.frames.some(({ channel }) => channel === 0), { what: "a packet", timeoutMs: 3000 });
        return true;
      } finally {
        client.close();
      }
    } catch {
      return false; // not up yet, or killed meanwhile
    }
  };
  await waitUntil(look, { what: "a picture", timeoutMs: PATIENCE_MS, pollMs: 20 });
}

/** Has it write for as long as it answers: everything at the same time. */
async function write(sluice: SluiceProcess, written: Written): Promise<void> {
  const api = `http://127.0.0.1:${String(sluice.apiPort)}`;
  const wrong = { authorization: `Basic ${Buffer.from("owner:x").toString("base64")}` };
  const guess = (): Promise<unknown> => fetch(`${api}/v3/paths/list`, { headers: wrong }).then(() => pause(100));
  const loops = [() => changeOn(api, written), () => tokenOn(sluice.pageUrl, written), guess];
  await Promise.all(loops.map((loop) => untilKilled(loop)));
}

async function untilKilled(loop: () => Promise<unknown>): Promise<void> {
  try {
    for (;;) await loop();
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  }
}

async function ask(what: string, url: string, body?: object): Promise<Response> {
  return fetch(url, { method: what, headers: owner, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function changeOn(api: string, written: Written): Promise<void> {
  const maxReaders = (written.asked += 1);
  const answer = await ask("PATCH", `${api}/v3/config/paths/patch/cam`, { maxReaders });
  assert.equal(answer.status, 200, "a change");
  written.acknowledged = maxReaders;
}

async function tokenOn(page: string, written: Written): Promise<void> {
  const made = await ask("POST", `${page}/api/tokens`, { name: "script", role: "viewer", days: 1 });
  if (made.status === 400) return forgetUnknown(page, written);
  assert.equal(made.status, 201, "a token");
  written.tokens.add(((await made.json()) as { id: string }).id);
  if (written.tokens.size <= 4) return;
  const [oldest = ""] = written.tokens;
  written.tokens.delete(oldest); // there or not, until that is answered
  const revoked = await ask("DELETE", `${page}/api/tokens/${oldest}`);
  assert.equal(revoked.status, 200, "a token revoked");
  written.revoked.add(oldest);
}

/** Tokens whose making was never acknowledged fill the list in the end. */
async function forgetUnknown(page: string, written: Written): Promise<void> {
  const { tokens } = (await (await ask("GET", `${page}/api/tokens`)).json()) as { tokens: readonly { id: string }[] };
  const unknown = tokens.filter(({ id }) => !written.tokens.has(id));
  assert.ok(unknown.length > 0, "the list is full of what nobody made");
  for (const { id } of unknown) await ask("DELETE", `${page}/api/tokens/${id}`);
}

/** Every file that is kept is whole, and none is left half done in numbers. */
function areWhole(sluice: SluiceProcess, state: string, written: Written): void {
  const { config, problems } = loadText(schema, readFileSync(sluice.file, "utf8"));
  assert.ok(config, problems.map(({ error }) => error.message).join("; "));
  const kept = config.paths.find(({ name }) => name === "cam")?.maxReaders ?? 0;
  assert.ok(
    kept >= written.acknowledged && kept <= written.asked,
    `${String(written.acknowledged)} ≤ ${String(kept)} ≤ ${String(written.asked)}`,
  );
  const names = readdirSync(state).filter((name) => name.endsWith(".json"));
  for (const name of names) JSON.parse(readFileSync(join(state, name), "utf8"));
  if (names.includes("tokens.json")) {
    const { tokens } = JSON.parse(readFileSync(join(state, "tokens.json"), "utf8")) as { tokens: readonly { id: string }[] };
    const ids = new Set(tokens.map(({ id }) => id));
    assert.deepEqual(
      [...written.tokens].filter((id) => !ids.has(id)),
      [],
      "tokens that were acknowledged",
    );
    assert.deepEqual(
      [...written.revoked].filter((id) => ids.has(id)),
      [],
      "tokens that were revoked",
    );
  }
  assert.ok(readdirSync(state).length < 20, readdirSync(state).join(" "));
}

test(`killed ${String(KILLS)} times at any moment: every file is whole, and it streams again`, async (t) => {
  const camera = await startSluice(t, { config: "paths: {}", args: ["--demo"] });
  const state = tempDir(t);
  const config = `${USERS}\npaths: {cam: {source: "${camera.url("demo")}", rtspTransport: tcp, maxReaders: 1000}}\n`;
  // Where starts can't be remembered none of them is a safe one.
  const env = { STATE_DIRECTORY: state, SLUICE_STARTS_DIRECTORY: "/dev/null/none" };
  const sluice = await startSluice(t, { config, env, page: true, through: ["bash", "-c", LOOP, "loop"] });
  const written: Written = { asked: 1000, acknowledged: 1000, tokens: new Set(), revoked: new Set() };
  const times: number[] = [];
  let killed = await nextChild(sluice, undefined);
  for (let round = 0; round < KILLS; round += 1) {
    let writing = Promise.resolve();
    if (round % 2 === 0) {
      await pause(randomInt(DURING_START_MS));
    } else {
      const began = performance.now();
      await streams(sluice);
      times.push(performance.now() - began);
      writing = write(sluice, written);
      await pause(randomInt(AFTER_PICTURE_MS));
    }
    process.kill(killed, "SIGKILL");
    await writing;
    killed = await nextChild(sluice, killed);
    areWhole(sluice, state, written);
  }
  await streams(sluice);
  areWhole(sluice, state, written);
  times.sort((a, b) => a - b);
  const figures = [times[Math.floor(times.length / 2)], times.at(-1)].map((ms) => String(Math.round(ms ?? Number.NaN)));
  t.diagnostic(`${String(KILLS)} kills; streams again after ${figures.join(" ms in the middle, ")} ms at most`);
  t.diagnostic(
    `${String(written.acknowledged - 1000)} changes acknowledged, ${String(written.revoked.size)} tokens made and revoked`,
  );
});
