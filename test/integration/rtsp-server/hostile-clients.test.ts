import assert from "node:assert/strict";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import { RtspClient, tcpTransport } from "#test/peers/rtsp-client.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { HandPublisher, type TestServer } from "#test/support/rtsp-server.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { connected, started } from "./test-server.ts";

const FLOOD_ADDRESS = "192.0.2.9";

/** Sends and waits for the server to hang up. */
async function refusedAfter(t: TestContext, server: TestServer, bytes: Buffer | string): Promise<RtspClient> {
  const client = await connected(t, server);
  client.send(bytes);
  await client.ended();
  return client;
}

const malformed: readonly { name: string; bytes: Buffer | string }[] = [
  { name: "bytes that are no message", bytes: "\x16\x03\x01\x02\x00\x01" },
  { name: "a message that isn't RTSP", bytes: "HELO mail.example\r\n\r\n" },
  { name: "a header line without colon", bytes: "OPTIONS * RTSP/1.0\r\nCSeq 1\r\n\r\n" },
  { name: "an address longer than allowed", bytes: `OPTIONS rtsp://h/${"a".repeat(4000)} RTSP/1.0\r\nCSeq: 1\r\n\r\n` },
  { name: "a header value longer than allowed", bytes: `OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nX: ${"a".repeat(5000)}\r\n\r\n` },
  { name: "ten thousand headers", bytes: `OPTIONS * RTSP/1.0\r\n${"X: y\r\n".repeat(10_000)}\r\n` },
  {
    name: "a body of a declared gigabyte",
    bytes: "ANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 1073741824\r\n\r\n",
  },
  { name: "a negative body length", bytes: "ANNOUNCE rtsp://h/a RTSP/1.0\r\nCSeq: 1\r\nContent-Length: -1\r\n\r\n" },
  { name: "a line without end", bytes: "A".repeat(200_000) },
  { name: "HTTP after RTSP", bytes: "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\nGET / HTTP/1.1\r\n\r\n" },
  { name: "two hundred requests at once", bytes: "DESCRIBE rtsp://h/cam RTSP/1.0\r\nCSeq: 1\r\n\r\n".repeat(200) },
];
for (const { name, bytes } of malformed) {
  test(`${name} ends that connection and nothing else`, async (t) => {
    const server = await started(t);
    const publisher = await HandPublisher.open(server.registry, "cam", false);
    const reader = await connected(t, server);
    await reader.read(server.url("cam"));
    await refusedAfter(t, server, bytes);
    const before = reader.frames.length;
    publisher.video("d1", 3600);
    await waitUntil(() => reader.frames.length > before, { what: "media of the other reader" });
    await waitUntil(() => server.server.connections().length === 1, { what: "the hostile connection to be gone" });
  });
}

test("says 400 before it hangs up on a malformed message", async (t) => {
  const server = await started(t);
  const client = await refusedAfter(t, server, "OPTIONS * RTSP/1.0\r\nnonsense\r\n\r\n");
  assert.equal(client.responses[0]?.status, 400);
});

const answered400: readonly { name: string; request: string }[] = [
  { name: "without CSeq", request: "OPTIONS * RTSP/1.0\r\n\r\n" },
  { name: "of a path with a backslash", request: "DESCRIBE rtsp://h/a\\b RTSP/1.0\r\nCSeq: 1\r\n\r\n" },
  { name: "of a path with broken escapes", request: "DESCRIBE rtsp://h/%zz RTSP/1.0\r\nCSeq: 1\r\n\r\n" },
];
for (const { name, request } of answered400) {
  test(`a request ${name} is answered with 400, and the connection goes on`, async (t) => {
    const server = await started(t);
    const client = await connected(t, server);
    client.send(request);
    assert.equal((await client.response()).status, 400);
    assert.equal((await client.request("OPTIONS", "*")).status, 200);
  });
}

test("RTSP 2.0 is answered with 505", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  client.send("OPTIONS * RTSP/2.0\r\nCSeq: 1\r\n\r\n");
  assert.equal((await client.response()).status, 505);
});

test("frames nobody set up are dropped, whatever their length says", async (t) => {
  const server = await started(t);
  const client = await connected(t, server);
  client.send(Buffer.concat([Buffer.from([0x24, 200, 0, 5]), Buffer.from("12345"), Buffer.from([0x24, 0, 0, 0])]));
  client.send(Buffer.concat([Buffer.from([0x24, 7, 0xff, 0xff]), Buffer.alloc(65_535)]));
  assert.equal((await client.request("OPTIONS", "*")).status, 200);
});

const slow = [
  { name: "nothing at all", bytes: "" },
  { name: "half a request", bytes: "OPTIONS * RTS" },
  { name: "half a body", bytes: "ANNOUNCE rtsp://h/cam RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 100\r\n\r\nv=0" },
  { name: "half a frame", bytes: "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n$\0\x01" },
  { name: "half a tunnel request", bytes: "GET / HTTP/1.1\r\nx-sessioncookie: 1" },
  { name: "a POST half without its GET", bytes: "POST / HTTP/1.1\r\nx-sessioncookie: 1\r\n\r\n" },
  { name: "a GET half without its POST", bytes: "GET / HTTP/1.1\r\nx-sessioncookie: 1\r\n\r\n" },
];
for (const { name, bytes } of slow) {
  test(`a client that sends ${name} is closed after ten seconds`, async (t) => {
    const clock = new ManualClock();
    const server = await started(t, { clock });
    const client = await connected(t, server);
    client.send(bytes);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await clock.run(9000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(client.closed, false);
    await clock.run(2100);
    await client.ended();
    assert.deepEqual(server.server.connections(), []);
  });
}

test("sending one byte now and then doesn't lengthen the ten seconds of a request", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { clock });
  const client = await connected(t, server);
  for (const byte of "OPTIONS * RT") {
    client.send(byte);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await clock.run(1000);
  }
  await client.ended();
});

test("a connection that stays idle after its requests is closed after a minute", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { clock });
  const client = await connected(t, server);
  await client.request("OPTIONS", "*");
  await clock.run(59_000);
  assert.equal(client.closed, false);
  await clock.run(2000);
  await client.ended();
});

test("a client that never reads its answers is closed after writeTimeout at the latest", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { clock });
  const socket = connect({ port: server.port, host: "127.0.0.1" });
  t.after(() => socket.destroy());
  socket.on("error", () => undefined);
  socket.pause();
  // The answer repeats the long CSeq: some MiB fill the kernel's buffers.
  const request = Buffer.from(`OPTIONS * RTSP/1.0\r\nCSeq: ${"1".repeat(2000)}\r\n\r\n`.repeat(10));
  for (let round = 0; round < 400 && !socket.destroyed; round += 1) {
    socket.write(request);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await clock.run(12_000);
  await waitUntil(() => server.server.connections().length === 0, { what: "the connection to be closed" });
});

test("a flood of half-open connections from one address throws out its own oldest, not those who play", async (t) => {
  let address = FLOOD_ADDRESS;
  const server = await started(t, { seenFrom: () => address });
  const publisher = await HandPublisher.open(server.registry, "cam", false);
  const reader = await connected(t, server);
  await reader.read(server.url("cam"));
  const flood: RtspClient[] = [];
  for (let count = 0; count < 100; count += 1) flood.push(await connected(t, server));
  await waitUntil(() => flood.filter((client) => !client.closed).length === 32, { what: "the flood to shrink" });
  assert.deepEqual(
    flood.map((client) => client.closed),
    [...Array<boolean>(68).fill(true), ...Array<boolean>(32).fill(false)],
  );
  address = "192.0.2.10";
  const other = await connected(t, server);
  assert.equal((await other.request("OPTIONS", "*")).status, 200);
  const before = reader.frames.length;
  publisher.video("d1", 3600);
  await waitUntil(() => reader.frames.length > before, { what: "media of the reader" });
});

test("over the total limit the oldest unfinished connection goes; when all play, newcomers do", async (t) => {
  const server = await started(t, { limits: { perAddress: 32, total: 3 } });
  await HandPublisher.open(server.registry, "cam", false);
  const clients: RtspClient[] = [];
  for (let count = 0; count < 4; count += 1) clients.push(await connected(t, server));
  await clients[0]?.ended();
  for (const client of clients.slice(1)) await client.read(server.url("cam"));
  const late = await connected(t, server);
  await late.ended();
  assert.equal(
    clients.slice(1).some((client) => client.closed),
    false,
  );
});

test("loopback may open any number of connections within the total limit", async (t) => {
  const server = await started(t);
  const clients: RtspClient[] = [];
  for (let count = 0; count < 50; count += 1) clients.push(await connected(t, server));
  for (const client of clients) assert.equal((await client.request("OPTIONS", "*")).status, 200);
});

test("joins and leaves without end leave nothing behind", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  for (let round = 0; round < 100; round += 1) {
    const client = await RtspClient.connect({ port: server.port });
    await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0));
    await client.request("PLAY", server.url("cam"), client.withSession());
    client.close();
  }
  await waitUntil(() => server.server.connections().length === 0, { what: "all connections to end" });
  assert.deepEqual(server.server.sessions(), []);
  assert.deepEqual(server.registry.find("cam")?.readers, []);
});

test("closes every socket within two seconds, whatever state it is in", async (t) => {
  const server = await started(t);
  await HandPublisher.open(server.registry);
  const clients: RtspClient[] = [];
  for (const bytes of [
    "",
    "OPTIONS * RTS",
    "GET / HTTP/1.1\r\nx-sessioncookie: 9\r\n\r\n",
    "POST / HTTP/1.1\r\nx-sessioncookie: 8\r\n\r\n",
  ]) {
    const client = await connected(t, server);
    client.send(bytes);
    clients.push(client);
  }
  const reader = await connected(t, server);
  await reader.read(server.url("cam"));
  clients.push(reader);
  const before = performance.now();
  await server.close();
  for (const client of clients) await client.ended(2000);
  assert.ok(performance.now() - before < 2000);
  assert.deepEqual(server.server.sessions(), []);
});
