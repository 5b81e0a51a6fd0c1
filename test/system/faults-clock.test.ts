/** Fault F17: the clock is set while everything runs, by libfaketime. Time-outs and streams go by the monotonic clock, so nothing happens. */
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readPlaylist } from "#test/peers/hls-playlist.ts";
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { WatchedReader } from "./watched-reader.ts";

const LIBRARY = `/usr/lib/${process.arch === "x64" ? "x86_64" : "aarch64"}-linux-gnu/faketime/libfaketimeMT.so.1`;
const skip = existsSync(LIBRARY) || process.env["CI"] !== undefined ? false : "libfaketime isn't installed";
const PATIENCE_MS = 30_000;
/** How far the newest date in a playlist may lie before the server's clock: a window of some segments. */
const WINDOW_MS = 20_000;
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
  let packets = 0;
  const url = `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`;
  const viewer = await WhepViewer.open({ url, onRtp: () => (packets += 1) });
  t.after(() => viewer.close());
  const playlist = await hlsOf(sluice);
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
    const seen = packets;
    await waitUntil(() => packets > seen + 10, { what: `${title}: WebRTC goes on`, timeoutMs: PATIENCE_MS });
    await waitUntil(async () => Math.abs((await newestDate(playlist)) - (await dateNow())) < WINDOW_MS, {
      what: `${title}: dates of HLS follow`,
      timeoutMs: PATIENCE_MS,
      pollMs: 200,
    });
    assert.equal((await fetch(`${base}/v3/paths/list`)).status, 200, title);
  }
  const lives = sluice.log().split("camera live").length - 1;
  assert.equal(lives, 1, `pulled once\n${sluice.log()}`);
  t.diagnostic(
    `${String(jumps.length)} jumps: ${String(reader.received)} packets, ${String(reader.lost)} lost, ${String(lives - 1)} reconnects`,
  );
});

/** Address of the demo's media playlist, in a session. */
async function hlsOf({ hlsPort }: SluiceProcess): Promise<URL> {
  const index = new URL(`http://127.0.0.1:${String(hlsPort)}/demo/index.m3u8`);
  const answer = await fetch(index);
  assert.equal(answer.status, 200);
  const line = (await answer.text()).split("\n").find((text) => text !== "" && !text.startsWith("#"));
  return new URL(line ?? "", index);
}

/** The newest date that a playlist names, ms since 1970. */
async function newestDate(playlist: URL): Promise<number> {
  const answer = await fetch(playlist);
  assert.equal(answer.status, 200, "the session goes on");
  return readPlaylist(await answer.text()).segments.reduce((newest, { dateTime }) => dateTime ?? newest, Number.NaN);
}
