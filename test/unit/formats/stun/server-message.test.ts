/** What STUN and TURN servers are asked and answer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { printAttribute, printHeader, readXorAddress, setLength, xorAddress } from "#formats/stun/encoding.ts";
import { hasIntegrity, parseStun } from "#formats/stun/message.ts";
import { longTermKey, parseServerMessage, printSendIndication, printServerRequest } from "#formats/stun/server-message.ts";

const transactionId = Buffer.from("b7e7a701bc34d686fa87dfae", "hex");
const whole = (buffer: Buffer): { start: number; end: number } => ({ start: 0, end: buffer.length });

test("the answer of RFC 5769 §2.2 gives the address it maps to, the one of §2.3 an IPv6 address", () => {
  const four = Buffer.from(
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96",
    "hex",
  );
  const six = Buffer.from(
    "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c",
    "hex",
  );
  const [first, second] = [parseServerMessage(four, whole(four)), parseServerMessage(six, whole(six))];
  assert.ok(first?.kind === "answer" && second?.kind === "answer");
  assert.deepEqual(first.mapped, { address: "192.0.2.1", port: 32_853 });
  assert.deepEqual(second.mapped, { address: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853 });
  assert.ok(hasIntegrity(first, { buffer: four, range: whole(four) }, "VOkJxbRl1RmTxUk/WvJxBt"));
  assert.ok(!hasIntegrity(first, { buffer: four, range: whole(four) }, "another"));
});

test("a request with long-term credentials is signed with their key, and one without isn't", () => {
  const key = longTermKey("user", "realm", "pass");
  assert.equal(key.toString("hex"), "8493fbc53ba582fb4c044c456bdc40eb"); // RFC 8489 §9.2.2
  const credentials = { username: "user", realm: "realm", nonce: "n0nce", key };
  const signed = printServerRequest({ method: "allocate", transactionId, credentials });
  const read = parseStun(signed, whole(signed));
  assert.equal(read?.username, "user");
  assert.ok(hasIntegrity(read, { buffer: signed, range: whole(signed) }, key));
  const plain = printServerRequest({ method: "binding", transactionId });
  assert.equal(plain.toString("hex"), "000100002112a442b7e7a701bc34d686fa87dfae");
});

test("what is relayed comes with its sender, and goes with its receiver", () => {
  const peer = { address: "198.51.100.7", port: 50_001 };
  const sent = printSendIndication(transactionId, peer, Buffer.from("media"));
  assert.equal(sent.length, 20 + 12 + 4 + 8);
  const received = Buffer.from(sent);
  received.writeUInt16BE(0x0017, 0);
  assert.deepEqual(parseServerMessage(received, whole(received)), { kind: "data", peer, data: Buffer.from("media") });
});

test("an error says its code, realm and nonce", () => {
  const attributes = [
    printAttribute(0x0009, Buffer.concat([Buffer.of(0, 0, 4, 38), Buffer.from("Stale Nonce")])),
    printAttribute(0x0014, Buffer.from("box")),
    printAttribute(0x0015, Buffer.from("fresh")),
  ];
  const message = setLength(Buffer.concat([printHeader(0x0113, transactionId), ...attributes]));
  const expected = { kind: "error", transactionId, code: 438, realm: "box", nonce: "fresh" };
  assert.deepEqual(parseServerMessage(message, whole(message)), expected);
});

test("halves, wrong lengths and attributes that reach beyond are no messages", () => {
  const good = printSendIndication(transactionId, { address: "198.51.100.7", port: 1 }, Buffer.from("12345"));
  good.writeUInt16BE(0x0017, 0);
  for (let length = 0; length < good.length; length += 1) {
    assert.equal(parseServerMessage(good.subarray(0, length), { start: 0, end: length }), undefined);
  }
  const long = Buffer.from(good);
  long.writeUInt16BE(0xffff, 34);
  assert.equal(parseServerMessage(long, whole(long)), undefined);
});

test("an address survives its mask, and anything else isn't one", () => {
  for (const address of ["0.0.0.0", "203.0.113.255", "2001:db8:0:0:0:0:0:1"]) {
    assert.deepEqual(readXorAddress(transactionId, xorAddress(transactionId, { address, port: 65_535 })), {
      address,
      port: 65_535,
    });
  }
  for (const bytes of [[], [0, 1], [0, 3, 0, 0, 1, 2, 3, 4], [0, 1, 0, 0, 1, 2, 3]]) {
    assert.equal(readXorAddress(transactionId, Buffer.from(bytes)), undefined);
  }
});
