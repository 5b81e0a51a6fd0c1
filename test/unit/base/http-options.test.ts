import assert from "node:assert/strict";
import { test } from "node:test";
import { httpOptionSet, httpSettings } from "#base/http-options.ts";

test("every prefix has MediaMTX's five keys with its defaults", () => {
  const keys = httpOptionSet("hls", "HLS");
  const defaults = Object.entries(keys).map(([key, option]) => [key, option.default]);
  assert.deepEqual(defaults, [
    ["hlsEncryption", false],
    ["hlsServerKey", "server.key"],
    ["hlsServerCert", "server.crt"],
    ["hlsAllowOrigins", ["*"]],
    ["hlsTrustedProxies", []],
  ]);
});

test("parsed values are found by their prefix", () => {
  const values = { apiEncryption: true, apiServerKey: "k", apiServerCert: "c", apiAllowOrigins: ["*"], apiTrustedProxies: [] };
  assert.deepEqual(httpSettings("api", values), {
    encryption: true,
    serverKey: "k",
    serverCert: "c",
    allowOrigins: ["*"],
    trustedProxies: [],
  });
});
