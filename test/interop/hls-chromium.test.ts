/** The player page in Chromium: hls.js plays the demo camera in each variant; pixels change, and low latency is low. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lookAtVideo, missingChromium, startChromium } from "#test/support/chromium.ts";
import type { RunningProgram } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { codings } from "./coding.ts";
import { isReady } from "./path-state.ts";
import { ffmpegPublisher } from "./publisher.ts";

/** Milliseconds: a first picture, and how far low latency may be behind the newest part in steady state. */
const FIRST_PICTURE_MS = 1500;
const LATENCY_SECONDS = 1.5;
const skip = missingChromium();

/** How long ago what is shown was received, by the dates in the playlist: camera and browser share this machine's clock. */
const LATENCY = "(Date.now() - window.sluicePlayer.playingDate.getTime()) / 1000";

test("hls.js on the player page plays each variant", { skip }, async (t) => {
  const browser = await startChromium(t);
  for (const variant of ["lowLatency", "fmp4", "mpegts"]) {
    await t.test(variant, async (each) => {
      const sluice = await startSluice(each, { config: `hlsVariant: ${variant}\n`, args: ["--demo"] });
      await waitUntil(() => isReady(sluice, "demo"), { what: "the demo camera", timeoutMs: 15_000, pollMs: 100 });
      const page = await browser.newPage();
      each.after(() => page.close());
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("console", (line) => line.type() === "error" && problems.push(line.text()));
      await page.goto(`http://127.0.0.1:${String(sluice.hlsPort)}/demo/`);
      const seen = await lookAtVideo(page, 20_000);
      assert.deepEqual([seen.width, seen.height, seen.changes], [640, 360, true], sluice.log());
      assert.ok(seen.colours > 20);
      assert.deepEqual(problems, []);
      if (variant !== "lowLatency") return;
      const firstPicture = await page.evaluate<number>("window.sluiceFirstPicture");
      assert.ok(firstPicture <= FIRST_PICTURE_MS, `first picture after ${String(firstPicture)} ms`);
      await page.waitForTimeout(6000);
      const latency = await page.evaluate<number>(LATENCY);
      t.diagnostic(`first picture ${String(Math.round(firstPicture))} ms, latency ${latency.toFixed(2)} s`);
      assert.ok(latency <= LATENCY_SECONDS, `behind by ${String(latency)} s`);
    });
  }
});

test("a viewer sees the camera again when it comes back, without a reload", { skip }, async (t) => {
  const sluice = await startSluice(t, { config: "paths:\n  all_others:\n" });
  const chosen = codings.filter(({ name }) => name === "H264");
  const publish = (): RunningProgram => ffmpegPublisher.start(t, { codings: chosen, url: sluice.url("cam"), carrier: "tcp" });
  const ready = (): Promise<boolean> =>
    waitUntil(() => isReady(sluice, "cam"), { what: "the camera", timeoutMs: 15_000, pollMs: 100 });
  const first = publish();
  await ready();
  const browser = await startChromium(t);
  const page = await browser.newPage();
  let loads = 0;
  page.on("load", () => (loads += 1));
  await page.goto(`http://127.0.0.1:${String(sluice.hlsPort)}/cam/`);
  assert.equal((await lookAtVideo(page, 20_000)).changes, true);
  await first.stop("SIGKILL");
  await page.waitForTimeout(4000);
  publish();
  await ready();
  const before = await page.evaluate<number>("document.querySelector('video').currentTime");
  await waitUntil(async () => (await page.evaluate<number>("document.querySelector('video').currentTime")) > before + 2, {
    what: "the picture to go on",
    timeoutMs: 10_000,
    pollMs: 100,
  });
  assert.equal((await lookAtVideo(page)).changes, true, sluice.log());
  assert.equal(loads, 1);
});

test("the page says in plain words that there is no such camera", { skip }, async (t) => {
  const sluice = await startSluice(t, { config: "paths: {}\n" });
  const browser = await startChromium(t);
  const page = await browser.newPage({ locale: "zh-CN" });
  await page.goto(`http://127.0.0.1:${String(sluice.hlsPort)}/nobody/`);
  await page.getByText("没有这个名称的摄像机。").waitFor({ timeout: 10_000 });
});
