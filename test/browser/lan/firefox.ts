/**
 * The page in Firefox as Debian ships it. It has no H.264 for WebRTC (that is a plug-in from elsewhere), but decodes it for HLS by
 * the system's libavcodec: so the demo camera comes by LL-HLS, which the tile says, and a VP8 camera over WebRTC. Pixels are looked
 * at. Run by ../lan.test.ts in a network of its own: Firefox doesn't go from an address of the LAN to one of loopback.
 */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { startFirefox } from "#test/support/firefox.ts";
import type { FirefoxPage } from "#test/support/firefox.ts";
import { lan, onTheBox } from "#test/support/own-network.ts";
import { RunningProgram } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const TIMEOUT_MS = 60_000;
const CONFIG = `authInternalUsers: [{ user: any, permissions: [{ action: publish }, { action: read }] }]
paths: { vp8: {} }
`;
const tileOf = (camera: string): string => `document.querySelector('[data-camera="${camera}"]')`;
/** The tile's picture twice, half a second apart: whether it changed, and how many colours it has. */
const looked = (camera: string): string => `(async () => {
  const video = ${tileOf(camera)}?.querySelector("video");
  if (!video || video.readyState < 2 || video.videoWidth === 0) return { moves: false, colours: 0 };
  const look = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [48, 27];
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0, 48, 27);
    return context.getImageData(0, 0, 48, 27).data;
  };
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const after = look();
  const colours = new Set();
  for (let at = 0; at < after.length; at += 4) colours.add((after[at] << 16) | (after[at + 1] << 8) | after[at + 2]);
  return { moves: before.some((value, at) => Math.abs(value - after[at]) > 16), colours: colours.size };
})()`;

/** A camera that sends VP8, as ffmpeg makes it. */
function publishVp8(t: TestContext, url: string): void {
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=15"];
  const vp8 = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k", "-g", "30", "-pix_fmt", "yuv420p"];
  const program = new RunningProgram("ffmpeg", [
    "-v",
    "error",
    "-re",
    ...picture,
    ...vp8,
    "-f",
    "rtsp",
    "-rtsp_transport",
    "tcp",
    url,
  ]);
  t.after(() => program.stop());
}

async function seeMoving(page: FirefoxPage, camera: string): Promise<void> {
  await waitUntil(
    async () => {
      const { moves, colours } = await page.evaluate<{ moves: boolean; colours: number }>(looked(camera));
      return moves && colours > 8;
    },
    { what: `a moving picture of ${camera}`, timeoutMs: TIMEOUT_MS, pollMs: 200 },
  );
}

describe("Firefox", () => {
  test("plays VP8 over WebRTC and the demo camera by LL-HLS, and the tile says why", async (t) => {
    const box = await startSluice(t, { host: lan.box, through: onTheBox(), page: true, args: ["--demo"], config: CONFIG });
    publishVp8(t, box.url("vp8"));
    const page = await startFirefox(t);
    await page.visit(box.pageUrl);
    await seeMoving(page, "vp8");
    await seeMoving(page, "demo");
    const words = (camera: string): Promise<string> =>
      page.evaluate<string>(`${tileOf(camera)}.querySelector(".badge").textContent`);
    assert.equal(await words("vp8"), "RTC");
    assert.equal(await words("demo"), "HLS · codec not playable here");
    t.diagnostic(await page.evaluate<string>("navigator.userAgent"));
  });
});
