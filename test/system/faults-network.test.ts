/** Faults F25, F26: the address changes, only IPv6 is left (in lan/, a network of its own), and names can't be looked up. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ownNetworkCommand, runInOwnNetwork } from "#test/support/own-network.ts";
import { missingPrograms } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { WatchedReader } from "./watched-reader.ts";

const TIMEOUT_MS = 180_000;
/** Hosts of cameras that nobody answers for: more than the runtime has threads for such questions. */
const NAMES = 8;
const WATCHED_MS = 15_000;
/** Longest that a file or a change may take meanwhile. */
const ANSWER_MS = 2000;
const ownFiles = ["unshare", "--mount", "sh", "-c"] as const;

test(
  "the address changes, and only IPv6 is left: the page is there within 10 s",
  { skip: missingPrograms(ownNetworkCommand) },
  async (t) => {
    const { code, stdout, stderr } = await runInOwnNetwork(join(import.meta.dirname, "lan", "addresses.ts"), TIMEOUT_MS);
    for (const [line] of stdout.matchAll(/^.*ℹ (?!tests|suites|pass|fail|cancelled|skipped|todo|duration).*$/gm))
      t.diagnostic(line.trim());
    assert.equal(code, 0, stdout + stderr);
  },
);

const skip = missingPrograms([...ownFiles, "mount --bind /etc/hosts /etc/resolv.conf"]);

test(
  "a server of names that never answers: no stream loses anything, and pages and changes are as quick as ever",
  { skip },
  async (t) => {
    const silent = createSocket("udp4");
    silent.bind(53, "127.99.0.1");
    await once(silent, "listening");
    t.after(() => silent.close());
    let asked = 0;
    silent.on("message", () => (asked += 1));
    const resolver = join(tempDir(t), "resolv.conf");
    writeFileSync(resolver, "nameserver 127.99.0.1\n");
    const cameras = Array.from(
      { length: NAMES },
      (_, index) => `  cam${String(index)}: {source: 'rtsp://cam${String(index)}.site.example/x'}`,
    );
    const sluice = await startSluice(t, {
      config: ["paths:", ...cameras].join("\n"),
      args: ["--demo"],
      page: true,
      through: [...ownFiles, `mount --bind ${resolver} /etc/resolv.conf && exec "$@"`, "sh"],
    });
    const reader = await WatchedReader.open(t, sluice, "demo");
    await waitUntil(() => asked > 0, { what: "a question", timeoutMs: TIMEOUT_MS });
    let slowest = 0;
    for (let began = performance.now(), round = 0; performance.now() - began < WATCHED_MS; round += 1) {
      const start = performance.now();
      const [page, change] = await Promise.all([
        fetch(sluice.pageUrl),
        fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/config/paths/add/p${String(round)}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: "{}",
        }),
      ]);
      await page.text();
      assert.deepEqual([page.status, change.status], [200, 200], await change.text());
      slowest = Math.max(slowest, performance.now() - start);
    }
    await reader.isWell("meanwhile");
    t.diagnostic(
      `${String(asked)} questions without an answer: page and change ${String(Math.round(slowest))} ms at most, ${String(reader.lost)} of ${String(reader.received)} packets lost`,
    );
    assert.ok(slowest < ANSWER_MS, `${String(slowest)} ms`);
  },
);
