/** Fault F16: the process may have 128 descriptors and a crowd comes. Cameras and readers that are there go on; with room again, so do others. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import { missingPrograms } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { WatchedReader } from "./watched-reader.ts";

const LIMIT = 128;
const CROWD = 300;
const HELD_MS = 5000;
/** After the crowd has left. */
const RECOVERY_MS = 2000;
const skip = missingPrograms(["prlimit", "--version"]);

test(
  "128 descriptors and a crowd of 300: cameras and readers lose nothing, and 2 s after it newcomers are served",
  { skip },
  async (t) => {
    const sluice = await startSluice(t, {
      config: "paths: {}",
      args: ["--demo"],
      through: ["prlimit", `--nofile=${String(LIMIT)}:${String(LIMIT)}`],
    });
    const reader = await WatchedReader.open(t, sluice, "demo");
    const crowd: Socket[] = [];
    for (let index = 0; index < CROWD; index += 1) {
      const socket = connect({ host: "127.0.0.1", port: index % 3 === 0 ? sluice.apiPort : sluice.rtspPort });
      socket.on("error", () => undefined);
      crowd.push(socket);
    }
    t.after(() => crowd.forEach((socket) => socket.destroy()));
    const until = performance.now() + HELD_MS;
    await waitUntil(() => performance.now() > until, { what: "some seconds", timeoutMs: 2 * HELD_MS, pollMs: 100 });
    await reader.isWell("while the crowd is there");
    assert.equal(sluice.program.ended, false, sluice.log());
    const lines = sluice.log().split("\n").length;
    for (const socket of crowd) socket.destroy();
    const began = performance.now();
    await waitUntil(
      async () => {
        const client = await RtspClient.connect({ port: sluice.rtspPort });
        const { status } = await client.request("OPTIONS", sluice.url("demo")).finally(() => client.close());
        return status === 200;
      },
      { what: "an answer", timeoutMs: RECOVERY_MS + 28_000, pollMs: 20 },
    );
    const recovery = performance.now() - began;
    await reader.isWell("after it");
    t.diagnostic(
      `answered ${String(Math.round(recovery))} ms after; ${String(reader.received)} packets, ${String(reader.lost)} lost; ${String(lines)} lines of log`,
    );
    assert.ok(recovery < RECOVERY_MS, `${String(recovery)} ms`);
    assert.ok(lines < 60, sluice.log());
  },
);
