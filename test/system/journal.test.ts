/** The whole process with a real journal at its standard output, as a service has it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
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
const WAIT = { timeoutMs: 60_000, pollMs: 200 };

async function service(t: Parameters<typeof tempDir>[0], journald: Journald, env: Readonly<Record<string, string>> = {}) {
  const port = await freeTcpPort();
  const file = join(tempDir(t), "sluice.yml");
  const off = ["hls", "webrtc", "web"].map((name) => `${name}: no`).join("\n");
  writeFileSync(
    file,
    `rtspAddress: 127.0.0.1:${String(port)}\nrtspTransports: [tcp]\n${off}
paths:
  gate: {source: "rtsp://admin:zQx7@secret@127.0.0.1:9/stream"}\n`,
  );
  const run = [join(ROOT, "scripts", "sluice"), "run", "--config", file];
  const [program, ...words] = journald.inside(["systemd-cat", "-t", "sluice", "bash", "-c", AS_SERVICE, "service", ...run]);
  const sluice = new RunningProgram(program, words, { env });
  t.after(async () => {
    await sluice.stop();
  });
  return sluice;
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
