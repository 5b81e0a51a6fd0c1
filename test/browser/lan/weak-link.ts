/** Somebody whose link can't carry the stream. Run by ../lan.test.ts in a network of its own. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { lan, onTheBox } from "#test/support/own-network.ts";
import { runProgram, RunningProgram } from "#test/support/programs.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { seeMoving } from "#test/support/watched-video.ts";

const EVERYBODY =
  "authInternalUsers: [{ user: any, permissions: [{ action: api }, { action: read }, { action: publish }] }]\npaths: { busy: {} }";
/** 1.5 Mbit/s, a key frame every two seconds. */
const PICTURE = "-re -f lavfi -i testsrc2=size=640x360:rate=25 -c:v libx264 -preset ultrafast -tune zerolatency -g 50";
const RATE = "-b:v 1500k -minrate 1500k -maxrate 1500k -bufsize 300k -x264-params nal-hrd=cbr -pix_fmt yuv420p";
const BADGE = "slow network, key frames only";
/** A third of the stream; a key frame passes within its interval. */
const WEAK = "tbf rate 500kbit burst 8kb limit 32kb".split(" ");
const PATIENCE_MS = 60_000;

/** Runs `tc` on the box's end of the cable. */
async function onTheCable(...args: readonly string[]): Promise<void> {
  const [command = "", ...rest] = [...onTheBox(), "tc", ...args];
  const { code, stderr } = await runProgram(command, rest, { timeoutMs: 10_000 });
  assert.equal(code, 0, stderr);
}

describe("a weak link", () => {
  const browser = sharedChromium();

  test("the viewer gets key frames only, is told so, and gets everything again when the link is better", async (t) => {
    const box = await startSluice(t, { host: lan.box, through: onTheBox(), page: true, config: EVERYBODY });
    const rtsp = `rtsp://${lan.box}:${String(box.rtspPort)}/busy`;
    const camera = new RunningProgram("ffmpeg", [
      ...`${PICTURE} ${RATE}`.split(" "),
      "-f",
      "rtsp",
      "-rtsp_transport",
      "tcp",
      rtsp,
    ]);
    t.after(async () => {
      await camera.stop();
    });
    const context = await browser().newContext({ locale: "en-GB" });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(`${box.pageUrl}/camera/busy`);
    await seeMoving(page);
    const view = async (): Promise<{ keyPicturesOnly: boolean; outboundRTPPacketsReportedLost: number } | undefined> => {
      const answer = await fetch(`http://${lan.box}:${String(box.apiPort)}/v3/webrtcsessions/list`);
      return ((await answer.json()) as { items: { keyPicturesOnly: boolean; outboundRTPPacketsReportedLost: number }[] })
        .items[0];
    };
    assert.equal(await page.getByText(BADGE).count(), 0);
    assert.equal(await page.getByText("WebRTC can’t carry this camera’s sound").count(), 0, "it has none");

    await onTheCable("qdisc", "add", "dev", "lan", "root", ...WEAK);
    const begin = performance.now();
    await page.getByText(BADGE).first().waitFor({ timeout: PATIENCE_MS });
    t.diagnostic(`told ${(performance.now() - begin).toFixed(0)} ms after the link became weak`);
    const weak = await view();
    assert.equal(weak?.keyPicturesOnly, true);
    assert.ok(weak.outboundRTPPacketsReportedLost > 0);
    await seeMoving(page);

    await onTheCable("qdisc", "del", "dev", "lan", "root");
    await waitUntil(async () => (await view())?.keyPicturesOnly === false, {
      what: "everything again",
      timeoutMs: PATIENCE_MS,
      pollMs: 500,
    });
    await page.getByText(BADGE).first().waitFor({ state: "detached", timeout: PATIENCE_MS });
  });
});
