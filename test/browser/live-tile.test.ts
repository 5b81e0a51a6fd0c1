/**
 * Live tiles in Chromium with the demo camera of a whole Sluice: which way they play, that they move, that they say when they
 * don't, and that they come back by themselves.
 */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { missingChromium } from "#test/support/chromium.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import type { SluiceProcess } from "#test/support/sluice-process.ts";
import { FakeBox } from "../peers/fake-box.ts";
import { sceneOf } from "../peers/fake-box-scenes.ts";

const TILE = '[data-camera="demo"]';
/** Runs in the page: what the tile shows, in a few points, and whether it changed within a second. */
const LOOK = `(async () => {
  const video = document.querySelector('${TILE} video');
  const look = () => {
    const context = new OffscreenCanvas(64, 36).getContext("2d");
    context.drawImage(video, 0, 0, 64, 36);
    return context.getImageData(0, 0, 64, 36).data;
  };
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return look().some((value, at) => Math.abs(value - before[at]) > 16);
})()`;

/** A network that WebRTC can't cross, and a browser that has none. */
const WITHOUT_WEBRTC = "delete window.RTCPeerConnection";

async function serve(t: TestContext, config = ""): Promise<{ box: FakeBox; sluice: SluiceProcess }> {
  const sluice = await startSluice(t, { config, args: ["--demo"] });
  const box = new FakeBox(sceneOf("no-camera"), {
    live: { webrtcPort: sluice.webrtcPort, hlsPort: sluice.hlsPort, path: "demo" },
  });
  await box.start();
  t.after(() => box.close());
  return { box, sluice };
}

async function playing(page: Page, transport: string, timeoutMs = 10_000): Promise<string> {
  await page.locator(`${TILE}[data-phase=playing] .badge[data-transport=${transport}]`).waitFor({ timeout: timeoutMs });
  assert.equal(await page.evaluate<boolean>(LOOK), true, "the picture moves");
  return page.locator(`${TILE} .badge`).innerText();
}

describe("live tiles", { skip: missingChromium() }, () => {
  const browser = sharedChromium();

  const openPage = async (t: TestContext, box: FakeBox, before?: string): Promise<Page> => {
    const context = await browser().newContext({ locale: "en-GB" });
    t.after(() => context.close());
    const page = await context.newPage();
    if (before !== undefined) await page.addInitScript(before);
    await page.goto(box.address);
    return page;
  };

  test("a tile plays over WebRTC, and pauses while nobody sees it", async (t) => {
    const { box } = await serve(t);
    const started = Date.now();
    const page = await openPage(t, box);
    assert.equal(await playing(page, "webrtc"), "RTC");
    t.diagnostic(
      `WebRTC: playing ${String(Date.now() - started)} ms after the page was asked for (a second of looking included)`,
    );
    await page.goto(`${box.address}/device`);
    await page.goBack();
    await playing(page, "webrtc");
  });

  test("without WebRTC it plays low-latency HLS, and says why", async (t) => {
    const { box } = await serve(t);
    const page = await openPage(t, box, WITHOUT_WEBRTC);
    assert.equal(await playing(page, "hls", 15_000), "HLS · not in this browser");
  });

  test("a server that goes is seen within five seconds, and a picture comes again by itself", async (t) => {
    const { box, sluice } = await serve(t);
    const page = await openPage(t, box);
    await playing(page, "webrtc");
    sluice.program.child.kill("SIGSTOP");
    const stopped = Date.now();
    await page.locator(`${TILE}[data-fresh=no]`).waitFor({ timeout: 5000 });
    t.diagnostic(`stale after ${String(Date.now() - stopped)} ms`);
    assert.match(await page.locator(TILE).innerText(), /last picture \d\d:\d\d:\d\d/);
    sluice.program.child.kill("SIGCONT");
    await playing(page, "webrtc", 15_000);
  });
});
