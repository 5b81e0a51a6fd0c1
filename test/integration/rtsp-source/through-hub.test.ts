/** Cameras pulled into the real hub: when a path is ready, and what it offers (quirk rows 4, 11, 20). */
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { createRtspSourceFactory } from "#app/rtsp-sources.ts";
import { SystemClock } from "#base/clock.ts";
import { CameraBoard } from "#cameras/camera-board.ts";
import { silentLogger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import { defaultsOf } from "#config/read-value.ts";
import { createNetwork } from "#platform/network.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { pathOptions, type PathOptions } from "#streams/options.ts";
import type { Path } from "#streams/path.ts";
import { PathRegistry } from "#streams/path-registry.ts";
import type { ParameterSetStyle } from "#test/peers/camera-media.ts";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { pause, waitUntil } from "#test/support/wait-until.ts";

const BUDGET_BYTES = 32 * 1024 * 1024;

interface Hub {
  readonly camera: RtspCamera;
  readonly registry: PathRegistry;
  /** The path once it is ready. */
  readonly path: () => Promise<Path>;
}

async function hub(t: TestContext, script: CameraScript, options: Partial<PathOptions> = {}): Promise<Hub> {
  const camera = await RtspCamera.start(script);
  const clock = new SystemClock();
  const machine = { network: createNetwork(), clock, random: systemRandom, log: silentLogger };
  const registry = new PathRegistry({
    paths: [{ ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "cam", source: camera.url(), ...options }],
    clock,
    random: systemRandom,
    log: silentLogger,
    budgetBytes: BUDGET_BYTES,
    sourceFactory: createRtspSourceFactory({ ...machine, board: new CameraBoard(clock) }),
  });
  registry.start();
  t.after(async () => {
    registry.close();
    await waitUntil(() => camera.openConnections === 0, { what: "the source to leave" });
    await camera.close();
  });
  const path = (): Promise<Path> => registry.describe("cam", { query: "", signal: AbortSignal.timeout(8000) });
  return { camera, registry, path };
}

const styles: readonly ParameterSetStyle[] = ["both", "in-band", "description", "aggregated", "marked", "late", "annex-b"];

suite("offers complete parameter sets of a camera that sends them", { concurrency: true }, () => {
  for (const parameterSets of styles) {
    test(parameterSets, async (t) => {
      const { path } = await hub(t, { media: { parameterSets } });
      const { stream } = await path();
      const video = (): string => stream?.tracks[0]?.fmtp() ?? "";
      await waitUntil(() => /sprop-parameter-sets=[^,;]+,[^,;]+/.test(video()), { what: `parameter sets; ${video()}` });
      assert.deepEqual(stream?.tracks[0]?.props()["width"], 64);
    });
  }
});

test("announces the new size when a camera changes it", async (t) => {
  const { path } = await hub(t, { media: { parameterSets: "changing" } });
  const { stream } = await path();
  assert.equal(stream?.tracks[0]?.props()["width"], 64);
  await waitUntil(() => stream?.tracks[0]?.props()["width"] === 128, { what: "the new width" });
});

test("isn't ready before the first key frame, nor for audio alone", async (t) => {
  const { camera, registry } = await hub(t, { media: { audio: true } });
  camera.muted.add(0);
  await pause(800);
  assert.equal(registry.find("cam")?.ready, false);
});

const clocks: readonly { name: string; media: CameraScript["media"] }[] = [
  { name: "no sender reports", media: { senderReports: "none" } },
  { name: "sender reports whose clock stands still", media: { senderReports: "frozen" } },
  { name: "a clock that is hours off", media: { senderReports: "hours-off" } },
  { name: "timestamps that jump by an hour", media: { timestampJump: { atFrame: 10, ticks: 90_000 * 3600 } } },
  { name: "timestamps that jump back", media: { timestampJump: { atFrame: 10, ticks: -90_000 * 30 } } },
];

suite("keeps a camera with", { concurrency: true }, () => {
  for (const { name, media } of clocks) {
    test(name, async (t) => {
      const { path, registry, camera } = await hub(t, { media: media ?? {} });
      await path();
      await pause(1200);
      assert.equal(registry.find("cam")?.ready, true);
      assert.equal(camera.connections, 1);
    });
  }
});

test("connects to an on-demand camera once for two readers, and leaves it when they have left", async (t) => {
  const { camera, path } = await hub(t, {}, { sourceOnDemand: true, sourceOnDemandCloseAfter: 300 });
  await pause(200);
  assert.equal(camera.connections, 0);
  await Promise.all([path(), path()]);
  assert.equal(camera.connections, 1);
  await waitUntil(() => camera.teardowns === 1, { what: "TEARDOWN" });
  await path();
  assert.equal(camera.connections, 2);
});

test("makes a path ready again after the camera was away", async (t) => {
  const { camera, path, registry } = await hub(t, {});
  await path();
  await camera.kill();
  await waitUntil(() => registry.find("cam")?.ready === false, { what: "the path to be lost" });
  await camera.listen();
  await waitUntil(() => registry.find("cam")?.ready === true, { what: "the path to be back" });
});
