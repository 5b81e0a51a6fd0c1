/** Which messages are left of a client's flight that comes again. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { RepeatedKeyExchange } from "#protocols/webrtc/dtls/repeated-key-exchange.ts";

const CERTIFICATE = 11;
const KEY_EXCHANGE = 16;

/** A handshake message of `length` bytes, whole or a fragment of it. */
function message(type: number, length: number, fragment = { at: 0, length }): Buffer {
  const bytes = Buffer.alloc(12 + fragment.length, type);
  bytes.writeUIntBE(length, 1, 3);
  bytes.writeUInt16BE(0, 4);
  bytes.writeUIntBE(fragment.at, 6, 3);
  bytes.writeUIntBE(fragment.length, 9, 3);
  return bytes;
}

function record(messages: readonly Buffer[], { type = 22, epoch = 0 } = {}): Buffer {
  const body = Buffer.concat(messages);
  const header = Buffer.alloc(13);
  header[0] = type;
  header.writeUInt16BE(0xfefd, 1);
  header.writeUInt16BE(epoch, 3);
  header.writeUInt16BE(body.length, 11);
  return Buffer.concat([header, body]);
}

void suite("a repeated key exchange", () => {
  test("is taken out of a record that holds other messages too", () => {
    const repeated = new RepeatedKeyExchange();
    const flight = record([message(CERTIFICATE, 30), message(KEY_EXCHANGE, 33)]);
    assert.equal(repeated.filter(flight), flight, "the first copy passes as it is");
    assert.deepEqual(repeated.filter(flight), record([message(CERTIFICATE, 30)]));
  });

  test("takes its record with it where it was alone there, and leaves the others", () => {
    const repeated = new RepeatedKeyExchange();
    const exchange = record([message(KEY_EXCHANGE, 33)]);
    const change = record([Buffer.of(1)], { type: 20 });
    repeated.filter(exchange);
    assert.deepEqual(repeated.filter(Buffer.concat([exchange, change])), change);
  });

  test("passes in fragments until it was whole", () => {
    const repeated = new RepeatedKeyExchange();
    const [first, second] = [
      { at: 0, length: 20 },
      { at: 20, length: 13 },
    ].map((part) => record([message(KEY_EXCHANGE, 33, part)]));
    assert.ok(first !== undefined && second !== undefined);
    for (const each of [first, first, second]) assert.equal(repeated.filter(each), each);
    assert.equal(repeated.filter(first).length, 0);
  });

  test("isn't looked for in encrypted records, nor in what breaks off", () => {
    const repeated = new RepeatedKeyExchange();
    repeated.filter(record([message(KEY_EXCHANGE, 33)]));
    const whole = record([message(KEY_EXCHANGE, 33)]);
    for (const datagram of [
      record([message(KEY_EXCHANGE, 33)], { epoch: 1 }),
      Buffer.alloc(0),
      ...Array.from({ length: whole.length - 1 }, (_, length) => whole.subarray(0, length + 1)),
    ]) {
      assert.equal(repeated.filter(datagram), datagram);
    }
  });
});
