/** A page's video as somebody sees it: how many frames were shown, and whether its pixels change. */
import type { Page } from "playwright-core";
import { waitUntil } from "./wait-until.ts";

/** Runs in the page: the video that is shown, counts its frames from the first call on. */
const FRAMES = `((selector) => {
  const video = document.querySelector(selector);
  if (video === null) return 0;
  if (video.seen === undefined) {
    video.seen = 0;
    const next = () => video.requestVideoFrameCallback(() => { video.seen += 1; next(); });
    next();
  }
  return video.seen;
})`;
/** Runs in the page: the picture, small, as numbers; empty without one. */
const PIXELS = `((selector) => {
  const video = document.querySelector(selector);
  if (video === null || video.readyState < 2 || video.videoWidth === 0) return [];
  const context = new OffscreenCanvas(48, 27).getContext("2d");
  context.drawImage(video, 0, 0, 48, 27);
  return [...context.getImageData(0, 0, 48, 27).data];
})`;
/** Differences below are noise of the codec. */
const VISIBLE = 16;

/** How many frames the video has shown since it was first asked. */
export function framesOf(page: Page, selector = "video"): Promise<number> {
  return page.evaluate<number>(`${FRAMES}(${JSON.stringify(selector)})`);
}

/** Waits until the picture itself changes; milliseconds that took. Rejects after `timeoutMs`. */
export async function seeMoving(page: Page, { selector = "video", timeoutMs = 30_000 } = {}): Promise<number> {
  const pixels = (): Promise<readonly number[]> => page.evaluate<readonly number[]>(`${PIXELS}(${JSON.stringify(selector)})`);
  const begin = performance.now();
  let before: readonly number[] = [];
  await waitUntil(
    async () => {
      const now = await pixels();
      const moved = now.length > 0 && before.length > 0 && now.some((value, at) => Math.abs(value - (before[at] ?? 0)) > VISIBLE);
      before = now;
      return moved;
    },
    { what: `a moving picture in ${page.url()}`, timeoutMs, pollMs: 100 },
  );
  return performance.now() - begin;
}
