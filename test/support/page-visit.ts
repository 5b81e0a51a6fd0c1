/** Opens a page of the fake box in a browser, in a size and a dress, and does what its scene asks for. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { FakeBox } from "../peers/fake-box.ts";
import { sceneOf } from "../peers/fake-box-scenes.ts";
import type { Dress, PageScene, ScreenSize } from "./page-scenes.ts";

/** An open page with its box. */
export interface Visit {
  readonly page: Page;
  readonly box: FakeBox;
  close(): Promise<void>;
}

/** Opens it and waits until it shows what the box said. */
export async function visit(
  browser: Browser,
  scene: PageScene,
  how: { readonly size: ScreenSize; readonly dress: Dress },
): Promise<Visit> {
  const box = new FakeBox(sceneOf(scene.scene));
  await box.start();
  const { size, dress } = how;
  const context = await browser.newContext({
    viewport: { width: size.width, height: size.height },
    locale: dress.language === "zh" ? "zh-CN" : "en-GB",
    colorScheme: dress.colours,
    reducedMotion: "reduce",
    timezoneId: "Asia/Shanghai",
  });
  const page = await context.newPage();
  await page.goto(`${box.address}${scene.path}`);
  await page.locator("h1").first().waitFor();
  await act(page, scene, box);
  return { page, box, close: () => closeAll(context, box) };
}

async function closeAll(context: BrowserContext, box: FakeBox): Promise<void> {
  await context.close();
  await box.close();
}

async function act(page: Page, { act: deed }: PageScene, box: FakeBox): Promise<void> {
  switch (deed) {
    case undefined:
      return;
    case "check-config":
      await page.locator(".editor textarea").waitFor();
      await page.locator("button.main + button").first().click();
      await page.locator("#config-problems li").waitFor();
      return;
    case "probe":
      await page.locator("input").first().fill("192.168.1.70");
      await page.locator("button.main").click();
      await page.locator(".notice[data-tone=problem]").waitFor();
      return;
    case "doctor":
      await page.locator("#doctor button").click();
      await page.locator("#doctor .findings li").first().waitFor();
      return;
    case "qr":
      await page.locator(".copy-row button:nth-of-type(2)").first().click();
      await page.locator("dialog[open]").waitFor();
      return;
    case "lost":
      await box.close();
      await page.locator(".lost").waitFor();
  }
}
