/**
 * A camera that loses its power, and who watches it: the page over WebRTC and over HLS, and MediaMTX's own player pages. The tile
 * says so with its cause within five seconds; all of them show a moving picture within six seconds of the camera's return, and
 * nobody reloads.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { missingChromium } from "#test/support/chromium.ts";
import { RunningProgram } from "#test/support/programs.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { accepts, startSluice } from "#test/support/sluice-process.ts";
import type { SluiceProcess } from "#test/support/sluice-process.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { seeMoving } from "#test/support/watched-video.ts";

const TOLD_MS = 5000;
const BACK_MS = 6000;
const TILE = '[data-camera="yard"]';
/** Loaded once: a reload would take it away. */
const MARK = "window.sameVisit = true";

/** A camera whose power can be cut: another Sluice's demo camera, as a process of its own. */
async function startCamera(t: TestContext): Promise<{ url: string; cutPower: () => Promise<void>; power: () => Promise<void> }> {
  const first = await startSluice(t, { config: "", args: ["--demo"] });
  let running: RunningProgram = first.program;
  return {
    url: first.url("demo"),
    cutPower: async () => {
      await running.stop("SIGKILL");
    },
    power: async () => {
      const again = new RunningProgram(join(ROOT, "scripts", "sluice"), ["run", "--config", first.file, "--demo"]);
      running = again;
      t.after(() => again.stop());
      await waitUntil(() => accepts(first.rtspPort), { what: "the camera's port", timeoutMs: 30_000, pollMs: 20 });
    },
  };
}

describe("a camera without power", { skip: missingChromium() }, () => {
  const browser = sharedChromium();
  const open = async (t: TestContext, address: string, before?: string): Promise<Page> => {
    const context = await browser().newContext({ locale: "en-GB" });
    t.after(() => context.close());
    const page = await context.newPage();
    if (before !== undefined) await page.addInitScript(before);
    await page.goto(address);
    await page.evaluate(MARK);
    return page;
  };
  const viewers = async (t: TestContext, box: SluiceProcess) => ({
    webrtc: await open(t, box.pageUrl),
    hls: await open(t, box.pageUrl, "delete window.RTCPeerConnection"),
    "WebRTC's player page": await open(t, `http://127.0.0.1:${String(box.webrtcPort)}/yard/`),
    "HLS's player page": await open(t, `http://127.0.0.1:${String(box.hlsPort)}/yard/`),
  });

  test("is told with its cause, and everybody sees it again by himself", async (t) => {
    const camera = await startCamera(t);
    const box = await startSluice(t, { page: true, config: `paths: { yard: { source: "${camera.url}" } }` });
    const watching = await viewers(t, box);
    for (const page of Object.values(watching)) await seeMoving(page);

    const cut = performance.now();
    await camera.cutPower();
    for (const kind of ["webrtc", "hls"] as const) {
      await watching[kind].locator(`${TILE}[data-fresh=no] .middle .more`).first().waitFor({ timeout: TOLD_MS });
      t.diagnostic(`${kind}: told ${(performance.now() - cut).toFixed(0)} ms after the power was cut`);
      assert.ok(performance.now() - cut <= TOLD_MS);
    }
    const text = await watching.webrtc.locator(TILE).innerText();
    assert.match(text, /offline|no picture/);
    assert.match(text, /camera at 127\.0\.0\.1/);
    const last = /last picture (\d\d:\d\d:\d\d)/.exec(text)?.[1];
    assert.ok(last, text);
    assert.match(await watching.webrtc.locator("h1").innerText(), /0 of 1 camera live/);
    // Whoever connects again meanwhile gets what the ring still holds: that doesn't make it a newer picture.
    await delay(3000);
    for (const kind of ["webrtc", "hls"] as const)
      assert.ok((await watching[kind].locator(TILE).innerText()).includes(`last picture ${last}`), kind);

    await camera.power();
    const back = performance.now();
    const moved = Object.entries(watching).map(async ([name, page]) => {
      await seeMoving(page);
      const afterMs = performance.now() - back;
      t.diagnostic(`${name}: moves ${afterMs.toFixed(0)} ms after the camera is back`);
      return { name, afterMs };
    });
    const late = (await Promise.all(moved)).filter(({ afterMs }) => afterMs > BACK_MS);
    assert.deepEqual(late, []);
    for (const page of Object.values(watching)) assert.equal(await page.evaluate("window.sameVisit"), true);
  });
});
