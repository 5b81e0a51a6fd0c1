/**
 * What a `TcpFanOut` does: one slice to many connections, without waiting, each with its own result.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { test, type TestContext } from "node:test";
import type { Network, TcpFanOut } from "#base/network.ts";
import { createCertificate } from "#test/support/certificate.ts";

/** A connection as both ends see it: `near` is what is written to. */
interface Connection {
  readonly near: Socket;
  readonly far: Socket;
}

/** Runs the suite on the fan-out of `network`; `name` says which. */
export function testTcpFanOut(name: string, network: Network & { readonly fanOut: TcpFanOut }): void {
  const { fanOut } = network;

  async function connections(t: TestContext, count: number): Promise<readonly Connection[]> {
    const accepted: Socket[] = [];
    const server = await network.listenTcp({ host: "127.0.0.1", port: 0, onConnection: (socket) => void accepted.push(socket) });
    const { port } = server.address() as AddressInfo;
    const pairs: Connection[] = [];
    t.after(() => {
      server.close();
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
    });
    for (let index = 0; index < count; index += 1) {
      const far = network.connectTcp({ host: "127.0.0.1", port });
      await Promise.all([once(far, "connect"), accepted.length > index ? undefined : once(server, "connection")]);
      const near = accepted[index];
      assert.ok(near);
      pairs.push({ near, far });
    }
    return pairs;
  }

  function descriptorsOf(pairs: readonly Connection[]): Int32Array {
    return Int32Array.from(pairs, ({ near }) => fanOut.descriptor(near));
  }

  async function read(socket: Socket, bytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      total += (chunk as Buffer).length;
      if (total >= bytes) break;
    }
    return Buffer.concat(chunks);
  }

  test(`${name}: one slice reaches every connection, beside what the runtime writes`, async (t) => {
    const pairs = await connections(t, 20);
    const buffer = Buffer.alloc(30_000, "abcdefg");
    const results = new Int32Array(20);
    fanOut.write(descriptorsOf(pairs), { buffer, start: 5, end: 20_005, count: 20 }, results);
    assert.deepEqual(results, new Int32Array(20).fill(20_000));
    for (const { near, far } of pairs) {
      near.write("tail");
      assert.deepEqual(await read(far, 20_004), Buffer.concat([buffer.subarray(5, 20_005), Buffer.from("tail")]));
    }
  });

  test(`${name}: a full connection takes what fits, then nothing, and holds nobody up`, async (t) => {
    const pairs = await connections(t, 2);
    const buffer = Buffer.alloc(256 * 1024, 1);
    const results = new Int32Array(2);
    let taken = 0;
    const [, quick] = pairs;
    quick?.far.resume();
    for (let round = 0; round < 200; round += 1) {
      fanOut.write(descriptorsOf(pairs.slice(0, 1)), { buffer, start: 0, end: buffer.length, count: 1 }, results);
      taken += results[0] ?? 0;
      if (results[0] === 0) break;
    }
    assert.equal(results[0], 0);
    assert.ok(taken > 0);
    fanOut.write(descriptorsOf(pairs), { buffer, start: 0, end: 1000, count: 2 }, results);
    assert.deepEqual([...results], [0, 1000]);
  });

  test(`${name}: a connection its peer has closed gives an error, the others go on`, async (t) => {
    const pairs = await connections(t, 3);
    const [first, second] = pairs;
    assert.ok(first && second);
    const closed = new Promise((resolve) => first.near.on("error", () => undefined).once("close", resolve));
    first.far.resetAndDestroy();
    await closed;
    assert.equal(fanOut.descriptor(first.near), -1);
    const results = new Int32Array(3);
    fanOut.write(descriptorsOf(pairs), { buffer: Buffer.from("hello"), start: 0, end: 5, count: 3 }, results);
    assert.ok((results[0] ?? 0) < 0);
    assert.deepEqual([...results.subarray(1)], [5, 5]);
    assert.equal((await read(second.far, 5)).toString(), "hello");
  });

  test(`${name}: there is no descriptor behind TLS and behind what isn't connected`, async (t) => {
    const { key, cert, fingerprint } = createCertificate();
    const accepted: Socket[] = [];
    const onConnection = (socket: Socket): void => void accepted.push(socket);
    const server = await network.listenTcp({ host: "127.0.0.1", port: 0, tls: { key, cert }, onConnection });
    const client = network.connectTcp({ host: "127.0.0.1", port: (server.address() as AddressInfo).port, tls: { fingerprint } });
    t.after(() => {
      server.close();
      for (const socket of [client, ...accepted]) socket.destroy();
    });
    assert.equal(fanOut.descriptor(client), -1);
    await Promise.all([once(client, "secureConnect"), once(server, "secureConnection")]);
    assert.deepEqual(
      [client, ...accepted].map((socket) => fanOut.descriptor(socket)),
      [-1, -1],
    );
  });

  test(`${name}: a limited connection keeps little in the kernel`, async (t) => {
    const pairs = await connections(t, 2);
    const [limited] = pairs;
    assert.ok(limited);
    network.limitSendBuffer(limited.near, 64 * 1024);
    const buffer = Buffer.alloc(64 * 1024, 1);
    const results = new Int32Array(2);
    const taken = [0, 0];
    for (let round = 0; round < 300; round += 1) {
      fanOut.write(descriptorsOf(pairs), { buffer, start: 0, end: buffer.length, count: 2 }, results);
      for (const [index, bytes] of results.entries()) taken[index] = (taken[index] ?? 0) + bytes;
      await new Promise((resolve) => setImmediate(resolve));
    }
    // What the peer's kernel takes in is the same for both.
    const [small = 0, large = 0] = taken;
    assert.ok(small > 0 && large - small > 512 * 1024, `${String(small)} and ${String(large)} bytes taken`);
  });

  test(`${name}: what a listener accepts has its limit`, async (t) => {
    const server = await network.listenTcp({ host: "127.0.0.1", port: 0, onConnection: () => undefined });
    t.after(() => server.close());
    network.limitSendBuffer(server, 64 * 1024);
    const accepted = once(server, "connection") as Promise<[Socket]>;
    const client = network.connectTcp({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
    t.after(() => client.destroy());
    const [near] = await accepted;
    t.after(() => near.destroy());
    const buffer = Buffer.alloc(64 * 1024, 1);
    const results = new Int32Array(1);
    let taken = 0;
    for (let round = 0; round < 300; round += 1) {
      fanOut.write(Int32Array.of(fanOut.descriptor(near)), { buffer, start: 0, end: buffer.length, count: 1 }, results);
      taken += Math.max(0, results[0] ?? 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
    // The client doesn't read: its kernel takes in what it likes, and ours adds little.
    const unlimited = 4 * 1024 * 1024;
    assert.ok(taken > 0 && taken < unlimited, `${String(taken)} bytes taken`);
  });

  test(`${name}: a slice or a count beyond the memory is refused before anything is sent`, async (t) => {
    const pairs = await connections(t, 1);
    const buffer = Buffer.alloc(10);
    const write = (what: { start: number; end: number; count: number }) => () => {
      fanOut.write(descriptorsOf(pairs), { buffer, ...what }, new Int32Array(1));
    };
    assert.throws(write({ start: 0, end: 11, count: 1 }), RangeError);
    assert.throws(write({ start: 8, end: 7, count: 1 }), RangeError);
    assert.throws(write({ start: -1, end: 7, count: 1 }), RangeError);
    assert.throws(write({ start: 0, end: 1, count: 2 }), RangeError);
    assert.equal(pairs[0]?.far.bytesRead, 0);
  });
}
