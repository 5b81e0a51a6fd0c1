/** Each page, examined by axe: nothing serious, in one size and dress each here; all of them in accessibility-all.slow.test.ts. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { examine } from "#test/support/axe.ts";
import { missingChromium } from "#test/support/chromium.ts";
import { dresses, pageScenes, screenSizes } from "#test/support/page-scenes.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { visit } from "#test/support/page-visit.ts";

describe("every page", { skip: missingChromium() }, () => {
  const browser = sharedChromium();
  for (const [index, scene] of pageScenes.entries()) {
    const size = screenSizes[index % 2 === 0 ? 0 : 2];
    const dress = dresses[index % dresses.length];
    test(`${scene.name}: nothing serious (${size?.name ?? ""}, ${dress?.language ?? ""}, ${dress?.colours ?? ""})`, async (t) => {
      assert.ok(size && dress);
      const { page, close } = await visit(browser(), scene, { size, dress });
      t.after(close);
      assert.deepEqual(await examine(page), []);
    });
  }
});
