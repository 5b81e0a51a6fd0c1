/** The whole process with a real journal at its standard output, as a service has it. */
import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { OlderLog } from "#api/contract/log.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { Journald, withoutJournald } from "#test/support/journald.ts";
import { missingPrograms, RunningProgram } from "#test/support/programs.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const skip =
  missingPrograms(["journalctl", "--version"], ["unshare", "--version"], ["nsenter", "--version"]) || withoutJournald();
/** What the service manager does: standard output is a stream to the journal, and the environment says which. */
const AS_SERVICE = 'export JOURNAL_STREAM=$(stat -L -c %d:%i /proc/$$/fd/1); exec "$@"';
/** Entries of a unit's processes are told apart by their control group, which there is none of here: by their name instead. */
const JOURNALCTL = '#!/bin/bash\nexec /usr/bin/journalctl "${@/--unit=sluice.service/--identifier=sluice}"\n';
const WAIT = { timeoutMs: 60_000, pollMs: 200 };

async function service(t: Parameters<typeof tempDir>[0], journald: Journald, env: Readonly<Record<string, string>> = {}) {
  const port = await freeTcpPort();
  const file = join(tempDir(t), "sluice.yml");
  const off = ["hls", "webrtc", "web"].map((name) => `${name}: no`).join("\n");
  const apiPort = await freeTcpPort();
  const bin = tempDir(t);
  writeFileSync(join(bin, "journalctl"), JOURNALCTL);
  chmodSync(join(bin, "journalctl"), 0o755);
  const shared = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, XDG_RUNTIME_DIR: bin, LANG: "C.UTF-8", LC_ALL: "", ...env };
  writeFileSync(
    file,
    `rtspAddress: 127.0.0.1:${String(port)}\nrtspTransports: [tcp]\n${off}\napi: yes\napiAddress: 127.0.0.1:${String(apiPort)}
paths:
  gate: {source: "rtsp://admin:zQx7@secret@127.0.0.1:9/stream"}\n`,
  );
  const run = [join(ROOT, "scripts", "sluice"), "run", "--config", file];
  const [program, ...words] = journald.inside(["systemd-cat", "-t", "sluice", "bash", "-c", AS_SERVICE, "service", ...run]);
  const sluice = new RunningProgram(program, words, { env: shared });
  t.after(async () => {
    await sluice.stop();
  });
  return { stop: () => sluice.stop(), apiPort, env: shared };
}

test("a line is an entry with level, camera and fields of its own", { skip }, async (t) => {
  const journald = await Journald.start(t);
  const sluice = await service(t, journald);
  await waitUntil(async () => (await journald.entries("sluice")).some(({ SLUICE_EVENT }) => SLUICE_EVENT === "camera lost"), {
    what: "the camera that isn't there, in the journal",
    ...WAIT,
  });
  await sluice.stop();
  const entries = await journald.entries("sluice");
  const lost = entries.find(({ SLUICE_EVENT }) => SLUICE_EVENT === "camera lost");
  assert.partialDeepStrictEqual(lost, {
    PRIORITY: "4",
    SLUICE_CAMERA: "gate",
    _TRANSPORT: "journal",
    SYSLOG_IDENTIFIER: "sluice",
  });
  assert.match(String(lost?.["MESSAGE"]), /^\[path gate\] camera lost \(.*camera gate, code [a-z-]+/);
  assert.match(String(lost?.["SLUICE_CODE"]), /^[a-z-]+$/);
  assert.partialDeepStrictEqual(entries.at(-1), { MESSAGE: "sluice has stopped", PRIORITY: "6" });
  assert.doesNotMatch(JSON.stringify(entries), /zQx7|@secret/);
  const { stdout } = await journald.run(["journalctl", "--no-pager", "-o", "cat", "SLUICE_CAMERA=gate", "-n", "1"]);
  assert.match(stdout, /gate/);
});

test("without the native module lines have their priority in front, which the journal takes off", { skip }, async (t) => {
  const journald = await Journald.start(t);
  const sluice = await service(t, journald, { SLUICE_NATIVE: "off" });
  await waitUntil(async () => (await journald.entries("sluice")).some(({ MESSAGE }) => String(MESSAGE).includes("camera lost")), {
    what: "the camera that isn't there, in the journal",
    ...WAIT,
  });
  await sluice.stop();
  const lost = (await journald.entries("sluice")).find(({ MESSAGE }) => String(MESSAGE).includes("camera lost"));
  assert.partialDeepStrictEqual(lost, { PRIORITY: "4", _TRANSPORT: "stdout" });
});

test("the journal outlasts the process: `sluice logs` and the API show what was before it", { skip }, async (t) => {
  const journald = await Journald.start(t);
  const lost = async () => (await journald.entries("sluice")).filter(({ SLUICE_EVENT }) => SLUICE_EVENT === "camera lost");
  const first = await service(t, journald);
  await waitUntil(async () => (await lost()).length > 0, { what: "the camera that isn't there", ...WAIT });
  await first.stop();
  const logs = (...args: string[]) => {
    const words = Object.entries(first.env).map(([name, value]) => `${name}=${value}`);
    return journald.run(["env", ...words, join(ROOT, "scripts", "sluice"), "logs", ...args]);
  };
  const all = await logs();
  assert.equal(all.code, 0, all.stderr);
  assert.match(all.stdout, /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d INF sluice is starting.*\n[^]*INF sluice has stopped\n$/);
  const warnings = await logs("--camera", "gate", "--level", "warn", "--json", "--since", "1h");
  assert.partialDeepStrictEqual(JSON.parse(warnings.stdout.split("\n", 1)[0] ?? ""), {
    level: "warn",
    camera: "gate",
    message: "camera lost",
  });
  assert.equal((await logs("--since", "2030-01-01")).stdout, "");
  assert.doesNotMatch(all.stdout + warnings.stdout, /zQx7|@secret/);

  const second = await service(t, journald);
  const api = `http://127.0.0.1:${String(second.apiPort)}/api/log`;
  await waitUntil(async () => (await fetch(api).catch(() => undefined))?.status === 200, { what: "the API", ...WAIT });
  const { lines } = (await (await fetch(api)).json()) as { lines: { at: number }[] };
  const before = String(lines[0]?.at);
  const older = (await (await fetch(`${api}/older?before=${before}&limit=500`)).json()) as OlderLog;
  assert.partialDeepStrictEqual(older, { journal: true, more: false });
  assert.equal(older.lines.at(-1)?.message, "sluice has stopped");
  const gate = (await (await fetch(`${api}/older?before=${before}&camera=gate&level=warn`)).json()) as OlderLog;
  assert.ok(gate.lines.length > 0 && gate.lines.every(({ camera, level }) => camera === "gate" && level === "warn"));
  const one = (await (await fetch(`${api}/older?before=${before}&limit=1`)).json()) as OlderLog;
  assert.deepEqual([one.lines.length, one.more], [1, true]);
  for (const bad of ["", "before=x", "before=1&limit=0", "before=--unit", "before=1&limit=99999999"])
    assert.equal((await fetch(`${api}/older?${bad}`)).status, 400, bad);
  assert.match(await (await fetch(`${api}/download`)).text(), /sluice has stopped\n[^]*sluice is starting/);
});
