import assert from "node:assert/strict";
import { test } from "node:test";
import {
  hasIntegrity,
  isStun,
  MAX_STUN_BYTES,
  parseStun,
  printBindingError,
  printBindingSuccess,
} from "#formats/stun/message.ts";
import { bindingRequest } from "#test/peers/stun-client.ts";

const transactionId = Buffer.from("b7e7a701bc34d686fa87dfae", "hex");
const whole = (buffer: Buffer) => ({ start: 0, end: buffer.length });

test("the sample request of RFC 5769 2.1 is read, and its password fits", () => {
  const sample = Buffer.from(
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36" +
      "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf",
    "hex",
  );
  const message = parseStun(sample, whole(sample));
  assert.ok(message);
  assert.equal(message.kind, "request");
  assert.equal(message.username, "evtj:h6vY");
  assert.equal(message.controlled, true);
  assert.deepEqual(message.transactionId, transactionId);
  assert.equal(hasIntegrity(message, { buffer: sample, range: whole(sample) }, "VOkJxbRl1RmTxUk/WvJxBt"), true);
  assert.equal(hasIntegrity(message, { buffer: sample, range: whole(sample) }, "VOkJxbRl1RmTxUk/WvJxBu"), false);
});

test("a check of a browser: who it is for, and that it nominates", () => {
  const request = bindingRequest({ transactionId, username: "ours:theirs", password: "secret", nominate: true });
  const inside = Buffer.concat([Buffer.alloc(9), request, Buffer.alloc(9)]);
  const range = { start: 9, end: 9 + request.length };
  const message = parseStun(inside, range);
  assert.ok(message);
  assert.deepEqual([message.username, message.useCandidate, message.controlled], ["ours:theirs", true, false]);
  assert.equal(hasIntegrity(message, { buffer: inside, range }, "secret"), true);
});

const addresses = [
  { address: "192.0.2.1", port: 32_853, expected: "002000080001a147e112a643" },
  { address: "2001:db8:1234:5678:11:2233:4455:6677", port: 32_853, expected: "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9" },
];
for (const { address, port, expected } of addresses) {
  test(`an answer tells ${address} as RFC 5769 2.2 and 2.3 have it`, () => {
    const answer = printBindingSuccess(transactionId, { address, port }, "secret");
    assert.ok(answer.toString("hex").includes(expected), answer.toString("hex"));
    const message = parseStun(answer, whole(answer));
    assert.equal(message?.kind, "success");
    assert.equal(hasIntegrity(message, { buffer: answer, range: whole(answer) }, "secret"), true);
  });
}

test("a role conflict is told as 487", () => {
  const answer = printBindingError(transactionId, { code: 487, reason: "Role Conflict" }, "secret");
  assert.equal(parseStun(answer, whole(answer))?.kind, "error");
  assert.ok(answer.includes(Buffer.from("00000457526f6c6520436f6e666c696374", "hex")));
});

test("a changed bit anywhere up to the integrity is noticed", () => {
  const request = bindingRequest({ transactionId, username: "ours:theirs", password: "secret", nominate: true });
  for (let at = 0; at < request.length - 8; at += 1) {
    const changed = Buffer.from(request);
    changed[at] = (changed[at] ?? 0) ^ 1;
    const message = parseStun(changed, whole(changed));
    const genuine = message !== undefined && hasIntegrity(message, { buffer: changed, range: whole(changed) }, "secret");
    assert.equal(genuine, false, `byte ${String(at)}`);
  }
});

test("what comes after the integrity doesn't count", () => {
  const request = bindingRequest({ transactionId, username: "ours:theirs", password: "secret", nominate: false });
  const body = Buffer.concat([request.subarray(0, -8), Buffer.from("00250000", "hex")]);
  body.writeUInt16BE(body.length - 20, 2);
  assert.equal(parseStun(body, whole(body))?.useCandidate, false);
});

test("other datagrams of the port, cut and overlong ones are no messages", () => {
  const request = bindingRequest({ transactionId, username: "ours:theirs", password: "secret", nominate: true });
  for (let end = 0; end < request.length; end += 1) assert.equal(parseStun(request, { start: 0, end }), undefined);
  assert.equal(isStun(Buffer.alloc(40, 0x80), { start: 0, end: 40 }), false, "RTP");
  assert.equal(isStun(Buffer.alloc(40, 22), { start: 0, end: 40 }), false, "DTLS");
  const long = Buffer.concat([request.subarray(0, 20), Buffer.alloc(MAX_STUN_BYTES)]);
  long.writeUInt16BE(MAX_STUN_BYTES, 2);
  assert.equal(parseStun(long, whole(long)), undefined);
});
