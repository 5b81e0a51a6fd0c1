/**
 * A page of sixteen tiles where UDP is blocked: WebRTC over TCP carries them all; where that is blocked too, two play HLS and
 * the others show stills in turn. Browsers open six connections to a host, and the API still answers within a second.
 */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { missingChromium, startChromium } from "#test/support/chromium.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { FakeBox } from "../peers/fake-box.ts";
import { sceneOf } from "../peers/fake-box-scenes.ts";

const TILES = 16;
const API_MS = 1000;
/** As behind a firewall that lets no UDP through: Chromium sends none but through proxies, and there are none. */
const WITHOUT_UDP = ["--webrtc-ip-handling-policy=disable_non_proxied_udp"];

async function openPage(
  t: TestContext,
  { before = "", flags = [] as readonly string[] },
): Promise<{ page: Page; sluice: SluiceProcess }> {
  const tcp = await freeTcpPort();
  const sluice = await startSluice(t, { config: `webrtcLocalTCPAddress: 127.0.0.1:${String(tcp)}`, args: ["--demo"] });
  const scene = sceneOf("many");
  const cameras = scene.snapshot.cameras.filter((camera) => camera.mark === "live").slice(0, TILES);
  const box = new FakeBox(
    { ...scene, snapshot: { ...scene.snapshot, cameras } },
    { live: { webrtcPort: sluice.webrtcPort, hlsPort: sluice.hlsPort, path: "demo" } },
  );
  await box.start();
  t.after(() => box.close());
  const browser = await startChromium(t, flags);
  const context = await browser.newContext({ viewport: { width: 1600, height: 1400 }, locale: "en-GB" });
  const page = await context.newPage();
  await page.addInitScript(before);
  await page.goto(box.address);
  return { page, sluice };
}

/** Asks the API from the page, beside its tiles. */
async function apiMs(page: Page): Promise<number> {
  const ask =
    "(async () => { const begin = performance.now(); await fetch('/api/health'); return performance.now() - begin; })()";
  return page.evaluate<number>(ask);
}

describe("sixteen tiles without UDP", { skip: missingChromium() }, () => {
  test("all of them move over WebRTC's TCP", async (t) => {
    const { page, sluice } = await openPage(t, { flags: WITHOUT_UDP });
    await page
      .locator(".tile .badge[data-transport=webrtc]")
      .nth(TILES - 1)
      .waitFor({ timeout: 60_000 });
    const response = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/webrtcsessions/list`);
    const { items } = (await response.json()) as { items: { localCandidate: string }[] };
    assert.ok(items.length >= TILES);
    for (const { localCandidate } of items) assert.match(localCandidate, /^host\/tcp\//);
    const answered = await apiMs(page);
    t.diagnostic(`API beside ${String(TILES)} tiles: ${answered.toFixed(0)} ms`);
    assert.ok(answered <= API_MS, `${answered.toFixed(0)} ms`);
  });

  test("without WebRTC two play HLS, the others show dated stills, and the API answers", async (t) => {
    const { page } = await openPage(t, { before: "delete window.RTCPeerConnection" });
    await page.locator(".tile .badge[data-transport=hls]").nth(1).waitFor({ timeout: 30_000 });
    await page
      .locator(".tile .badge[data-transport=still]")
      .nth(TILES - 3)
      .waitFor({ timeout: 90_000 });
    const answered = await apiMs(page);
    t.diagnostic(`API beside HLS and stills: ${answered.toFixed(0)} ms`);
    assert.ok(answered <= API_MS, `${answered.toFixed(0)} ms`);
    assert.equal(await page.locator(".tile .badge[data-transport=hls]").count(), 2);
  });
});
