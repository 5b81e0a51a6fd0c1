/** Cameras that go away, freeze, fall silent, and come back (quirk rows 18, 19). */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { pause, waitUntil } from "#test/support/wait-until.ts";
import { pull, type PulledCamera } from "./pulled-camera.ts";

const AUDIO: CameraScript = { media: { audio: true } };
const quick = { options: { stallTimeout: 1000 } };

const silences: readonly { name: string; script: CameraScript; fallSilent: (pulled: PulledCamera) => void }[] = [
  { name: "only RTCP goes on", script: {}, fallSilent: ({ camera }) => camera.muted.add(0) },
  { name: "only audio goes on", script: AUDIO, fallSilent: ({ camera }) => camera.muted.add(0) },
  {
    name: "only answers to keep-alives go on",
    script: { sessionTimeout: 2 },
    fallSilent: ({ camera }) => {
      camera.muted.add(0);
      camera.mutedReports = true;
    },
  },
];

suite("sees a dead picture within the limit when", { concurrency: true }, () => {
  for (const { name, script, fallSilent } of silences) {
    test(name, async (t) => {
      const pulled = await pull(t, script, quick);
      await pulled.state("live");
      fallSilent(pulled);
      const before = performance.now();
      await pulled.state("stalled", 2000);
      assert.ok(performance.now() - before < 1800);
      assert.equal(pulled.input.closedWith?.code, "camera-stalled");
      pulled.camera.muted.clear();
      await waitUntil(() => pulled.inputs.length === 2, { what: "the second session" });
      await pulled.state("live");
    });
  }
});

suite("without a configured limit", { concurrency: true }, () => {
  test("sees a dead picture after four to five seconds", async (t) => {
    const pulled = await pull(t, AUDIO);
    await pulled.state("live");
    await pause(500);
    pulled.camera.muted.add(0);
    const before = performance.now();
    await pulled.state("stalled", 6000);
    const took = performance.now() - before;
    assert.ok(took > 3900 && took < 5000, `${String(took)} ms`);
  });

  test("keeps a camera with a frame a second", async (t) => {
    const pulled = await pull(t, { media: { framesPerSecond: 1 } });
    await pulled.state("live");
    await pause(6000);
    assert.deepEqual(pulled.path, ["connecting", "live"]);
  });

  test("judges a camera without video by its audio", async (t) => {
    const withoutVideo = (sdp: string): string => sdp.replace(/m=video[\s\S]*?(?=m=audio)/, "");
    const pulled = await pull(t, { media: { audio: true, video: false }, description: withoutVideo });
    await pulled.state("live");
    pulled.camera.muted.add(1);
    await pulled.state("stalled", 6000);
  });
});

suite("the source", { concurrency: true }, () => {
  test("never hands audio on alone while the video hasn't come", async (t) => {
    const pulled = await pull(t, { ...AUDIO, transports: ["tcp"] }, { options: { rtspTransport: "tcp" }, firstMediaMs: 500 });
    pulled.camera.muted.add(0);
    await pulled.source.close();
    pulled.source.start();
    await pause(1500);
    assert.ok(pulled.inputs.length <= 1);
    pulled.camera.muted.clear();
    await pulled.state("live");
  });

  test("comes back soon after the camera was killed", async (t) => {
    const pulled = await pull(t);
    const took: number[] = [];
    for (let round = 1; round <= 4; round++) {
      await pulled.state("live");
      await pulled.camera.kill();
      await pulled.state("offline");
      await pause(300);
      await pulled.camera.listen();
      const before = performance.now();
      await waitUntil(() => pulled.inputs.length === round + 1, { what: "the next session" });
      took.push(performance.now() - before);
    }
    took.sort((a, b) => a - b);
    assert.ok((took[1] ?? 9999) < 1500, `${took.join()} ms`);
  });

  test("goes on trying for as long as it takes", async (t) => {
    const pulled = await pull(t);
    await pulled.state("live");
    await pulled.camera.kill();
    await pause(7000);
    await pulled.camera.listen();
    const before = performance.now();
    await pulled.state("live");
    assert.ok(performance.now() - before < 3000);
  });

  test("comes back when a camera that froze goes on", async (t) => {
    const timeouts = { optionsMs: 700 };
    const pulled = await pull(t, {}, { ...quick, timeouts });
    await pulled.state("live");
    pulled.camera.freeze();
    await pulled.state("stalled", 2500);
    await pause(2500);
    assert.ok(pulled.camera.connections >= 3, "it tried again meanwhile");
    pulled.camera.thaw();
    const before = performance.now();
    await waitUntil(() => pulled.inputs.length === 2, { what: "the second session" });
    await pulled.state("live");
    assert.ok(performance.now() - before < 3500);
  });

  test("keeps the session through a freeze shorter than the limit", async (t) => {
    const pulled = await pull(t);
    await pulled.state("live");
    pulled.camera.freeze();
    await pause(2000);
    pulled.camera.thaw();
    await pause(500);
    assert.deepEqual(pulled.path, ["connecting", "live"]);
  });

  test("tries a camera that was never there until it is", async (t) => {
    const pulled = await pull(t);
    await pulled.source.close();
    await pulled.camera.kill();
    pulled.source.start();
    await pulled.state("offline");
    assert.equal(pulled.source.lastError?.code, "source-port-closed");
    await pulled.camera.listen();
    await pulled.state("live");
  });

  test("tries at once when it is told to", async (t) => {
    let refusing = true;
    const answer: CameraScript["answer"] = ({ method }) => (method === "DESCRIBE" && refusing ? { status: 404 } : undefined);
    const pulled = await pull(t, { answer });
    await waitUntil(() => pulled.camera.count("DESCRIBE") === 3, { what: "three refusals" });
    await pulled.state("offline");
    refusing = false;
    const before = performance.now();
    pulled.source.retryNow();
    await pulled.state("live");
    assert.ok(performance.now() - before < 500);
  });
});
