/** Cameras, from the address on a slip of paper to their place in the grid. Run by ../lan.test.ts in a network of its own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { lan, onTheBox } from "#test/support/own-network.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { seeMoving } from "#test/support/watched-video.ts";
import { RtspCamera } from "../../peers/rtsp-camera.ts";
import type { CameraScript } from "../../peers/camera-script.ts";

const PASSWORD = "camera:pass@word";

/** A box whose people trust each other. */
const EVERYBODY = "authInternalUsers: [{ user: any, permissions: [{ action: api }, { action: read }] }]\n";

/** What people find when they add a camera, and what the page must then say and advise. */
const causes: readonly {
  readonly title: string;
  readonly script?: CameraScript;
  readonly host?: string;
  readonly says: RegExp;
}[] = [
  { title: "a cable that isn't plugged in", host: lan.nobody, says: /can’t be reached.*power.*cable/s },
  { title: "a camera whose RTSP is off", host: `${lan.camera}:1`, says: /doesn’t offer a stream.*Switch on RTSP/s },
  {
    title: "no password where one is asked for",
    script: { authentication: { user: "admin", password: PASSWORD } },
    says: /asks for a password/,
  },
  {
    title: "a wrong stream in the address",
    script: { answer: ({ method }) => (method === "DESCRIBE" ? { status: 404, reason: "Not Found" } : undefined) },
    says: /doesn’t know this stream.*manual/s,
  },
  {
    title: "a camera that serves nobody more",
    script: { answer: ({ method }) => (method === "SETUP" ? { status: 453, reason: "Not Enough Bandwidth" } : undefined) },
    says: /no more viewers|can’t be used/,
  },
];

describe("cameras", () => {
  const browser = sharedChromium();
  const open = async (t: TestContext, config: string): Promise<{ page: Page; file: string; url: string }> => {
    const box = await startSluice(t, { host: lan.box, through: onTheBox(), page: true, config: `${EVERYBODY}${config}` });
    const context = await browser().newContext({ locale: "en-GB" });
    t.after(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    return { page, file: box.file, url: box.pageUrl };
  };
  const look = async (
    page: Page,
    { address, user = "", password = "" }: { address: string; user?: string; password?: string },
  ): Promise<string> => {
    await page.getByLabel("Address").fill(address);
    await page.getByLabel("User", { exact: true }).fill(user);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: /^Look/ }).click();
    const told = page.locator(".notice[data-tone]").first();
    await told.waitFor({ timeout: 60_000 });
    return told.innerText();
  };

  test("what is wrong is named, with what to do about it", async (t) => {
    const { page, url } = await open(t, "");
    await page.goto(`${url}/add`);
    for (const { title, script, host, says } of causes)
      await t.test(title, async (story) => {
        const camera = await RtspCamera.start({ address: lan.camera, ...script });
        story.after(() => camera.close());
        assert.match(await look(page, { address: host ?? `${lan.camera}:${String(camera.port)}/stream` }), says);
        await page.reload();
      });
  });

  test("one is added, mended, renamed, paired, reordered, switched off and deleted", async (t) => {
    const source = await startSluice(t, {
      host: lan.otherCamera,
      args: ["--demo"],
      config: `authInternalUsers:\n- user: admin\n  pass: "${PASSWORD}"\n  permissions:\n  - action: read\n`,
    });
    const { page, file, url } = await open(t, "paths: # the shop\n  till:\n    source: publisher\n");
    const config = (): string => readFileSync(file, "utf8");
    const address = `${lan.otherCamera}:${String(source.rtspPort)}/demo`;
    await page.goto(`${url}/add`);

    await t.test("a wrong password is tried once and named; the right one finds the camera", async () => {
      assert.match(await look(page, { address, user: "admin", password: "wrong" }), /Wrong user or password/);
      const found = await look(page, { address, user: "admin", password: PASSWORD });
      assert.match(found, /The camera answers/);
      assert.match(found, /H264 · 640 × 360 · \d/);
    });

    await t.test("saved, it is live", async () => {
      await page.getByLabel("Name").fill("Yard");
      await page.getByLabel("Path").fill("yard");
      await page.getByRole("button", { name: "Add the camera" }).click();
      await page.waitForURL("**/camera/yard");
      await seeMoving(page, { selector: ".tile video" });
      assert.match(config(), /# the shop/);
      assert.match(config(), /yard:/);
    });

    await t.test("renamed, it keeps playing at its new path", async () => {
      await page.getByRole("link", { name: "Edit" }).click();
      await page.getByLabel("Name").fill("Back yard");
      await page.getByLabel("Path").fill("back/yard");
      await page.getByRole("button", { name: "Save" }).click();
      await page.waitForURL("**/camera/back/yard");
      await page.getByRole("heading", { name: "Back yard" }).waitFor();
      await seeMoving(page, { selector: ".tile video" });
      assert.doesNotMatch(config(), /^ {2}yard:/m);
    });

    await t.test("a smaller stream is paired with it, and is no tile of its own any more", async () => {
      await page.goto(`${url}/add`);
      await look(page, { address, user: "admin", password: PASSWORD });
      await page.getByLabel("Path").fill("yard-small");
      await page.getByLabel("Shown as").selectOption({ label: "the smaller stream of Back yard" });
      await page.getByRole("button", { name: "Add the camera" }).click();
      await page.waitForURL("**/camera/back/yard");
      await page.getByText("Its smaller stream: yard-small").waitFor();
      await page.goto(url);
      await page.locator('[data-camera="back/yard"]').waitFor();
      assert.equal(await page.locator('[data-camera="yard-small"]').count(), 0);
      await page.locator('[data-camera="back/yard"] .badge').waitFor();
      const names = await page.evaluate<readonly string[]>(
        "fetch('/api/readers').then((a) => a.json()).then(({ readers }) => readers.map((r) => r.path))",
      );
      assert.ok(names.includes("yard-small"), `the grid reads ${names.join(", ")}`);
    });

    await t.test("it is moved to the front", async () => {
      await page.goto(`${url}/edit/back/yard`);
      await page.getByRole("button", { name: "Earlier" }).click();
      await page.getByText("1 of 3").waitFor();
      await page.goto(url);
      await page.locator(".tile").nth(1).waitFor();
      assert.equal(await page.locator(".tile").first().getAttribute("data-camera"), "back/yard");
      assert.match(config(), /back\/yard:[^]*till:/);
    });

    await t.test("switched off it says so and reads nothing; on again it is live", async () => {
      for (const on of [false, true]) {
        await page.goto(`${url}/edit/back/yard`);
        await page.getByLabel("Switched on").setChecked(on);
        await page.getByRole("button", { name: "Save" }).click();
        await page.waitForURL("**/camera/back/yard");
        if (on) await seeMoving(page, { selector: ".tile video" });
        else await page.locator(".tile .middle").getByText("off", { exact: true }).waitFor();
      }
    });

    await t.test("deleted, after one question, it is gone from the grid and the file", async () => {
      await page.goto(`${url}/edit/back/yard`);
      await page.getByRole("button", { name: "Delete the camera" }).click();
      await page.locator("dialog .button.main").click();
      await page.waitForURL(`${url}/`);
      await waitUntil(async () => (await page.locator('[data-camera="back/yard"]').count()) === 0, {
        what: "the tile to go",
        timeoutMs: 30_000,
      });
      assert.doesNotMatch(config(), /back\/yard/);
    });
  });
});
