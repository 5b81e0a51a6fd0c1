/** How long a start takes. CPU is measured, not the clock, so that what else the machine does doesn't count. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { startSluice } from "#test/support/sluice-process.ts";

const MAX_CPU_SECONDS = 1.5;
/** Of /proc: sysconf(_SC_CLK_TCK), 100 on every Linux. */
const TICKS_PER_SECOND = 100;

test("with 200 paths it listens within 1.5 s", async (t) => {
  const paths = Array.from({ length: 200 }, (_, index) => {
    const number = String(index);
    return `  cam${number}:\n    source: rtsp://admin:pass@127.0.0.1:9/ch/${number}\n    sourceOnDemand: yes\n    maxReaders: 4\n`;
  });
  const config = `paths:\n${paths.join("")}`;
  // The very first start after a change of the source compiles it, and keeps that when it ends.
  await (await startSluice(t, { config })).stop();
  const sluice = await startSluice(t, { config });
  // utime and stime, the 14th and 15th field: proc(5).
  const fields =
    readFileSync(`/proc/${String(sluice.program.child.pid)}/stat`, "utf8")
      .split(") ")[1]
      ?.split(" ") ?? [];
  const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  assert.ok(seconds <= MAX_CPU_SECONDS, `${String(seconds)} s of CPU`);
});
