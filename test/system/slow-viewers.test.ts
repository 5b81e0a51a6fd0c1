/** Viewers of HLS that ask and don't take what they get: other viewers, of whatever protocol, don't notice, and memory stays. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { WatchedReader } from "./watched-reader.ts";

const SLOW_VIEWERS = 24;
/** Each asks for the same segment so often, at once: far more than the kernel keeps for it. */
const ASKED = 60;
const MAX_GROWTH_BYTES = 24 * 1024 * 1024;
const patient = { timeoutMs: 60_000, pollMs: 200 } as const;

test("viewers of HLS that take nothing cost others nothing", { timeout: 150_000 }, async (t) => {
  const sluice = await startSluice(t, { config: "paths: {}", args: ["--demo"] });
  const base = `http://127.0.0.1:${String(sluice.hlsPort)}/demo/`;
  const reader = await WatchedReader.open(t, sluice, "demo");
  let packets = 0;
  const whep = `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`;
  const viewer = await WhepViewer.open({ url: whep, onRtp: () => (packets += 1) });
  t.after(() => viewer.close());
  const playlist = await firstUri(new URL(`${base}index.m3u8`));
  let segment: URL | undefined;
  await waitUntil(
    async () => {
      const lines = (await (await fetch(playlist)).text()).split("\n");
      const name = lines.find((line) => line !== "" && !line.startsWith("#") && !line.startsWith("gap"));
      segment = name === undefined ? undefined : new URL(name, playlist);
      return segment !== undefined;
    },
    { what: "a segment", ...patient },
  );
  const pid = sluice.program.child.pid ?? 0;
  const before = anonymousBytes(pid);
  const sockets: Socket[] = [];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  const path = `${segment?.pathname ?? ""}${segment?.search ?? ""}`;
  for (let index = 0; index < SLOW_VIEWERS; index += 1) {
    const socket = connect(sluice.hlsPort, "127.0.0.1");
    socket.on("error", () => undefined).pause();
    sockets.push(socket);
    await once(socket, "connect");
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.repeat(ASKED));
  }
  for (let round = 0; round < 10; round += 1) {
    const [from, seen] = [performance.now(), packets];
    assert.equal((await fetch(playlist)).status, 200);
    assert.ok(performance.now() - from < 5000, "the next viewer of HLS is answered");
    await reader.isWell("beside slow viewers");
    await waitUntil(() => packets > seen + 10, { what: "WebRTC beside slow viewers", ...patient });
  }
  const growth = anonymousBytes(pid) - before;
  t.diagnostic(`${String(SLOW_VIEWERS)} slow viewers: ${(growth / 2 ** 20).toFixed(1)} MiB`);
  assert.ok(growth < MAX_GROWTH_BYTES, `${String(growth)} bytes`);
});

async function firstUri(index: URL): Promise<URL> {
  const answer = await fetch(index);
  assert.equal(answer.status, 200);
  const line = (await answer.text()).split("\n").find((text) => text !== "" && !text.startsWith("#"));
  return new URL(line ?? "", index);
}

function anonymousBytes(pid: number): number {
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024;
}
