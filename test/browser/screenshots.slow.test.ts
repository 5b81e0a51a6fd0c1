/** Every page in every size and dress, photographed into build/screenshots for people to look at. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { missingChromium } from "#test/support/chromium.ts";
import { dresses, pageScenes, screenSizes } from "#test/support/page-scenes.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { visit } from "#test/support/page-visit.ts";
import { ROOT } from "#test/support/source-tree.ts";

const FOLDER = join(ROOT, "build", "screenshots");
const TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
/** `home,camera` photographs only these; for work on one page. */
const only = process.env["SLUICE_PAGES"]?.split(",");
const onlySize = process.env["SLUICE_SIZES"]?.split(",");
const onlyDress = process.env["SLUICE_DRESSES"]?.split(",");

describe("every page", { skip: missingChromium() }, () => {
  const browser = sharedChromium();
  mkdirSync(FOLDER, { recursive: true });
  for (const scene of pageScenes.filter(({ name }) => only?.includes(name) ?? true)) {
    test(`${scene.name} fits every screen`, async () => {
      for (const size of screenSizes.filter(({ name }) => onlySize?.includes(name) ?? true)) {
        for (const dress of dresses.filter(({ language, colours }) => onlyDress?.includes(`${language}-${colours}`) ?? true)) {
          const { page, close } = await visit(browser(), scene, { size, dress });
          try {
            const name = [scene.name, size.name, dress.language, dress.colours].join("-");
            await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: size.name !== "wall" });
            const overflow = await page.evaluate<number>(TOO_WIDE);
            assert.ok(overflow <= 0, `${name}: ${String(overflow)} px too wide`);
          } finally {
            await close();
          }
        }
      }
    });
  }
});
