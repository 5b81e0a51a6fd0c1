/** `sluice status` and `sluice logs` beside a running server, one that hangs, and none. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { runProgram, RunningProgram } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const SLUICE = join(ROOT, "scripts", "sluice");
const WAIT = { timeoutMs: 60_000, pollMs: 200 };
/** Users, so that asking needs the secret; the journal of this machine is none of these tests' business. */
const USERS = 'authInternalUsers: [{user: admin, pass: "sEcret", permissions: [{action: api}]}]\n';

function environment(t: Parameters<typeof tempDir>[0]) {
  return { XDG_RUNTIME_DIR: tempDir(t), PATH: `${tempDir(t)}:${process.env["PATH"] ?? ""}`, LANG: "C.UTF-8", LC_ALL: "" };
}

const sluice = (env: Readonly<Record<string, string>>, ...args: string[]) => runProgram(SLUICE, args, { env, timeoutMs: 60_000 });

test("the status of a running server says that all is well, to people and to programs", async (t) => {
  const env = environment(t);
  const camera = await RtspCamera.start();
  t.after(() => camera.close());
  const config = `${USERS}paths:\n  gate: {source: "rtsp://127.0.0.1:${String(camera.port)}/stream"}\n`;
  const server = await startSluice(t, { config, env });
  await waitUntil(async () => (await sluice(env, "status")).stdout.includes("✓ gate"), { what: "the camera", ...WAIT });
  const { code, stdout } = await sluice(env, "status", "--json");
  const report = JSON.parse(stdout) as Record<string, unknown>;
  assert.partialDeepStrictEqual(report, {
    running: "running",
    process: { configuration: server.file, pid: server.program.child.pid },
  });
  assert.equal(code, report["state"] === "failed" ? 2 : 0);
  const [name = ""] = readdirSync(join(env.XDG_RUNTIME_DIR, "sluice"));
  const file = join(env.XDG_RUNTIME_DIR, "sluice", name);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const { token } = JSON.parse(readFileSync(file, "utf8")) as { token: string };
  assert.ok(!stdout.includes(token));
  const people = await sluice(env, "status");
  assert.match(
    people.stdout,
    /^Sluice v\S+ is running for 0 min \(process \d+\)\n {2}configuration .*\n {2}media memory \d+ of \d+ MiB/,
  );
  assert.match(
    (await sluice({ ...env, LANG: "zh_CN.UTF-8" }, "status")).stdout,
    /正在运行.*\n {2}配置文件.*\n[^]*✓ gate {2}正常/,
  );
  await server.stop();
  assert.deepEqual(readdirSync(join(env.XDG_RUNTIME_DIR, "sluice")), []);
  assert.ok(!server.log().includes(token));
});

test("a camera that is dead makes the status fail, with its cause and what to do", async (t) => {
  const env = environment(t);
  await startSluice(t, { config: `${USERS}paths:\n  gate: {source: "rtsp://u:sEcret@127.0.0.1:9/x"}\n`, env });
  await waitUntil(async () => (await sluice(env, "status")).code === 2, { what: "the camera to count as dead", ...WAIT });
  const { stdout } = await sluice(env, "status");
  assert.match(stdout, /✗ camera gate: .* \[source-[a-z-]+\]\n {4}\S/);
  assert.doesNotMatch(stdout, /sEcret/);
});

test("a server that hangs, and none, are told apart", async (t) => {
  const env = environment(t);
  const server = await startSluice(t, { config: USERS, env });
  // Its ports are open a moment before it says where it is.
  await waitUntil(async () => (await sluice(env, "status")).code !== 2, { what: "the server to be found", ...WAIT });
  server.program.child.kill("SIGSTOP");
  const hanging = await sluice(env, "status");
  server.program.child.kill("SIGCONT");
  assert.equal(hanging.code, 2);
  assert.match(hanging.stdout, /✗ Sluice \(process \d+\) doesn't answer: /);
  await server.stop();
  const none = await sluice(env, "status");
  assert.equal(none.code, 2);
  assert.match(none.stdout, /✗ Sluice is not running\n/);
  assert.partialDeepStrictEqual(JSON.parse((await sluice(env, "status", "--json")).stdout), {
    state: "failed",
    running: "not-running",
  });
});

test("the log of a running server is shown by level and camera, and followed", async (t) => {
  const env = environment(t);
  const paths = ["gate", "yard"].map((name) => `  ${name}: {source: "rtsp://u:sEcret@127.0.0.1:9/${name}"}\n`).join("");
  const server = await startSluice(t, { config: `${USERS}paths:\n${paths}`, env });
  await waitUntil(() => server.log().includes("path yard") && server.log().includes("path gate"), {
    what: "both cameras",
    ...WAIT,
  });
  const follow = new RunningProgram(SLUICE, ["logs", "--config", server.file, "--follow", "--level", "info"], { env });
  t.after(async () => {
    await follow.stop();
  });
  const gate = await sluice(env, "logs", "--config", server.file, "--camera", "gate", "--level", "warn");
  assert.equal(gate.code, 0, gate.stderr);
  assert.match(gate.stdout, /WAR \[path gate\] camera lost/);
  assert.doesNotMatch(gate.stdout, /yard|INF|sEcret/);
  const none = await sluice(env, "logs", "--config", server.file, "--since", "2030-01-01");
  assert.deepEqual([none.code, none.stdout], [0, ""]);
  let round = 0;
  const changed = (): boolean => {
    round += 1;
    writeFileSync(server.file, server.text(`${USERS}paths:\n${paths}  added${String(round)}:\n`));
    return follow.stdout.includes("configuration was changed");
  };
  await waitUntil(changed, { what: "a line that came later", timeoutMs: 60_000, pollMs: 1500 });
  await server.stop();
  await waitUntil(() => follow.ended, { what: "the end of what is followed", ...WAIT });
  assert.match(follow.stdout, /camera lost[^]*configuration was changed/);
});

test("where there is no log to be read it says what to do, and what it can't understand it refuses", async (t) => {
  const env = environment(t);
  const nowhere = await sluice(env, "logs", "--config", "nothing.yml");
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /systemd-journal.*\[logs-nowhere\]/);
  for (const args of [
    ["--level", "loud"],
    ["--since", "yesterday; reboot"],
    ["--lines", "-1"],
  ]) {
    const refused = await sluice(env, "logs", ...args);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /\[app-bad-value\]/);
  }
});
