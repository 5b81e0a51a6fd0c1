/**
 * Every HLS variant as players see it: ffmpeg, GStreamer, VLC, and hls.js in Chromium on the player page.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingPrograms } from "#test/support/programs.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { codings } from "./coding.ts";
import { hlsReaders } from "./hls-reader.ts";
import { isReady } from "./path-state.ts";
import { ffmpegPublisher } from "./publisher.ts";

const skip = missingPrograms(["ffmpeg", "-version"], ["gst-launch-1.0", "--version"], ["sh", "-c", "command -v cvlc"]);
const VARIANTS = ["lowLatency", "fmp4", "mpegts"];

function hlsUrl(sluice: SluiceProcess, path: string): string {
  return `http://127.0.0.1:${String(sluice.hlsPort)}/${path}/index.m3u8`;
}

test("ffmpeg, GStreamer and VLC play each variant of the demo camera", { skip, concurrency: 1 }, async (t) => {
  for (const variant of VARIANTS) {
    await t.test(variant, async (each) => {
      const sluice = await startSluice(each, { config: `hlsVariant: ${variant}\n`, args: ["--demo"] });
      await waitUntil(() => isReady(sluice, "demo"), { what: "the demo camera", timeoutMs: 15_000, pollMs: 100 });
      const outcomes = await Promise.all(
        hlsReaders.map(async (reader) => ({ reader: reader.name, failure: await reader.play(hlsUrl(sluice, "demo")) })),
      );
      assert.deepEqual(
        outcomes.filter(({ failure }) => failure !== undefined),
        [],
      );
    });
  }
});

test("ffmpeg plays every coding that low latency carries", { skip }, async (t) => {
  const sluice = await startSluice(t, { config: "paths:\n  all_others:\n" });
  const pairs = [
    ["H265", "AAC"],
    ["VP9", "Opus"],
    ["H264", "Opus"],
  ];
  for (const names of pairs) {
    const path = names.join("-").toLowerCase();
    const chosen = names.flatMap((name) => codings.filter((coding) => coding.name === name));
    const program = ffmpegPublisher.start(t, { codings: chosen, url: sluice.url(path), carrier: "tcp" });
    await waitUntil(
      () => {
        if (program.ended) throw new Error(program.stderr);
        return isReady(sluice, path);
      },
      { what: path, timeoutMs: 15_000, pollMs: 100 },
    );
    assert.equal(await hlsReaders[0]?.play(hlsUrl(sluice, path)), undefined, `${path}: ${sluice.log()}`);
    await program.stop("SIGINT");
  }
});
