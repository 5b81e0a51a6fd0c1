/** Every page in every size and dress, examined by axe: nothing serious. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { examine } from "#test/support/axe.ts";
import { missingChromium } from "#test/support/chromium.ts";
import { dresses, pageScenes, screenSizes } from "#test/support/page-scenes.ts";
import { visit } from "#test/support/page-visit.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";

describe("every page in every size and dress", { skip: missingChromium() }, () => {
  const browser = sharedChromium();
  for (const scene of pageScenes) {
    for (const size of screenSizes) {
      for (const dress of dresses) {
        test(`${scene.name}: nothing serious (${size.name}, ${dress.language}, ${dress.colours})`, async (t) => {
          const { page, close } = await visit(browser(), scene, { size, dress });
          t.after(close);
          assert.deepEqual(await examine(page), []);
        });
      }
    }
  }
});
