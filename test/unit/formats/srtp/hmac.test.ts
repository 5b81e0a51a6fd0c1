import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { HMAC_BLOCK_BYTES, HmacSha1 } from "#formats/srtp/hmac.ts";

// RFC 2202 §3, cases 1, 2, 3 and 5 (the last one cut to 96 bits).
const CASES = [
  { key: Buffer.alloc(20, 0x0b), message: Buffer.from("Hi There"), code: "b617318655057264e28bc0b6fb378c8ef146be00" },
  {
    key: Buffer.from("Jefe"),
    message: Buffer.from("what do ya want for nothing?"),
    code: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
  },
  { key: Buffer.alloc(20, 0xaa), message: Buffer.alloc(50, 0xdd), code: "125d7342b9ac11cd91a39af48aa17b4f63f175d3" },
  { key: Buffer.alloc(20, 0x0c), message: Buffer.from("Test With Truncation"), code: "4c1a03424b55e07fe7f27be1" },
];

for (const { key, message, code } of CASES) {
  test(`the code over ${String(message.length)} bytes with a key of ${String(key.length)} is RFC 2202's`, () => {
    assert.equal(new HmacSha1(key).over([message.subarray(0, 3), message.subarray(3)], code.length / 2).toString("hex"), code);
  });
}

test("a message is signed where it lies, and nothing beside its code is written", () => {
  const key = Buffer.from("0123456789abcdefghij");
  const hmac = new HmacSha1(key);
  for (let length = 0; length < 300; length += 7) {
    const buffer = Buffer.alloc(HMAC_BLOCK_BYTES + length + 14, length);
    const end = HMAC_BLOCK_BYTES + length;
    const expected = createHmac("sha1", key).update(buffer.subarray(HMAC_BLOCK_BYTES, end)).digest().subarray(0, 10);
    hmac.sign(buffer, { start: HMAC_BLOCK_BYTES, end }, { at: end, bytes: 10 });
    assert.deepEqual(buffer.subarray(end, end + 10), expected);
    assert.deepEqual(buffer.subarray(HMAC_BLOCK_BYTES, end), Buffer.alloc(length, length));
    assert.deepEqual(buffer.subarray(end + 10), Buffer.alloc(4, length));
  }
});

test("a key of more than a block is refused", () => {
  assert.throws(() => new HmacSha1(Buffer.alloc(65)), RangeError);
});

test("a key that is forgotten signs nothing any more", () => {
  const hmac = new HmacSha1(Buffer.from("key"));
  const before = hmac.over([Buffer.from("message")], 20);
  hmac.clear();
  assert.notDeepEqual(hmac.over([Buffer.from("message")], 20), before);
});
