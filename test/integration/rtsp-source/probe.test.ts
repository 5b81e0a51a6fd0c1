/** Looking at a camera without pulling it. */
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { SystemClock } from "#base/clock.ts";
import { systemRandom } from "#base/random.ts";
import { defaultsOf } from "#config/read-value.ts";
import { createNetwork } from "#platform/network.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { probeCamera, type ProbeReport, type ProbeStep } from "#protocols/rtsp/probe.ts";
import { pathOptions } from "#streams/options.ts";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { waitUntil } from "#test/support/wait-until.ts";

interface Probed {
  readonly camera: RtspCamera;
  readonly steps: ProbeStep[];
  readonly report: Promise<ProbeReport>;
  readonly abort: AbortController;
}

async function probe(t: TestContext, script: CameraScript = {}, watchMs = 1200): Promise<Probed> {
  const camera = await RtspCamera.start(script);
  t.after(() => camera.close());
  const steps: ProbeStep[] = [];
  const abort = new AbortController();
  const report = probeCamera({
    url: camera.url(),
    options: { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "probe" },
    network: createNetwork(),
    clock: new SystemClock(),
    random: systemRandom,
    signal: abort.signal,
    onStep: (step) => steps.push(step),
    watchMs,
  });
  report.catch(() => undefined); // looked at by the test
  return { camera, steps, report, abort };
}

suite("looks at a camera", { concurrency: true }, () => {
  test("and says what it offers and does", async (t) => {
    const authentication = { user: "admin", password: "pass1234", offers: ["md5", "sha-256"] } as const;
    const { report, steps, camera } = await probe(t, { media: { audio: true }, authentication });
    const { server, realm, authScheme, methods, keepAliveMethod, transports, tracks, oddities } = await report;
    assert.equal(server, "Test Camera 1.0");
    assert.equal(realm, "IP Camera(TEST)");
    assert.equal(authScheme, "digest-sha-256");
    assert.ok(methods.includes("GET_PARAMETER"));
    assert.equal(keepAliveMethod, "get-parameter");
    assert.deepEqual(transports, [
      { name: "tcp", works: true },
      { name: "udp", works: true },
    ]);
    const [video, audio] = tracks;
    assert.deepEqual([video?.codec, audio?.codec], ["H264", "MPEG-4 Audio"]);
    assert.ok(Math.abs((video?.unitsPerSecond ?? 0) - 25) < 4);
    assert.ok((video?.keyUnits ?? 0) >= 1);
    assert.deepEqual(oddities, []);
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ["trying", "watching", "trying"],
    );
    await waitUntil(() => camera.openConnections === 0 && camera.teardowns === 2, { what: "the probe to leave" });
  });

  const odd: readonly { id: string; script: CameraScript }[] = [
    { id: "options-refused", script: { answer: ({ method }) => (method === "OPTIONS" ? { status: 404 } : undefined) } },
    { id: "no-session-timeout", script: { namesTimeout: false } },
    { id: "short-session-timeout", script: { sessionTimeout: 12 } },
    { id: "no-transport-answer", script: { transportAnswer: () => undefined } },
    { id: "stray-bytes", script: { garbage: (index) => (index % 4 === 0 ? Buffer.from([1, 2, 3]) : undefined) } },
    {
      id: "foreign-base",
      script: {
        answer: ({ method }) => (method === "DESCRIBE" ? { headers: { "Content-Base": "rtsp://10.1.1.1/x/" } } : undefined),
      },
    },
    { id: "back-channel", script: { description: (sdp) => `${sdp}m=audio 0 RTP/AVP 0\r\na=control:track3\r\na=sendonly\r\n` } },
    { id: "unusable-media", script: { description: (sdp) => `${sdp}m=audio 0 RTP/AVP\r\na=control:track3\r\n` } },
    { id: "no-parameter-sets", script: { media: { parameterSets: "in-band" } } },
    { id: "basic-only", script: { authentication: { user: "a", password: "b", offers: ["basic"] } } },
    {
      id: "no-get-parameter",
      script: { answer: ({ method }) => (method === "OPTIONS" ? { headers: { Public: "DESCRIBE, PLAY" } } : undefined) },
    },
    { id: "broken-description", script: { description: (sdp) => sdp.replace(/c=.*/, "c=IN ") } },
  ];

  for (const { id, script } of odd) {
    test(`and finds ${id}`, async (t) => {
      const { report } = await probe(t, script, 300);
      const { oddities } = await report;
      const found = oddities.find((oddity) => oddity.id === id);
      assert.ok(found !== undefined, JSON.stringify(oddities));
      assert.match(found.zh, /\p{Script=Han}/u);
    });
  }

  test("and finds that it sends no reports of its clock", async (t) => {
    const { report } = await probe(t, { media: { senderReports: "none" } }, 5100);
    assert.ok((await report).oddities.some(({ id }) => id === "no-sender-reports"));
  });

  test("and finds key frames far apart", async (t) => {
    const { report } = await probe(t, { media: { framesPerSecond: 4 } }, 4500);
    assert.ok((await report).oddities.some(({ id }) => id === "long-gop"));
  });

  test("that refuses TCP, and says what works", async (t) => {
    const { report, steps } = await probe(t, { transports: ["udp"] }, 300);
    const { transports } = await report;
    assert.deepEqual(transports, [
      { name: "tcp", works: false },
      { name: "udp", works: true },
    ]);
    assert.equal(steps.find((step) => step.kind === "failed")?.code, "source-transport-refused");
  });

  test("once with a password that is wrong", async (t) => {
    const { report, camera } = await probe(t, { authentication: { user: "a", password: "right" } });
    camera.setPassword({ user: "a", password: "changed" });
    await assert.rejects(report, { code: "source-credentials-refused" });
    assert.equal(camera.wrongPasswords, 1);
  });

  test("and leaves it when told to", async (t) => {
    const { camera, abort, report } = await probe(t, {}, 20_000);
    await waitUntil(() => camera.count("PLAY") === 1, { what: "PLAY" });
    abort.abort();
    await report.catch(() => undefined);
    await waitUntil(() => camera.openConnections === 0, { what: "the probe to leave" });
  });
});
