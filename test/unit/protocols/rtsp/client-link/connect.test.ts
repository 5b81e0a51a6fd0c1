import assert from "node:assert/strict";
import { Socket } from "node:net";
import { test } from "node:test";
import type { Network } from "#base/network.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import { connect, numericAddress } from "#protocols/rtsp/client-link/connect.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

interface Attempt {
  readonly clock: ManualClock;
  /** Never opened; the test emits what a real one would. */
  readonly socket: Socket;
  readonly abort: AbortController;
  readonly result: Promise<Socket>;
}

function attempt(secure = false): Attempt {
  const clock = new ManualClock();
  const socket = new Socket();
  const abort = new AbortController();
  const network = { connectTcp: () => socket } as Partial<Network> as Network;
  const result = connect({
    network,
    clock,
    host: "cam",
    port: 554,
    secure,
    fingerprint: "",
    connectTimeoutMs: 2000,
    signal: abort.signal,
  });
  return { clock, socket, abort, result };
}

const failing = (code: string): Error => Object.assign(new Error("system says so"), { code });

test("resolves when connected, leaving no timer", async () => {
  const { socket, result, clock } = attempt();
  socket.emit("connect");
  assert.equal(await result, socket);
  assert.deepEqual(clock.openTimers(), []);
});

test("with TLS, resolves only after the handshake", async () => {
  const { socket, result, clock } = attempt(true);
  socket.emit("connect");
  clock.advance(1999);
  socket.emit("secureConnect");
  assert.equal(await result, socket);
});

test("gives up after its time, naming it", async () => {
  const { clock, result, socket } = attempt();
  clock.advance(2000);
  await assert.rejects(result, { code: "source-connect-timeout", details: { host: "cam", port: 554, seconds: 2 } });
  assert.ok(socket.destroyed);
});

for (const [system, code] of [
  ["ECONNREFUSED", "source-port-closed"],
  ["EHOSTUNREACH", "source-unreachable"],
  ["ENOTFOUND", "source-unreachable"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "source-certificate-refused"],
  ["CERT_HAS_EXPIRED", "source-certificate-refused"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "source-certificate-refused"],
] as const) {
  test(`turns ${system} into ${code}`, async () => {
    const { socket, result } = attempt();
    socket.emit("error", failing(system));
    await assert.rejects(result, { code });
  });
}

test("passes an error on that is explained already", async () => {
  const { socket, result } = attempt(true);
  const explained = sourceError("source-forbidden", { details: { host: "cam" } });
  socket.emit("error", explained);
  await assert.rejects(result, explained);
});

test("ends at once when it is aborted", async () => {
  const { abort, result, socket, clock } = attempt();
  abort.abort(sourceError("source-closed"));
  await assert.rejects(result, { code: "source-closed" });
  assert.ok(socket.destroyed);
  assert.deepEqual(clock.openTimers(), []);
});

test("writes mapped addresses plainly, and others as they are", () => {
  assert.equal(numericAddress("::ffff:10.0.0.1"), "10.0.0.1");
  assert.equal(numericAddress("fe80::1"), "fe80::1");
  assert.equal(numericAddress("10.0.0.1"), "10.0.0.1");
});
