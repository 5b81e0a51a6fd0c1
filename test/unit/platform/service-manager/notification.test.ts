import assert from "node:assert/strict";
import { test } from "node:test";
import { openServiceManager } from "#platform/service-manager/notification.ts";

test("without a service manager or the native module every call does nothing", () => {
  const manager = openServiceManager(undefined, { NOTIFY_SOCKET: "/run/notify", WATCHDOG_USEC: "1000000" });
  assert.equal(manager.present, false);
  assert.equal(manager.watchdogIntervalMs, undefined);
  manager.ready("up");
  manager.status("still up");
  manager.alive();
  manager.stopping("down");
  assert.equal(manager.lost, 0);
});
