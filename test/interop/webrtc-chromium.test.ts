/**
 * WebRTC as Chromium speaks it: players see moving pictures of the demo camera and of other codecs, over UDP and over TCP, a few
 * milliseconds after they asked; and a page publishes.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { ffmpegPublisher } from "./publisher.ts";
import { lookAtVideo, missingChromium, playByWhep, startChromium } from "#test/support/chromium.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { missingPrograms, RunningProgram } from "#test/support/programs.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const skip = missingChromium() || missingPrograms(["ffmpeg", "-version"]);

void suite("Chromium", { skip }, () => {
  const ends: (() => unknown)[] = [];
  const cleanup: Cleanup = { after: (run) => void ends.push(run) };
  let sluice: SluiceProcess;
  let browser: Browser;
  let base: string;

  before(async () => {
    const tcpPort = await freeTcpPort();
    const config = `webrtcLocalTCPAddress: 127.0.0.1:${String(tcpPort)}\npaths:\n  all_others:\n`;
    sluice = await startSluice(cleanup, { config, args: ["--demo"] });
    base = `http://127.0.0.1:${String(sluice.webrtcPort)}`;
    browser = await startChromium(cleanup);
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function openPage(path: string): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(`${base}${path}`);
    return { page, problems };
  }

  async function published(path: string): Promise<void> {
    const ready = async (): Promise<boolean> => {
      const response = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/paths/get/${path}`);
      return response.ok && ((await response.json()) as { ready: boolean }).ready;
    };
    await waitUntil(ready, { what: `the stream ${path}`, timeoutMs: 30_000, pollMs: 100 });
  }

  test("plays the demo camera on the player page: the picture moves", async () => {
    const { page, problems } = await openPage("/demo/");
    const seen = await lookAtVideo(page);
    assert.deepEqual(
      { width: seen.width, height: seen.height, changes: seen.changes },
      { width: 640, height: 360, changes: true },
    );
    assert.ok(seen.colours > 16, `one colour would be no picture: ${String(seen.colours)} colours`);
    assert.deepEqual(problems, []);
    await page.close();
  });

  test("hears at once that its session was ended, and comes back by itself", async () => {
    const { page } = await openPage("/demo/");
    await lookAtVideo(page);
    const api = `http://127.0.0.1:${String(sluice.apiPort)}/v3/webrtcsessions`;
    const ids = async (): Promise<string[]> => {
      const { items } = (await (await fetch(`${api}/list`)).json()) as {
        items: { id: string; peerConnectionEstablished: boolean }[];
      };
      return items.filter((each) => each.peerConnectionEstablished).map((each) => each.id);
    };
    const [first] = await ids();
    assert.equal((await fetch(`${api}/kick/${first ?? ""}`, { method: "POST" })).status, 200);
    const cameBack = async (): Promise<boolean> => (await ids()).some((id) => id !== first);
    await waitUntil(cameBack, { what: "another session", timeoutMs: 30_000, pollMs: 100 });
    assert.equal((await lookAtVideo(page)).changes, true);
    await page.close();
  });

  test("has its first frame soon after asking, and loses no packet", async () => {
    const { page } = await openPage("/demo/publish");
    const plays = [];
    for (let count = 0; count < 5; count += 1) plays.push(await playByWhep(page, { url: `${base}/demo/whep`, watchMs: 400 }));
    for (const play of plays) assert.equal(play.lost, 0);
    const slowest = Math.max(...plays.map((play) => play.firstFrameMs));
    // 250 ms on a quiet machine; tests run side by side.
    assert.ok(slowest < 1500, `first frames after ${plays.map((play) => play.firstFrameMs.toFixed(0)).join(", ")} ms`);
    await page.close();
  });

  test("plays over TCP where UDP is left out of the answer", async () => {
    const { page } = await openPage("/demo/publish");
    const play = await playByWhep(page, { url: `${base}/demo/whep`, watchMs: 1000, withoutUdp: true });
    assert.equal(play.protocol, "tcp");
    assert.ok(play.frames > 10, `${String(play.frames)} frames`);
    await page.close();
  });

  test("plays, and publishes, without the native module, by UDP and by TCP", async (t) => {
    const tcpPort = await freeTcpPort();
    const config = `webrtcLocalTCPAddress: 127.0.0.1:${String(tcpPort)}\npaths:\n  all_others:\n`;
    const script = await startSluice(t, { config, args: ["--demo"], env: { SLUICE_NATIVE: "off" } });
    const url = `http://127.0.0.1:${String(script.webrtcPort)}`;
    const page = await browser.newPage();
    await page.goto(`${url}/demo/publish`);
    for (const withoutUdp of [false, true]) {
      const play = await playByWhep(page, { url: `${url}/demo/whep`, watchMs: 1000, withoutUdp });
      assert.deepEqual([play.protocol, play.srtp, play.lost], [withoutUdp ? "tcp" : "udp", "SRTP_AES128_CM_HMAC_SHA1_80", 0]);
      assert.ok(play.frames > 10, `${String(play.frames)} frames`);
    }
    await page.goto(`${url}/webcam/publish`);
    await page.click("#camera");
    const viewer = await browser.newPage();
    await viewer.goto(`${url}/webcam/`);
    assert.equal((await lookAtVideo(viewer)).changes, true);
    await viewer.close();
    await page.close();
  });

  for (const [name, kind, ffmpeg] of [
    ["VP8", "video", ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", "15"]],
    ["VP9", "video", ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "15", "-strict", "experimental"]],
    [
      "H264 High",
      "video",
      ["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "15"],
    ],
  ] as const) {
    test(`plays ${name}`, async (t) => {
      const path = name.toLowerCase().replace(" ", "-");
      ffmpegPublisher.start(t, {
        codings: [{ name, kind, encoder: "", ffmpeg, gstreamer: "" }],
        url: sluice.url(path),
        carrier: "tcp",
      });
      await published(path);
      const { page } = await openPage(`/${path}/`);
      const seen = await lookAtVideo(page);
      assert.deepEqual([seen.width, seen.height, seen.changes], [160, 120, true]);
      await page.close();
    });
  }

  for (const [name, codec] of [
    ["Opus", ["-c:a", "libopus"]],
    ["G711", ["-c:a", "pcm_alaw", "-ar", "8000", "-ac", "1"]],
  ] as const) {
    test(`hears ${name}`, async (t) => {
      const path = name.toLowerCase();
      const source = ["-re", "-f", "lavfi", "-i", "sine=frequency=440"];
      const output = ["-f", "rtsp", "-rtsp_transport", "tcp", sluice.url(path)];
      const program = new RunningProgram("ffmpeg", ["-nostdin", "-v", "warning", ...source, ...codec, ...output]);
      t.after(() => program.stop());
      await published(path);
      const { page } = await openPage("/demo/publish");
      const play = await playByWhep(page, { url: `${base}/${path}/whep`, watchMs: 1500 });
      assert.ok(play.loudest > 0.01, `silence: ${String(play.loudest)}`);
      await page.close();
    });
  }

  test("is told of B-frames by name, in words a page can act on", async (t) => {
    const ffmpeg = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "30", "-pix_fmt", "yuv420p"];
    const coding = { name: "H264", kind: "video" as const, encoder: "", ffmpeg, gstreamer: "" };
    ffmpegPublisher.start(t, { codings: [coding], url: sluice.url("b-frames"), carrier: "tcp" });
    await published("b-frames");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const { page } = await openPage("/demo/publish");
    const play = await playByWhep(page, { url: `${base}/b-frames/whep`, watchMs: 100 });
    assert.equal(play.status, 406);
    assert.match(play.problem, /"code":"webrtc-b-frames"/);
    await page.close();
  });

  test("publishes its camera by the publish page, and another page sees it", async () => {
    const { page: publisher } = await openPage("/webcam/publish");
    await publisher.click("#camera");
    await published("webcam");
    const { page } = await openPage("/webcam/");
    const seen = await lookAtVideo(page);
    assert.equal(seen.changes, true);
    assert.ok(seen.width > 0);
    await page.close();
    await publisher.close();
  });
});
