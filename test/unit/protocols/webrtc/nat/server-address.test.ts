/** Addresses of STUN and TURN servers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readServerAddress } from "#protocols/webrtc/nat/server-address.ts";

test("hosts, numeric addresses and ports are read; TCP and TLS are for browsers", () => {
  const cases = [
    ["stun:stun.example.com", { kind: "stun", host: "stun.example.com", port: 3478 }],
    ["stun:192.0.2.4:19302", { kind: "stun", host: "192.0.2.4", port: 19_302 }],
    ["turn:[2001:db8::1]:3479?transport=udp", { kind: "turn", host: "2001:db8::1", port: 3479 }],
    ["turn:turn.example.com:3478?transport=tcp", undefined],
    ["turns:turn.example.com:5349", undefined],
    ["stun:", undefined],
    ["stun:host:0", undefined],
    ["stun:host:70000", undefined],
    ["http://host", undefined],
  ] as const;
  for (const [url, expected] of cases) assert.deepEqual(readServerAddress(url), expected, url);
});
