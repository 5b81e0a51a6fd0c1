/** Fault F17: the clock is set while everything runs, by libfaketime. Time-outs and streams go by the monotonic clock, so nothing happens. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { WatchedReader } from "./watched-reader.ts";

const LIBRARY = `/usr/lib/${process.arch === "x64" ? "x86_64" : "aarch64"}-linux-gnu/faketime/libfaketimeMT.so.1`;
const skip = existsSync(LIBRARY) || process.env["CI"] !== undefined ? false : "libfaketime isn't installed";
const PATIENCE_MS = 30_000;
/** What the clock says next, in libfaketime's words, and what the server then takes for the year. */
const jumps = [
  { title: "from 1970 to now, as the time service comes", to: "+0" },
  { title: "a day back", to: "-1d" },
  { title: "two days on", to: "+1d" },
  { title: "a second back", to: "-1" },
  { title: "twenty years on", to: "+20y" },
  { title: "back to now", to: "+0" },
];

test("the clock jumps: no reader loses a packet, no camera is pulled anew", { skip }, async (t) => {
  const file = join(tempDir(t), "clock");
  writeFileSync(file, "@1970-01-01 00:05:00");
  const env = {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    TZ: "UTC",
  };
  const sluice = await startSluice(t, { config: "paths: {}", args: ["--demo"], env });
  const reader = await WatchedReader.open(t, sluice, "demo");
  const base = `http://127.0.0.1:${String(sluice.apiPort)}`;
  const dateNow = async (): Promise<number> => Date.parse((await fetch(`${base}/v3/info`)).headers.get("date") ?? "");
  assert.equal(new Date(await dateNow()).getUTCFullYear(), 1970, "the server goes by the false clock");
  for (const { title, to } of jumps) {
    const before = await dateNow();
    writeFileSync(file, to);
    if (to !== "-1")
      await waitUntil(async () => Math.abs((await dateNow()) - before) > 3_600_000, {
        what: title,
        timeoutMs: PATIENCE_MS,
        pollMs: 100,
      });
    await reader.isWell(title);
    assert.equal((await fetch(`${base}/v3/paths/list`)).status, 200, title);
  }
  const lives = sluice.log().split("camera live").length - 1;
  assert.equal(lives, 1, `pulled once\n${sluice.log()}`);
  t.diagnostic(
    `${String(jumps.length)} jumps: ${String(reader.received)} packets, ${String(reader.lost)} lost, ${String(lives - 1)} reconnects`,
  );
});
