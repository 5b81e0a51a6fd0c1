/** Each page, examined by axe: nothing serious, in one size and dress each here; all of them in the slow set. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import type { Page } from "playwright-core";
import { missingChromium } from "#test/support/chromium.ts";
import { dresses, pageScenes, screenSizes } from "#test/support/page-scenes.ts";
import { sharedChromium } from "#test/support/shared-chromium.ts";
import { visit } from "#test/support/page-visit.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

async function examine(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: readonly Violation[] }>(`axe.run(document, ${JSON.stringify(RULES)})`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).join("; ")}`,
    );
}

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
