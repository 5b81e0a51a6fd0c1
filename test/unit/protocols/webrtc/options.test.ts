import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultsOf } from "#config/read-value.ts";
import { webrtcOptions } from "#protocols/webrtc/options.ts";

test("a file that doesn't say otherwise has media over UDP and TCP on one port", () => {
  const { webrtcLocalUDPAddress, webrtcLocalTCPAddress } = defaultsOf(webrtcOptions);
  assert.equal(webrtcLocalUDPAddress?.port, 8189);
  assert.deepEqual(webrtcLocalTCPAddress, webrtcLocalUDPAddress);
});
