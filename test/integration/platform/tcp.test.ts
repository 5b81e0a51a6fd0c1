/** TCP and TLS connections and listeners of the machine's network, over loopback. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { SluiceError } from "#base/errors.ts";
import type { TcpConnectOptions, TcpListenOptions } from "#base/network.ts";
import { createNetwork } from "#platform/network.ts";
import { createCertificate } from "#test/support/certificate.ts";

const network = createNetwork();

async function listen(t: TestContext, options: Partial<TcpListenOptions> = {}): Promise<{ server: Server; port: number }> {
  const sockets = new Set<Socket>();
  const server = await network.listenTcp({
    host: "127.0.0.1",
    port: 0,
    ...options,
    onConnection: (socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      options.onConnection?.(socket);
    },
  });
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

function connect(t: TestContext, options: TcpConnectOptions): Socket {
  const socket = network.connectTcp(options);
  t.after(() => {
    socket.destroy();
  });
  return socket;
}

/** How an attempt to connect with TLS ended: `undefined` for a connection, or the error. */
async function tlsOutcome(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => {
    socket.once("secureConnect", () => {
      resolve(undefined);
    });
    socket.once("error", resolve);
  });
}

for (const tls of [false, true]) {
  test(`what is read lands in the caller's buffer${tls ? ", with TLS too" : ""}`, async (t) => {
    const certificate = createCertificate();
    const text = "0123456789".repeat(5000);
    const { port } = await listen(t, {
      ...(tls ? { tls: certificate } : {}),
      onConnection: (socket) => void socket.write(text),
    });
    const buffer = Buffer.alloc(4096);
    let received = "";
    const done = new Promise<void>((resolve) => {
      const socket = connect(t, {
        host: "127.0.0.1",
        port,
        ...(tls ? { tls: { fingerprint: certificate.fingerprint } } : {}),
        onRead: {
          buffer,
          callback: (bytes, into) => {
            assert.equal(into, buffer);
            received += into.toString("latin1", 0, bytes);
            if (received.length === text.length) resolve();
            return true;
          },
        },
      });
      socket.on("data", () => assert.fail("onRead replaces data events"));
    });
    await done;
    assert.equal(received, text);
  });
}

test("a reader that returns false is paused until it resumes", async (t) => {
  const { port } = await listen(t, { onConnection: (socket) => void socket.write(Buffer.alloc(20_000)) });
  let calls = 0;
  const socket = connect(t, {
    host: "127.0.0.1",
    port,
    onRead: { buffer: Buffer.alloc(1000), callback: () => (calls += 1) > 1 },
  });
  await once(socket, "connect");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(calls, 1);
  socket.resume();
  while (calls < 20) await new Promise((resolve) => setTimeout(resolve, 5));
});

const certificate = createCertificate();
const other = createCertificate();
const identityCases = [
  { name: "the pinned fingerprint is accepted", fingerprint: certificate.fingerprint, code: undefined },
  {
    name: "the fingerprint may be written without colons and in small letters",
    fingerprint: certificate.fingerprint.replaceAll(":", "").toLowerCase(),
    code: undefined,
  },
  { name: "another fingerprint is refused", fingerprint: other.fingerprint, code: "tls-fingerprint-mismatch" },
  { name: "an empty fingerprint is refused", fingerprint: "", code: "tls-fingerprint-mismatch" },
  { name: "without a fingerprint the authority decides", fingerprint: undefined, code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
];
for (const { name, fingerprint, code } of identityCases) {
  test(`TLS: ${name}`, async (t) => {
    let received = 0;
    const { port } = await listen(t, {
      tls: certificate,
      onConnection: (socket) => void socket.on("data", (chunk: Buffer) => (received += chunk.length)),
    });
    const socket = connect(t, { host: "127.0.0.1", port, tls: fingerprint === undefined ? {} : { fingerprint } });
    socket.once("secureConnect", () => socket.write("secret"));
    const outcome = await tlsOutcome(socket);
    assert.equal((outcome as { code?: string } | undefined)?.code, code);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(received, code === undefined ? 6 : 0);
  });
}

test("a taken TCP port is refused with the process that holds it, and what to do", async (t) => {
  const { port } = await listen(t);
  await assert.rejects(listen(t, { port }), (error: unknown) => {
    assert.ok(error instanceof SluiceError);
    assert.equal(error.code, "port-in-use");
    assert.equal(error.details["pid"], process.pid);
    assert.match(
      error.message,
      new RegExp(`^TCP port ${String(port)} is already in use by \\S+ \\(pid ${String(process.pid)}\\)$`),
    );
    assert.match(error.describe("zh"), new RegExp(`TCP 端口 ${String(port)} 已被占用：\\S+ \\(pid ${String(process.pid)}\\)`));
    assert.match(error.remedy("en"), /--port-fallback/);
    return true;
  });
});

test("an address this machine doesn't have is refused", async (t) => {
  await assert.rejects(listen(t, { host: "203.0.113.9" }), { code: "address-not-available" });
});

test("a listener without a host serves both families", async (t) => {
  const { server, port } = await listen(t, { host: undefined });
  const { address } = server.address() as AddressInfo;
  for (const host of ["127.0.0.1", ...(address === "::" ? ["::1"] : [])]) {
    await once(connect(t, { host, port }), "connect");
  }
});
