/**
 * The demo camera as a real player sees it.
 */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { startDemoCamera } from "#app/demo/demo-camera.ts";
import { SystemClock } from "#base/clock.ts";
import { SluiceError } from "#base/errors.ts";
import { silentLogger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import { createNetwork } from "#platform/network.ts";
import { missingPrograms, runProgram } from "#test/support/programs.ts";

const skip = missingPrograms(["ffmpeg", "-version"], ["ffprobe", "-version"]);

async function demoCamera(t: TestContext): Promise<string> {
  const camera = await startDemoCamera({
    network: createNetwork(),
    clock: new SystemClock(),
    random: systemRandom,
    log: silentLogger,
  });
  t.after(() => camera.close());
  return camera.url;
}

test("ffprobe sees an H264 and an AAC track", { skip }, async (t) => {
  const url = await demoCamera(t);
  const args = [
    "-v",
    "error",
    "-rtsp_transport",
    "tcp",
    "-show_entries",
    "stream=codec_name,width,height,sample_rate,has_b_frames",
    "-of",
    "csv=p=0",
    url,
  ];
  const { code, stdout, stderr } = await runProgram("ffprobe", args, { timeoutMs: 20_000 });
  assert.equal(code, 0, stderr);
  assert.deepEqual(stdout.trim().split("\n").sort(), ["aac,32000", "h264,640,360,0"]);
});

test("ffmpeg decodes picture and sound without a complaint", { skip }, async (t) => {
  const url = await demoCamera(t);
  const input = ["-nostdin", "-v", "warning", "-xerror", "-rtsp_transport", "tcp", "-i", url, "-t", "3"];
  // The camera's own times, not rounded to a frame rate: a new reader catches up in less than a frame's time.
  const args = [...input, "-fps_mode", "passthrough", "-enc_time_base", "-1", "-f", "null", "-"];
  const { code, stderr } = await runProgram("ffmpeg", args, { timeoutMs: 30_000 });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
});

test("a player without the password gets nothing", { skip }, async (t) => {
  const url = await demoCamera(t);
  const open = url.replace(/\/\/.*@/, "//demo:wrong@");
  const { code, stderr } = await runProgram("ffprobe", ["-v", "error", "-rtsp_transport", "tcp", open], { timeoutMs: 30_000 });
  assert.notEqual(code, 0);
  assert.match(stderr, /401/);
});

test("a clip that isn't there is said so", async () => {
  const parts = { network: createNetwork(), clock: new SystemClock(), random: systemRandom, log: silentLogger };
  await assert.rejects(
    startDemoCamera({ ...parts, file: "/nowhere/demo.clip" }),
    (error) => error instanceof SluiceError && error.code === "demo-clip-unreadable",
  );
});
