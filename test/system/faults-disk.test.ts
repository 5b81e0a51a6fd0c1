/**
 * Faults F10, F11: the disk of configuration and state is full, has no inodes left, becomes read-only, answers with errors, or is slow.
 * What streams doesn't notice; a change fails before it touches the old file, with its reason; health says so; with room again it goes
 * on by itself.
 */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { missingPrograms, runProgram } from "#test/support/programs.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { WatchedReader } from "./watched-reader.ts";

const PATIENCE_MS = 60_000;
/** As soon as there is room. */
const RESUME_MS = 10_000;
const ownDisk = ["unshare", "--mount", "sh", "-c"] as const;
const skip = missingPrograms([...ownDisk, "mount -t tmpfs none /mnt"]);
const skipFaults = missingPrograms(["cc", "--version"]);

/** A server whose folder (configuration and state) is a disk of its own, and that folder as seen from here. */
async function onOwnDisk(t: TestContext, mount: string): Promise<{ sluice: SluiceProcess; folder: string; file: string }> {
  const script = `d=\${4%/*}; c=$(cat "$4"); mount -t tmpfs -o ${mount} none "$d" && echo "$c" > "$4" && STATE_DIRECTORY=$d exec "$@"`;
  const sluice = await startSluice(t, { config: "paths: {a: {}}", args: ["--demo"], through: [...ownDisk, script, "sh"] });
  const root = `/proc/${String(sluice.program.child.pid)}/root`;
  return { sluice, folder: root + dirname(sluice.file), file: root + sluice.file };
}

/** Status of adding a path by the API. */
async function add(sluice: SluiceProcess, name: string): Promise<{ status: number; error: string }> {
  const url = `http://127.0.0.1:${String(sluice.apiPort)}/v3/config/paths/add/${name}`;
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  return { status: answer.status, error: await answer.text() };
}

async function tells(sluice: SluiceProcess, code: string): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/api/health`);
  return (await answer.text()).includes(code);
}

/** Files until there is room for none. */
function fill(folder: string, bytes: number): () => void {
  const made: string[] = [];
  try {
    for (let index = 0; ; index += 1) {
      const file = `${folder}/fill${String(index)}`;
      made.push(file);
      writeFileSync(file, Buffer.alloc(bytes));
    }
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
  }
  return () => {
    for (const file of made) rmSync(file, { force: true });
  };
}

async function refuses({ sluice, file }: { sluice: SluiceProcess; file: string }, reason: RegExp): Promise<void> {
  const before = readFileSync(file, "utf8");
  const { status, error } = await add(sluice, "more");
  assert.ok(status >= 400, `${String(status)} ${error}`);
  assert.match(error, reason);
  assert.equal(readFileSync(file, "utf8"), before, "the file is as it was");
}

async function goesOn(t: TestContext, sluice: SluiceProcess): Promise<void> {
  const began = performance.now();
  await waitUntil(async () => (await add(sluice, "later")).status === 200, { what: "a change", timeoutMs: RESUME_MS });
  t.diagnostic(`a change is taken ${String(Math.round(performance.now() - began))} ms after there is room`);
}

for (const { title, mount, bytes } of [
  { title: "a full disk", mount: "size=32m", bytes: 64 * 1024 },
  { title: "no inodes left", mount: "size=32m,nr_inodes=64", bytes: 1 },
])
  test(`${title}: streams go on, a change fails before the old file is touched, then it works again`, { skip }, async (t) => {
    const { sluice, folder, file } = await onOwnDisk(t, mount);
    const reader = await WatchedReader.open(t, sluice, "demo");
    const empty = fill(folder, bytes);
    await refuses({ sluice, file }, /ENOSPC/);
    if (bytes > 1)
      await waitUntil(() => tells(sluice, "health-disk-full"), { what: "health", timeoutMs: PATIENCE_MS, pollMs: 500 });
    await reader.isWell(title);
    empty();
    await goesOn(t, sluice);
    await reader.isWell("after it");
    t.diagnostic(`${String(reader.received)} packets, ${String(reader.lost)} lost`);
  });

test("a disk that becomes read-only: streams go on, a change is refused with its reason, health says so", { skip }, async (t) => {
  const { sluice, file } = await onOwnDisk(t, "size=32m");
  const reader = await WatchedReader.open(t, sluice, "demo");
  const enter = [`--mount=/proc/${String(sluice.program.child.pid)}/ns/mnt`, "mount", "-o"];
  const remount = (how: string) =>
    runProgram("nsenter", [...enter, `remount,${how}`, dirname(sluice.file)], { timeoutMs: PATIENCE_MS });
  assert.equal((await remount("ro")).code, 0);
  await refuses({ sluice, file }, /EROFS/);
  await waitUntil(() => tells(sluice, "health-disk-read-only"), { what: "health", timeoutMs: PATIENCE_MS, pollMs: 500 });
  await reader.isWell("read-only");
  assert.equal((await remount("rw")).code, 0);
  await goesOn(t, sluice);
  t.diagnostic(`${String(reader.received)} packets, ${String(reader.lost)} lost`);
});

/** A server whose disk fails as it is told: its calls of the C library go through `failing-disk.c`. */
async function onFailingDisk(t: TestContext): Promise<{ sluice: SluiceProcess; file: string; fail: (how: string) => void }> {
  const folder = tempDir(t);
  const [library, fault] = [join(folder, "failing-disk.so"), join(folder, "fault")];
  const words = ["-shared", "-fPIC", "-O1", "-o", library, join(ROOT, "test/system/failing-disk.c"), "-ldl"];
  const { code, stderr } = await runProgram("cc", words, { timeoutMs: PATIENCE_MS });
  assert.equal(code, 0, stderr);
  // The state lies with the configuration, whose folder is known only when it is started.
  const through = ["sh", "-c", 'd=${4%/*}; export DISK_FOLDER="$d" STATE_DIRECTORY="$d"; exec "$@"', "sh"];
  const env = { LD_PRELOAD: library, DISK_FAULT: fault };
  const sluice = await startSluice(t, { config: "paths: {a: {}}", args: ["--demo"], through, env });
  return { sluice, file: sluice.file, fail: (how) => writeFileSync(fault, how) };
}

test("a disk that answers with errors: streams go on, a change is refused with its reason", { skip: skipFaults }, async (t) => {
  const { sluice, file, fail } = await onFailingDisk(t);
  const reader = await WatchedReader.open(t, sluice, "demo");
  fail("error");
  await refuses({ sluice, file }, /EIO/);
  // What is looked at by itself, every few seconds, finds the file unreadable: another one is not in force for that.
  writeFileSync(file, `${readFileSync(file, "utf8")}\n# touched\n`);
  await waitUntil(() => /can't be read: EIO[\s\S]*stays in force/.test(sluice.log()), {
    what: "the log to say so",
    timeoutMs: PATIENCE_MS,
    pollMs: 200,
  });
  await reader.isWell("with errors");
  fail("");
  await goesOn(t, sluice);
  await reader.isWell("after them");
  t.diagnostic(`${String(reader.received)} packets, ${String(reader.lost)} lost`);
});

test("a disk that takes a second for each write: a change takes its time, streams don't", { skip: skipFaults }, async (t) => {
  const { sluice, fail } = await onFailingDisk(t);
  const reader = await WatchedReader.open(t, sluice, "demo");
  fail("slow");
  const began = performance.now();
  const before = reader.received;
  const { status, error } = await add(sluice, "late");
  const tookMs = performance.now() - began;
  assert.equal(status, 200, error);
  assert.ok(tookMs > 1000, `${String(tookMs)} ms: the disk was slow`);
  // 25 pictures a second: a loop that waited for the disk would have sent none of them meanwhile.
  assert.ok(
    reader.received - before > (tookMs / 1000) * 15,
    `${String(reader.received - before)} packets in ${String(tookMs)} ms`,
  );
  await reader.isWell("slow");
  t.diagnostic(`a change in ${String(Math.round(tookMs))} ms, ${String(reader.received)} packets, ${String(reader.lost)} lost`);
});
