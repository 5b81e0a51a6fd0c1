/** An integrator who takes streams away, and somebody with a phone. Run by ../lan.test.ts in a network of its own. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Page } from "playwright-core";
import { examine } from "#test/support/axe.ts";
import { playByWhep } from "#test/support/chromium.ts";
import { lan, onTheBox } from "#test/support/own-network.ts";
import { runProgram, RunningProgram } from "#test/support/programs.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { framesOf, seeMoving } from "#test/support/watched-video.ts";

/** J5: each of the addresses plays within this. */
const PLAYS_MS = 10_000;
/** J6: the first picture in a LAN, and over a link like 4G. */
const FIRST_PICTURE_MS = { lan: 2000, slow: 5000 } as const;
/** 4 Mbit/s down, 1 Mbit/s up, 60 ms. */
const LIKE_4G = { offline: false, latency: 60, downloadThroughput: 500_000, uploadThroughput: 125_000 } as const;
/** J5: a revoked token ends what plays by it. */
const CUT_MS = 2000;
const EVERYBODY = "authInternalUsers: [{ user: any, permissions: [{ action: api }, { action: read }] }]\n";
const TILE = '[data-camera="demo"]';
const TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

describe("journeys", () => {
  const browser = sharedChromium();
  const openBox = async (t: TestContext): Promise<string> => {
    const box = await startSluice(t, { host: lan.box, through: onTheBox(), page: true, args: ["--demo"], config: EVERYBODY });
    return box.pageUrl;
  };
  const openPage = async (t: TestContext, options: Parameters<ReturnType<typeof browser>["newContext"]>[0]): Promise<Page> => {
    const context = await browser().newContext({ locale: "en-GB", ...options });
    t.after(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    return page;
  };

  test("an integrator copies the addresses of a camera, and each of them plays", async (t) => {
    const url = await openBox(t);
    const page = await openPage(t, {});
    await page.goto(`${url}/camera/demo`);
    const addresses = new Map<string, string>();
    for (const name of ["RTSP", "HLS", "WHEP"]) {
      const row = page.locator(".copy-row", { hasText: new RegExp(`^${name}`) });
      await row.getByRole("button", { name: `Copy the ${name} address` }).click();
      await row.getByText("Copied").first().waitFor();
      addresses.set(name, await page.evaluate<string>("getSelection().toString()"));
    }
    for (const name of ["RTSP", "HLS"])
      await t.test(`${name} in ffmpeg: ${addresses.get(name) ?? ""}`, async () => {
        const begin = performance.now();
        const input = [...(name === "RTSP" ? ["-rtsp_transport", "tcp"] : []), "-i", addresses.get(name) ?? ""];
        const args = ["-v", "error", ...input, "-map", "0:v:0", "-frames:v", "25", "-f", "framemd5", "-"];
        const { code, stdout, stderr } = await runProgram("ffmpeg", args, { timeoutMs: 30_000 });
        const hashes = new Set([...stdout.matchAll(/\b[0-9a-f]{32}\b/g)].map(([hash]) => hash));
        assert.equal(code, 0, stderr);
        assert.ok(hashes.size > 10, `${String(hashes.size)} different pictures`);
        assert.ok(performance.now() - begin <= PLAYS_MS, `${(performance.now() - begin).toFixed(0)} ms`);
      });
    await t.test(`WHEP in a browser: ${addresses.get("WHEP") ?? ""}`, async () => {
      const address = addresses.get("WHEP") ?? "";
      const player = await openPage(t, {});
      await player.goto(new URL("/demo/", address).href);
      const { firstFrameMs, frames } = await playByWhep(player, { url: address, watchMs: 1000 });
      assert.ok(firstFrameMs <= PLAYS_MS && frames > 20, `${String(firstFrameMs)} ms, ${String(frames)} frames`);
    });
    await t.test("and a QR code takes each to another device", async () => {
      await page.getByRole("button", { name: "QR code of the RTSP address" }).click();
      assert.equal(await page.locator("dialog code").innerText(), addresses.get("RTSP"));
      assert.equal(await page.locator("dialog svg.qr, dialog .qr").count(), 1);
    });
  });

  test("on a box with users the addresses take a token along; revoked, it cuts whoever plays by it", async (t) => {
    const config = `authInternalUsers: [{ user: boss, pass: a boss has one, permissions: [{ action: api }, { action: read }] }]\n`;
    const box = await startSluice(t, { host: lan.box, through: onTheBox(), page: true, args: ["--demo"], config });
    const page = await openPage(t, {});
    await page.goto(`${box.pageUrl}/camera/demo`);
    await page.getByLabel("User").fill("boss");
    await page.getByLabel("Password").fill("a boss has one");
    await page.getByRole("button", { name: "Log in" }).click();
    const codes = page.locator(".copy-row code");
    const plain = await codes.first().innerText();
    await page.getByRole("button", { name: "With a token" }).click();
    await page.getByText("revoke it in the settings").first().waitFor();
    const [rtsp = "", hls = ""] = await codes.allInnerTexts();
    const token = /token:(slc_[^@]+)@/.exec(rtsp)?.[1] ?? "";

    const ffmpeg = (url: string): RunningProgram => {
      const input = [...(url.startsWith("rtsp") ? ["-rtsp_transport", "tcp"] : []), "-i", url];
      const program = new RunningProgram("ffmpeg", ["-v", "error", ...input, "-map", "0:v:0", "-f", "framemd5", "-"]);
      t.after(async () => {
        await program.stop();
      });
      return program;
    };
    const without = await ffmpeg(plain).end(15_000);
    assert.match(without.stderr, /401/);
    const players = [ffmpeg(rtsp), ffmpeg(hls)];
    const viewer = await openPage(t, { httpCredentials: { username: "token", password: token } });
    await viewer.goto(`http://${lan.box}:${String(box.webrtcPort)}/demo/`);
    await seeMoving(viewer);
    for (const player of players)
      await waitUntil(() => player.stdout.split("\n").length > 30, { what: "pictures", timeoutMs: PLAYS_MS, pollMs: 50 });

    const revoke = `fetch("/api/tokens").then((answer) => answer.json()).then(({ tokens }) =>
      fetch("/api/tokens/" + tokens[0].id, { method: "DELETE" })).then(({ status }) => status)`;
    const begin = performance.now();
    assert.equal(await page.evaluate<number>(revoke), 200);
    const [byRtsp] = players;
    await waitUntil(() => byRtsp?.ended === true, { what: "RTSP to end", timeoutMs: CUT_MS, pollMs: 20 });
    await waitUntil(
      async () => {
        const before = await framesOf(viewer);
        await delay(300);
        return (await framesOf(viewer)) === before;
      },
      { what: "WebRTC to end", timeoutMs: CUT_MS, pollMs: 20 },
    );
    t.diagnostic(`cut within ${(performance.now() - begin).toFixed(0)} ms`);
    const again = await ffmpeg(hls).end(15_000);
    assert.notEqual(again.code, 0);
    const names = `fetch("/api/readers").then((answer) => answer.json()).then(({ readers }) => readers.map(({ user }) => user))`;
    assert.deepEqual(
      (await page.evaluate<readonly string[]>(names)).filter((user) => user !== "boss"),
      [],
    );
  });

  for (const kind of ["lan", "slow"] as const)
    test(`somebody with a phone sees the grid, fills the screen, turns it (${kind})`, async (t) => {
      const url = await openBox(t);
      const page = await openPage(t, {
        viewport: { width: 360, height: 640 },
        hasTouch: true,
        isMobile: true,
        deviceScaleFactor: 2,
      });
      // The very first viewer makes the box load what handshakes need.
      await page.goto(url);
      await seeMoving(page, { selector: `${TILE} video` });
      if (kind === "slow") await (await page.context().newCDPSession(page)).send("Network.emulateNetworkConditions", LIKE_4G);
      const begin = performance.now();
      await page.goto(url);
      await seeMoving(page, { selector: `${TILE} video` });
      const firstMs = performance.now() - begin;
      t.diagnostic(`moving ${firstMs.toFixed(0)} ms after the address was entered (${kind})`);
      assert.ok(firstMs <= FIRST_PICTURE_MS[kind], `${firstMs.toFixed(0)} ms`);
      assert.ok((await page.evaluate<number>(TOO_WIDE)) <= 0, "no sideways scrolling");

      await page.locator(TILE).getByRole("button", { name: "Full screen" }).tap();
      await page.locator(`${TILE}:fullscreen`).waitFor();
      await page.setViewportSize({ width: 640, height: 360 });
      await seeMoving(page, { selector: `${TILE} video` });
      await page.locator(TILE).getByRole("button", { name: "Leave full screen" }).tap();
      await page.locator(`${TILE}:not(:fullscreen)`).waitFor();
      assert.ok((await page.evaluate<number>(TOO_WIDE)) <= 0, "no sideways scrolling when turned");
      await page.setViewportSize({ width: 360, height: 640 });
      assert.deepEqual(await examine(page), []);
    });
});
