/** Nothing of the native module stays open: closed, collected, or left behind by a thread. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { loadNative, RECORD_WORDS, SLOT_BYTES } from "#platform/native.ts";
import { createNetwork } from "#platform/network.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const CYCLES = 1000;
const { native } = loadNative(process.env);
const skip = native === undefined ? "the native module is not built (scripts/native)" : false;

/** Sockets among this process's descriptors. */
function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

for (const [name, network] of [
  ["dgram", createNetwork()],
  ["native", createNetwork({ native })],
] as const) {
  test(
    `${name}: a thousand sockets opened, used and closed leave no descriptor`,
    { skip: name === "native" && skip },
    async () => {
      const before = openDescriptors();
      const batch = { buffer: Buffer.alloc(300), offsets: Uint32Array.of(0, 100), lengths: Uint32Array.of(100, 100), count: 2 };
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        const socket = await network.bindUdp({ address: "127.0.0.1", port: 0 });
        const received = new Promise<void>((resolve) => {
          socket.onDatagram(() => {
            resolve();
          });
        });
        assert.equal(socket.sendBatch(batch, [socket.destination(socket)]), 2);
        if (cycle % 3 > 0) await received;
        socket.close();
      }
      await waitUntil(() => openDescriptors() <= before, { what: "the descriptors to go" });
    },
  );
}

test("native: a socket nobody holds any more is closed", { skip }, async () => {
  if (native === undefined) return;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const before = openDescriptors();
  for (let count = 0; count < 50; count += 1) native.udpOpen("127.0.0.1", 0, 0, 0, 0);
  assert.ok(openDescriptors() >= before + 50);
  await waitUntil(
    () => {
      collect();
      return openDescriptors() <= before;
    },
    { what: "the collector to close them" },
  );
});

test("native: a thread that ends takes its sockets with it", { skip }, async () => {
  const before = openDescriptors();
  for (const end of ["exit", "terminate"] as const) {
    const worker = new Worker(
      `const { workerData, parentPort } = require("node:worker_threads");
       const loaded = { exports: {} };
       process.dlopen(loaded, workerData.path);
       const native = loaded.exports;
       native.udpReceiveInto(new Uint8Array(workerData.bytes), new Int32Array(workerData.words));
       for (let index = 0; index < 10; index += 1) {
         const socket = native.udpOpen("127.0.0.1", 0, 0, 0, 0);
         if (index > 4) native.udpStart(socket, () => {});
       }
       parentPort.postMessage("open");
       if (workerData.end === "exit") process.exit(0);`,
      { eval: true, workerData: { path: modulePath(), bytes: SLOT_BYTES, words: RECORD_WORDS, end } },
    );
    const exited = new Promise((resolve) => worker.once("exit", resolve));
    await new Promise((resolve) => worker.once("message", resolve));
    if (end === "terminate") await worker.terminate();
    await exited;
  }
  await waitUntil(() => openDescriptors() <= before, { what: "the descriptors to go" });
});

function modulePath(): string {
  const folder = process.env["SLUICE_NATIVE_DIR"] ?? `${import.meta.dirname}/../../../build/native`;
  return `${folder}/sluice-${process.arch}.node`;
}
