import assert from "node:assert/strict";
import { test } from "node:test";
import { createCameraProbe } from "#app/own-api/camera-probe.ts";
import type { Machine } from "#app/machine.ts";

const probe = createCameraProbe({} as Machine, () => ["192.168.1.5", "fd00::5"]);

const forbidden: readonly (readonly [host: string, reason: string])[] = [
  ["127.0.0.1", "loopback"],
  ["127.1.2.3", "loopback"],
  ["::1", "loopback"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:7f00:1", "loopback"],
  ["::7f00:1", "loopback"],
  ["192.168.1.5", "loopback"],
  ["fd00::5", "loopback"],
  ["169.254.169.254", "link-local"],
  ["::ffff:a9fe:a9fe", "link-local"],
  ["fe80::1", "link-local"],
  ["0.0.0.0", "multicast"],
  ["::", "multicast"],
  ["224.0.0.1", "multicast"],
  ["239.255.255.250", "multicast"],
  ["255.255.255.255", "multicast"],
  ["ff02::1", "multicast"],
  ["localhost", "loopback"],
];

for (const [host, reason] of forbidden) {
  test(`doesn't ask ${host}`, async () => {
    assert.equal(await probe.forbidden(host), reason);
  });
}

test("asks cameras of the network, and of others", async () => {
  for (const host of ["192.168.1.64", "10.0.0.9", "172.20.1.1", "fd00::64", "203.0.113.7"]) {
    assert.equal(await probe.forbidden(host), undefined, host);
  }
});

test("a name without an address is told apart", async () => {
  assert.equal(await probe.forbidden("no-such-camera.invalid"), "unresolved");
});
