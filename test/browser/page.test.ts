/** The page in Chromium against the fake box: what it says, when it says so, and what its buttons do. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import { missingChromium } from "#test/support/chromium.ts";
import { pageScenes } from "#test/support/page-scenes.ts";
import type { PageScene, ScreenSize } from "#test/support/page-scenes.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { visit } from "#test/support/page-visit.ts";
import type { Visit } from "#test/support/page-visit.ts";
import { cameraOf, sceneOf } from "../peers/fake-box-scenes.ts";
import { PROBE_FOUND } from "../peers/fake-box-answers.ts";

const desktop = { name: "desktop", width: 1280, height: 800 };
const phone = { name: "phone", width: 360, height: 740 };
const english = { language: "en", colours: "light" } as const;

function sceneNamed(name: string): PageScene {
  const found = pageScenes.find((scene) => scene.name === name);
  assert.ok(found, name);
  return found;
}

async function visitIn(
  t: TestContext,
  browser: Browser,
  { name, size = desktop }: { name: string; size?: ScreenSize },
): Promise<Visit> {
  const visited = await visit(browser, sceneNamed(name), { size, dress: english });
  t.after(() => visited.close());
  return visited;
}

const truth = (page: Page): Promise<string> => page.locator("h1").innerText();

describe("the page", { skip: missingChromium() }, () => {
  const browser = sharedChromium();
  const open = (t: TestContext, name: string, size?: ScreenSize): Promise<Visit> =>
    visitIn(t, browser(), { name, ...(size === undefined ? {} : { size }) });

  test("a problem stands there with its cause and its remedy, and goes by itself when its cause does", async (t) => {
    const { page, box } = await open(t, "home-one-problem");
    assert.match(await truth(page), /3 of 4 cameras live · box healthy/);
    const card = page.locator(".notice");
    assert.match(await card.innerText(), /Gate.*refused user and password.*for \d min/s);
    assert.equal(await card.locator("a").getAttribute("href"), "/edit/gate");
    box.play(sceneOf("healthy"));
    await card.waitFor({ state: "detached" });
    assert.match(await truth(page), /4 of 4 cameras live/);
  });

  test("a box that can't be heard is said at once, dated, and everything is grey; it comes back by itself", async (t) => {
    const { page, box } = await open(t, "home");
    const port = Number(new URL(box.address).port);
    const cut = Date.now();
    await box.close();
    await page.locator(".lost").waitFor();
    assert.ok(Date.now() - cut < 2000, `told after ${String(Date.now() - cut)} ms`);
    assert.match(await truth(page), /No word from the box/);
    assert.match(await page.locator(".lost").innerText(), /Last heard at \d\d:\d\d:\d\d/);
    assert.equal(await page.locator(".unreachable .grid").count(), 1);
    const again = box.reopen(port);
    await again.start();
    t.after(() => again.close());
    await page.locator(".lost").waitFor({ state: "detached" });
    assert.match(await truth(page), /4 of 4 cameras live/);
  });

  test("the doctor is asked by a button, says that it looks, and what isn't well comes first", async (t) => {
    const { page, box } = await open(t, "device");
    const answer = Promise.withResolvers<undefined>();
    box.doctorMayEnd = answer.promise;
    const button = page.locator("#doctor button");
    await button.click();
    await page.locator("#doctor [role=status]").waitFor();
    assert.equal(await button.isDisabled(), true);
    answer.resolve(undefined);
    await page.locator("#doctor .notice").first().waitFor();
    const notices = await page.locator("#doctor .notice").allInnerTexts();
    assert.match(notices[0] ?? "", /Port 8554\/tcp: another program holds.*sudo systemctl stop mediamtx/s);
    assert.match(notices[1] ?? "", /Clock: no time server/);
    assert.equal(await page.locator("#doctor .findings li").count(), 7);
    assert.deepEqual(
      box.written.map(({ method, path }) => `${method} ${path}`),
      ["POST /api/doctor"],
    );
  });

  test("a camera that goes is told on its tile with its cause, without a reload", async (t) => {
    const { page, box } = await open(t, "home");
    const gone = sceneOf("all-offline").snapshot.cameras.find((camera) => camera.name === "door");
    assert.ok(gone);
    box.change({ now: Date.now(), cameras: [gone] });
    const tile = page.locator('[data-camera="door"]');
    await tile.locator(".middle").getByText("offline").waitFor();
    assert.match(await tile.innerText(), /can't be reached/);
    assert.equal(await tile.getAttribute("data-fresh"), "no");
  });

  test("figures that change once a second reach the page", async (t) => {
    const { page, box } = await open(t, "camera");
    const { figures } = cameraOf({ label: "Yard", state: { kind: "live" }, since: 0 });
    box.change({ now: Date.now(), figures: { yard: { ...figures, bitrate: 7_770_000 } } });
    await page.getByText("7.77 Mbit/s").first().waitFor();
    assert.match(await page.locator(".facts").first().innerText(), /18.4 fps \(declared 25\)/);
  });

  test("a kick asks once, then ends that reader and no other", async (t) => {
    const { page, box } = await open(t, "camera");
    await page.locator("tbody tr").nth(1).getByRole("button", { name: "Disconnect" }).click();
    const dialog = page.locator("dialog[open]");
    assert.match(await dialog.innerText(), /192\.168\.1\.40:51022/);
    assert.deepEqual(box.written, []);
    await dialog.locator(".button.main").click();
    await dialog.waitFor({ state: "detached" });
    assert.deepEqual(
      box.written.map(({ method, path }) => [method, path]),
      [["POST", "/api/readers/b2/kick"]],
    );
  });

  test("a camera is added: looked at with its steps told, named, saved", async (t) => {
    const { page, box } = await open(t, "add", phone);
    box.play({ ...sceneOf("healthy"), probe: PROBE_FOUND });
    await page.getByLabel("Address").fill("192.168.1.70");
    await page.getByLabel("User", { exact: true }).fill("admin");
    await page.getByLabel("Password").fill("pa:ss@word");
    await page.getByRole("button", { name: "Look at it" }).click();
    await page.getByText("The camera answers").waitFor();
    assert.match(await page.locator(".notice").innerText(), /2560 × 1440 · 25 fps/);
    await page.getByLabel("Name").fill("Back door");
    await page.getByRole("button", { name: "Add the camera" }).click();
    await page.waitForURL("**/camera/camera-5");
    assert.deepEqual(box.written, [
      { method: "POST", path: "/api/probe", body: { address: "192.168.1.70", user: "admin", password: "pa:ss@word" } },
      {
        method: "POST",
        path: "/api/cameras",
        body: {
          name: "camera-5",
          label: "Back door",
          address: "rtsp://192.168.1.70:554/stream1",
          user: "admin",
          password: "pa:ss@word",
        },
      },
    ]);
  });

  test("a mistake in the configuration stands at its line, and leads there", async (t) => {
    const { page } = await open(t, "settings-checked");
    assert.equal(await page.locator('.gutter [data-severity="error"]').innerText(), "8");
    await page.getByRole("button", { name: "Line 8" }).click();
    const at = await page.evaluate<string>(
      "(() => { const a = document.activeElement; return a.value.slice(a.selectionStart); })()",
    );
    assert.match(at, /^maybe/);
  });

  test("an edited configuration is saved with the etag it was read with", async (t) => {
    const { page, box } = await open(t, "settings");
    await page.locator(".editor textarea").fill("paths: {}\n");
    await page.keyboard.press("Control+s");
    await page.getByText("Saved and in force").waitFor();
    assert.deepEqual(box.written, [{ method: "PUT", path: "/api/config", body: { text: "paths: {}\n" } }]);
  });

  test("a token is made, shown once, and revoked", async (t) => {
    const { page, box } = await open(t, "settings");
    await page.getByText("tokens end when it starts again").waitFor();
    await page.getByLabel("What for").fill("backup");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByText("slc_shown-once").waitFor();
    await page.getByRole("button", { name: "Revoke" }).first().click();
    await page.locator("dialog[open]").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("slc_shown-once").waitFor({ state: "detached" });
    assert.deepEqual(box.written, [
      { method: "POST", path: "/api/tokens", body: { name: "backup", role: "viewer", days: 365 } },
      { method: "DELETE", path: "/api/tokens/1", body: undefined },
    ]);
  });

  test("the configuration is saved encrypted, and a file is brought back", async (t) => {
    const { page, box } = await open(t, "settings");
    const [out, back] = [page.getByLabel("Passphrase").first(), page.getByLabel("Passphrase").last()];
    await out.fill("short");
    assert.equal(await page.getByRole("button", { name: "Save as a file" }).isDisabled(), true);
    await out.fill("four words make one");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as a file" }).click();
    assert.equal((await download).suggestedFilename(), "sluice-configuration.json");
    const text = '{"kind":"sluice configuration"}';
    await page.getByLabel("File", { exact: true }).setInputFiles({ name: "x.json", mimeType: "", buffer: Buffer.from(text) });
    await back.fill("four words make one");
    await page.getByRole("button", { name: "Replace the configuration" }).click();
    await page.locator("dialog[open]").getByRole("button", { name: "Replace the configuration" }).click();
    await page.getByText("The configuration of the file is in force.").waitFor();
    const passphrase = "four words make one";
    assert.deepEqual(box.written, [
      { method: "POST", path: "/api/config/export", body: { passphrase } },
      { method: "POST", path: "/api/config/import", body: { text, passphrase } },
    ]);
  });

  test("the language follows the browser, is switched in place, and is remembered", async (t) => {
    const { page } = await open(t, "home");
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
    await page.getByRole("button", { name: "中文" }).click();
    assert.match(await truth(page), /4 台摄像机全部正常/);
    await page.reload();
    assert.match(await truth(page), /4 台摄像机全部正常/);
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
  });

  test("everything is reached and left by keyboard", async (t) => {
    const { page } = await open(t, "home");
    const focused = (): Promise<string> => page.evaluate<string>("document.activeElement.textContent.trim()");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "To the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.match(await focused(), /^Open Yard/);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/camera/yard");
    await page.locator(".copy-row button").nth(1).focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
  });

  test("an address is copied, and says so in place", async (t) => {
    const { page } = await open(t, "camera");
    await page.getByRole("button", { name: "Copy the RTSP address" }).click();
    await page.getByText("Copied").first().waitFor();
  });

  test("who is only a viewer sees no way to change anything", async (t) => {
    const { page, box } = await open(t, "home");
    box.play(sceneOf("viewer"));
    await page.reload();
    await page.locator(".grid").waitFor();
    assert.equal(await page.getByText("Add a camera").count(), 0);
    await page.goto(`${box.address}/settings`);
    await page.getByText("Look and language").waitFor();
    assert.equal(await page.locator(".editor").count(), 0);
  });
});
