/**
 * Readers that start live, as ffmpeg shows it: `-f null` counts in whole frames, and calls it an error when two pictures fall
 * on one, or sound goes back in time. ffmpeg as publisher sends sound late, several frames to a packet.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingPrograms, runProgram } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { codings } from "./coding.ts";
import { isReady } from "./path-state.ts";
import { carriers, publishers } from "./publisher.ts";

const JOINS = 2;
const skip = missingPrograms(
  ["ffmpeg", "-version"],
  ["gst-launch-1.0", "--version"],
  ["gst-inspect-1.0", "--exists", "rtspclientsink"],
);
const named = (name: string) => codings.filter((coding) => coding.name === name);

test("ffmpeg shows pictures with sound from a live start without a complaint", { skip }, async (t) => {
  const sluice = await startSluice(t, { config: "rtspTransports: [udp, tcp]\npaths:\n  all_others:\n" });
  for (const publisher of publishers) {
    for (const sound of ["AAC", "Opus"]) {
      await t.test(`${publisher.name} with ${sound}`, async (each) => {
        const path = `${publisher.name}-${sound}`.toLowerCase();
        const url = sluice.url(path);
        const what = { codings: [...named("H264"), ...named(sound)], url, carrier: "tcp" } as const;
        const program = publisher.start(each, what);
        const ready = (): Promise<boolean> => isReady(sluice, path);
        await waitUntil(ready, { what: `${path} to be ready`, timeoutMs: 30_000, pollMs: 100 });
        for (const carrier of carriers) {
          for (let join = 0; join < JOINS; join += 1) {
            const input = ["-nostdin", "-v", "error", "-rtsp_transport", carrier, "-i", url, "-t", "1"];
            const { code, stderr } = await runProgram("ffmpeg", [...input, "-f", "null", "-"], { timeoutMs: 30_000 });
            assert.equal(code, 0, stderr);
            assert.equal(stderr, "", `over ${carrier}; publisher: ${program.stderr}`);
          }
        }
      });
    }
  }
});
