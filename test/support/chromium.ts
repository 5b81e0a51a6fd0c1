/** Chromium as it is, headless, with a profile of its own; it talks to loopback only. */
import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Cleanup } from "./temp-dir.ts";

const EXECUTABLE = "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
  "--autoplay-policy=no-user-gesture-required",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

/** Why tests with Chromium are skipped; false when they aren't. On a build machine they aren't, and fail. */
export function missingChromium(): string | false {
  return existsSync(EXECUTABLE) || (process.env["CI"] ?? "") !== "" ? false : "chromium is not installed";
}

/** Starts it; it ends with `t`. */
export async function startChromium(t: Cleanup): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  t.after(() => browser.close());
  return browser;
}

/** What a page's video shows: its size, how far it has come, and whether its picture changes and isn't one colour. */
export interface SeenVideo {
  readonly width: number;
  readonly height: number;
  readonly colours: number;
  readonly changes: boolean;
}

/** Runs in the page. */
const MOVES = `(() => {
  const video = document.querySelector("video");
  return video !== null && video.readyState >= 2 && video.currentTime > 0;
})()`;
const LOOK = `(async () => {
  const video = document.querySelector("video");
  const look = () => {
    const context = new OffscreenCanvas(64, 36).getContext("2d");
    context.drawImage(video, 0, 0, 64, 36);
    return context.getImageData(0, 0, 64, 36).data;
  };
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = look();
  const colours = new Set();
  for (let at = 0; at < after.length; at += 4) colours.add((after[at] << 16) | (after[at + 1] << 8) | after[at + 2]);
  return {
    width: video.videoWidth,
    height: video.videoHeight,
    colours: colours.size,
    changes: before.some((value, at) => Math.abs(value - after[at]) > 16),
  };
})()`;

/** Waits for the page's video to move and looks at its pixels, a second apart. Rejects when nothing moves in time. */
export async function lookAtVideo(page: Page, timeoutMs = 10_000): Promise<SeenVideo> {
  await page.waitForFunction(MOVES, undefined, { timeout: timeoutMs });
  return page.evaluate<SeenVideo>(LOOK);
}
