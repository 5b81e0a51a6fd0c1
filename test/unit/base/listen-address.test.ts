import assert from "node:assert/strict";
import { test } from "node:test";
import { formatListenAddress, parseListenAddress } from "#base/listen-address.ts";

test("addresses to listen on are read and print the same", () => {
  for (const text of [":8554", "127.0.0.1:0", "[::1]:554", "camera.lan:65535", ":0"]) {
    const address = parseListenAddress(text);
    assert.ok(address, text);
    assert.equal(formatListenAddress(address), text);
  }
  assert.deepEqual(parseListenAddress(":8554"), { host: undefined, port: 8554 });
  assert.deepEqual(parseListenAddress("[::1]:554"), { host: "::1", port: 554 });
});

test("anything else is refused", () => {
  for (const text of ["8554", "", ":", ":70000", "::1:554", "[::1]", "[10.0.0.1]:1", "a b:1", "h/x:1", ":-1"]) {
    assert.equal(parseListenAddress(text), undefined, text);
  }
});
