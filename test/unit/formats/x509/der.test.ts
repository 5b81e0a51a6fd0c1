import assert from "node:assert/strict";
import { test } from "node:test";
import { bitString, context, oid, positiveInteger, primitive, sequence, setOf, time } from "#formats/x509/der.ts";

const cases: readonly (readonly [name: string, der: Buffer, hex: string])[] = [
  ["an object identifier", oid("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
  ["a small integer", positiveInteger(Buffer.from([0, 5])), "020105"],
  ["an integer whose first bit is set", positiveInteger(Buffer.from([0x80])), "02020080"],
  ["zero", positiveInteger(Buffer.from([0, 0])), "020100"],
  ["a bit string", bitString(Buffer.from([0xff])), "030200ff"],
  ["a sequence", sequence(primitive("null", Buffer.alloc(0))), "30020500"],
  ["a set", setOf(primitive("utf8", Buffer.from("a"))), "31030c0161"],
  ["a constructed tag", context(0, Buffer.from([1]), "constructed"), "a00101"],
  ["a primitive tag", context(2, Buffer.from([1]), "primitive"), "820101"],
  ["a time before 2050", time(Date.UTC(2026, 0, 2, 3, 4, 5)), `170d${Buffer.from("260102030405Z").toString("hex")}`],
  ["a time after 2049", time(Date.UTC(2050, 0, 2, 3, 4, 5)), `180f${Buffer.from("20500102030405Z").toString("hex")}`],
];

for (const [name, der, hex] of cases) test(`writes ${name}`, () => assert.equal(der.toString("hex"), hex));

test("lengths take as many bytes as they need", () => {
  assert.equal(sequence(Buffer.alloc(127)).subarray(0, 2).toString("hex"), "307f");
  assert.equal(sequence(Buffer.alloc(128)).subarray(0, 3).toString("hex"), "308180");
  assert.equal(sequence(Buffer.alloc(300)).subarray(0, 4).toString("hex"), "3082012c");
});
