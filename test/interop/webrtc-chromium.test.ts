/**
 * WebRTC as Chromium speaks it: the demo camera by WHEP on the player page, looked at pixel by pixel.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lookAtVideo, missingChromium, startChromium } from "#test/support/chromium.ts";
import { startSluice } from "#test/support/sluice-process.ts";

const skip = missingChromium();

test("Chromium plays the demo camera on the player page: the picture moves", { skip }, async (t) => {
  const sluice = await startSluice(t, { config: "", args: ["--demo"] });
  const browser = await startChromium(t);
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`http://127.0.0.1:${String(sluice.webrtcPort)}/demo/`);
  const seen = await lookAtVideo(page);
  assert.deepEqual({ width: seen.width, height: seen.height, changes: seen.changes }, { width: 640, height: 360, changes: true });
  assert.ok(seen.colours > 16, `one colour would be no picture: ${String(seen.colours)} colours`);
  assert.deepEqual(problems, []);
});
