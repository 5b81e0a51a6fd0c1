/** The schedule from the file to the API, with the whole process. Jobs that run are in `jobs.slow.test.ts`: a minute is the shortest time. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { JobList } from "#api/contract/jobs.ts";
import { runProgram } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const SLUICE = join(ROOT, "scripts", "sluice");
const WAIT = { timeoutMs: 60_000, pollMs: 200 };
const GATE = 'paths:\n  gate: {source: "rtsp://127.0.0.1:9/x", sourceOnDemand: yes}\n';
const SCHEDULE = `scheduleTimeZone: Asia/Shanghai
schedule:
- {job: backup-configuration, at: "30 3 * * *", keep: 3}
- {job: restart-camera, camera: gate, at: "0 4 * * 1", timeZone: UTC}
`;

test("what is wrong with a schedule is said with its place, and a sound one with its next times", async (t) => {
  const check = async (text: string, ...args: string[]) => {
    const file = join(tempDir(t), "sluice.yml");
    writeFileSync(file, text);
    return runProgram(SLUICE, ["check", file, ...args], { env: { LANG: "C.UTF-8", LC_ALL: "" }, timeoutMs: 60_000 });
  };
  const wrong = await check(
    'schedule:\n- job: restart-camera\n  at: "61 3 * * *"\n  timeZone: Mars/Base\n- {job: nonsense, at: ""}\n',
  );
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /sluice\.yml:3:7: .*schedule\[0\]\.at.*'61 3 \* \* \*' is no time of a schedule/);
  assert.match(wrong.stderr, /sluice\.yml:4:13: .*schedule\[0\]\.timeZone.*Mars\/Base/);
  assert.match(wrong.stderr, /restart-camera needs to know which camera/);
  const good = await check(GATE + SCHEDULE);
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stdout, /schedule: backup-configuration 30 3 \* \* \*: next \d{4}-\d\d-\d\d 03:30:00 \(Asia\/Shanghai\)\n/);
  assert.match(good.stdout, /schedule: restart-camera gate 0 4 \* \* 1: next \d{4}-\d\d-\d\d 04:00:00 \(UTC\)\n/);
  const { schedule } = JSON.parse((await check(GATE + SCHEDULE, "--json")).stdout) as { schedule: { next: string }[] };
  assert.deepEqual(
    schedule.map(({ next }) => next.slice(11)),
    ["19:30:00.000Z", "04:00:00.000Z"],
  );
});

test("the API shows the schedule, and another one is in force at once", async (t) => {
  const sluice = await startSluice(t, { config: GATE + SCHEDULE, env: { XDG_RUNTIME_DIR: tempDir(t) } });
  const jobs = async (): Promise<JobList> =>
    (await (await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/api/jobs`)).json()) as JobList;
  const list = await jobs();
  assert.partialDeepStrictEqual(list.jobs, [
    { name: "backup-configuration 30 3 * * *", timeZone: "Asia/Shanghai", last: null, running: false },
    { name: "restart-camera gate 0 4 * * 1", camera: "gate", timeZone: "UTC" },
  ]);
  assert.equal(new Date(list.jobs[0]?.next ?? 0).toISOString().slice(11), "19:30:00.000Z");
  writeFileSync(sluice.file, sluice.text(`${GATE}schedule: [{job: report-health, at: "0 * * * *"}]\n`));
  await waitUntil(async () => (await jobs()).jobs[0]?.job === "report-health", { what: "the other schedule", ...WAIT });
  writeFileSync(sluice.file, sluice.text(`${GATE}schedule: [{job: report-health, at: "0 0 * *"}]\n`));
  await waitUntil(() => sluice.log().includes("five fields"), { what: "the refusal", ...WAIT });
  assert.equal((await jobs()).jobs.length, 1);
  await sluice.stop();
});
