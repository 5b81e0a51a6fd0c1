/** What only happens in a LAN: the first claim, logins, cameras that are added. The stories are in lan/, run in a network of their own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { missingChromium } from "#test/support/chromium.ts";
import { firefoxCommand } from "#test/support/firefox.ts";
import { ownNetworkCommand, runInOwnNetwork } from "#test/support/own-network.ts";
import { missingPrograms } from "#test/support/programs.ts";

const TIMEOUT_MS = 180_000;
const stories = {
  "a box is claimed, people log in, forget their passwords and are signed out everywhere": "people.ts",
  "a camera is added, mended, renamed, paired, reordered, switched off and deleted": "cameras.ts",
  "Firefox plays what its Debian build can decode": "firefox.ts",
  "an integrator takes streams away (J5), and a phone shows them (J6)": "journeys.ts",
  "a link that can't carry the stream: key frames only, said on the picture": "weak-link.ts",
} as const;

describe(
  "in a LAN",
  { skip: missingChromium() || missingPrograms(ownNetworkCommand, firefoxCommand, ["ffmpeg", "-version"]) },
  () => {
    for (const [title, file] of Object.entries(stories))
      test(title, async (t) => {
        const { code, stdout, stderr } = await runInOwnNetwork(join(import.meta.dirname, "lan", file), TIMEOUT_MS);
        for (const [line] of stdout.matchAll(
          /^.*[ℹ✔] .*\(.*ms\)$|^.*ℹ (?!tests|suites|pass|fail|cancelled|skipped|todo|duration).*$/gm,
        ))
          t.diagnostic(line.trim());
        assert.equal(code, 0, stdout + stderr);
      });
  },
);
