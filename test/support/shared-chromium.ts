/** One Chromium for all tests of a suite. Call it inside of `describe`: the suite's own hooks end before the leak check looks. */
import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { missingChromium, startChromium } from "./chromium.ts";

/** The browser of this suite, from its first test on, with `flags` of its own. */
export function sharedChromium(flags: readonly string[] = []): () => Browser {
  const cleanups: (() => unknown)[] = [];
  let browser: Browser | undefined;
  before(async () => {
    if (missingChromium() === false) browser = await startChromium({ after: (run) => void cleanups.push(run) }, flags);
  });
  after(async () => {
    for (const run of cleanups) await run();
  });
  return () => {
    assert.ok(browser, "asked for before the suite began");
    return browser;
  };
}
