/** Jobs that are due, with the whole process and the machine's own clock: each minute. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { JobList } from "#api/contract/jobs.ts";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const EACH_MINUTE = `schedule:
- {job: backup-configuration, at: "* * * * *", keep: 1}
- {job: restart-camera, camera: gate, at: "* * * * *"}
- {job: report-health, at: "* * * * *"}
`;

test("each minute the configuration is backed up, the camera pulled anew, and the health told", async (t) => {
  const camera = await RtspCamera.start();
  t.after(() => camera.close());
  const state = tempDir(t);
  const config = `${EACH_MINUTE}paths:\n  gate: {source: "rtsp://127.0.0.1:${String(camera.port)}/stream"}\n`;
  const sluice = await startSluice(t, { config, env: { XDG_RUNTIME_DIR: tempDir(t), STATE_DIRECTORY: state } });
  await waitUntil(() => sluice.log().includes("camera live"), { what: "the camera", timeoutMs: 60_000 });
  const jobs = async (): Promise<JobList> =>
    (await (await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/api/jobs`)).json()) as JobList;
  await waitUntil(async () => (await jobs()).jobs.every(({ last }) => last !== null), {
    what: "every job",
    timeoutMs: 120_000,
    pollMs: 500,
  });
  assert.deepEqual(
    (await jobs()).jobs.map(({ last }) => last?.failure),
    [null, null, null],
    sluice.log(),
  );
  const folder = join(dirname(sluice.file), "backups");
  const [backup = ""] = readdirSync(folder);
  assert.equal(readFileSync(join(folder, backup), "utf8"), readFileSync(sluice.file, "utf8"));
  assert.match(sluice.log(), /health of the last hour/);
  assert.match(sluice.log(), /camera lost \(.*code camera-restarted/);
  await waitUntil(() => (sluice.log().match(/camera live/g)?.length ?? 0) >= 2, { what: "the camera again", timeoutMs: 60_000 });
  assert.match(readFileSync(join(state, "jobs.json"), "utf8"), /"restart-camera gate \* \* \* \* \*":\d+/);
  await sluice.stop();
});
