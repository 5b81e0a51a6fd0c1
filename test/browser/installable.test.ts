/** The page as an application: Chromium finds nothing against installing it, and its icons are what the manifest says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingChromium, startChromium } from "#test/support/chromium.ts";
import { FakeBox } from "#test/peers/fake-box.ts";
import { sceneOf } from "#test/peers/fake-box-scenes.ts";

interface Icon {
  readonly src: string;
  readonly sizes: string;
  readonly type: string;
  readonly purpose?: string;
}

test("the page can be installed", { skip: missingChromium() }, async (t) => {
  const box = new FakeBox(sceneOf("healthy"));
  await box.start();
  t.after(() => box.close());
  const page = await (await startChromium(t)).newPage();
  await page.goto(box.address);
  await page.locator("h1").first().waitFor();
  const session = await page.context().newCDPSession(page);
  const { url, errors, data } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // Playwright's contexts are private ones, where nothing can be installed.
  assert.deepEqual(
    installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"),
    [],
  );
  const manifest = JSON.parse(data ?? "{}") as Record<string, unknown> & { icons: readonly Icon[] };
  assert.deepEqual([manifest["name"], manifest["start_url"], manifest["display"]], ["Sluice", "/", "standalone"]);
  const sizes = manifest.icons.map(({ sizes, purpose = "any" }) => `${sizes} ${purpose}`);
  for (const wanted of ["192x192 any", "512x512 any", "512x512 maskable"]) assert.ok(sizes.includes(wanted), wanted);
  for (const { src, type, sizes: size } of manifest.icons.filter((icon) => icon.type === "image/png")) {
    const answer = await fetch(new URL(src, url));
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(answer.headers.get("content-type"), type, src);
    assert.equal(`${String(bytes.readUInt32BE(16))}x${String(bytes.readUInt32BE(20))}`, size, src);
  }
});
