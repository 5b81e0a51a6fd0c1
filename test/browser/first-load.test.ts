/** What a first visit costs, and that it asks nobody but the box. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingChromium, startChromium } from "#test/support/chromium.ts";
import { FakeBox } from "../peers/fake-box.ts";
import { sceneOf } from "../peers/fake-box-scenes.ts";

const MAX_FIRST_LOAD = 120 * 1024;
const skip = missingChromium();

test("the first load is within 120 KB, compressed, and comes from the box alone", { skip }, async (t) => {
  const box = new FakeBox(sceneOf("healthy"));
  await box.start();
  t.after(() => box.close());
  const browser = await startChromium(t);
  const page = await browser.newPage();
  const errors: string[] = [];
  const foreign: string[] = [];
  let bytes = 0;
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("404")) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(box.address) && !request.url().startsWith("blob:")) foreign.push(request.url());
  });
  page.on("response", (response) => {
    const path = new URL(response.url()).pathname;
    if (/^\/(assets|icon|manifest)|^\/$/.test(path)) bytes += Number(response.headers()["content-length"] ?? 0);
  });
  await page.goto(box.address);
  await page.locator(".grid").waitFor();
  await page.waitForLoadState("load");
  t.diagnostic(`first load: ${(bytes / 1024).toFixed(1)} KB compressed`);
  assert.deepEqual(foreign, []);
  assert.deepEqual(errors, []);
  assert.ok(bytes > 0 && bytes <= MAX_FIRST_LOAD, `${String(bytes)} bytes`);
});
