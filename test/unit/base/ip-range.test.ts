import assert from "node:assert/strict";
import { test } from "node:test";
import { IpRange, isLoopback, plainAddress } from "#base/ip-range.ts";

test("addresses and networks are read and printed with their prefix", () => {
  const table: readonly [string, string | undefined][] = [
    ["10.0.0.1", "10.0.0.1/32"],
    ["10.0.0.0/8", "10.0.0.0/8"],
    ["::1", "::1/128"],
    ["fd00::/8", "fd00::/8"],
    ["10.0.0.0/33", undefined],
    ["10.0.0.0/-1", undefined],
    ["10.0.0.0/8/8", undefined],
    ["10.0.0.300", undefined],
    ["fe80::1%eth0", undefined],
    ["localhost", undefined],
    ["", undefined],
  ];
  for (const [text, printed] of table) assert.equal(IpRange.parse(text)?.text, printed, text);
});

test("a network contains its addresses, dual-stack spelling included", () => {
  const range = IpRange.parse("192.168.0.0/16");
  assert.equal(range?.contains("192.168.3.4"), true);
  assert.equal(range.contains("::ffff:192.168.3.4"), true);
  assert.equal(range.contains("192.169.0.1"), false);
  assert.equal(range.contains("fd00::1"), false);
  assert.equal(range.contains("nonsense"), false);
});

test("loopback is 127.0.0.0/8 and ::1 only", () => {
  for (const address of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]) assert.equal(isLoopback(address), true, address);
  for (const address of ["10.0.0.1", "::", "0.0.0.0", "127.evil.example", ""]) assert.equal(isLoopback(address), false, address);
});

test("an address is plain without dual-stack prefix and zone", () => {
  assert.equal(plainAddress("::FFFF:10.0.0.1"), "10.0.0.1");
  assert.equal(plainAddress("fe80::1%eth0"), "fe80::1");
});
