import assert from "node:assert/strict";
import { test } from "node:test";
import { addressText } from "#platform/udp-native.ts";

const cases = [
  { family: 4, bytes: "c0000221", text: "192.0.2.33" },
  { family: 6, bytes: "00000000000000000000000000000000", text: "::" },
  { family: 6, bytes: "00000000000000000000000000000001", text: "::1" },
  { family: 6, bytes: "20010db8000000000001000000000001", text: "2001:db8::1:0:0:1" },
  { family: 6, bytes: "20010db8000000010001000100010001", text: "2001:db8:0:1:1:1:1:1" },
  { family: 6, bytes: "20010db8000100000000000000000000", text: "2001:db8:1::" },
  { family: 6, bytes: "fe8000000000000000fc00fffe000001", scope: 3, text: "fe80::fc:ff:fe00:1%3" },
];

for (const { family, bytes, scope = 0, text } of cases) {
  test(`an address record reads as ${text}`, () => {
    const records = new Int32Array(16);
    records[9] = family;
    Buffer.from(bytes, "hex").copy(new Uint8Array(records.buffer, 40));
    records[14] = scope;
    assert.equal(addressText(records, 8), text);
  });
}
