import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { HostFacts } from "#platform/host/host-facts.ts";
import { tempDir, type Cleanup } from "#test/support/temp-dir.ts";

/** A machine made of files. */
function machine(t: Cleanup, files: Readonly<Record<string, string>>): HostFacts {
  const root = tempDir(t);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return new HostFacts(root);
}

test("a machine without any of it answers nothing", (t) => {
  const host = machine(t, {});
  assert.equal(host.temperatureCelsius(), undefined);
  assert.equal(host.power(), undefined);
  assert.equal(host.disk("/no/such/folder"), undefined);
  assert.equal(host.storageWearPercent(), undefined);
  assert.deepEqual(host.links(), []);
  assert.equal(host.conflictingAddress(), undefined);
  assert.equal(host.clockSynchronised(), undefined);
  assert.equal(host.descriptors(), undefined);
});

test("a Raspberry Pi's sensors", (t) => {
  const host = machine(t, {
    "sys/class/thermal/thermal_zone0/temp": "48312\n",
    "sys/class/thermal/thermal_zone1/temp": "51000\n",
    "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
    "sys/block/mmcblk0/device/life_time": "0x02 0x03\n",
    "sys/block/mmcblk1/device/life_time": "0x00 0x00\n",
  });
  assert.equal(host.temperatureCelsius(), 51);
  assert.deepEqual(host.power(), { underVoltage: true, throttled: true });
  assert.equal(host.storageWearPercent(), 30);
});

test("what happened since boot but is over doesn't count", (t) => {
  const host = machine(t, { "sys/devices/platform/soc/soc:firmware/get_throttled": "50000\n" });
  assert.deepEqual(host.power(), { underVoltage: false, throttled: false });
});

test("wired plugs only, and only those that are switched on", (t) => {
  const host = machine(t, {
    "sys/class/net/eth0/carrier": "1\n",
    "sys/class/net/eth0/speed": "100\n",
    "sys/class/net/eth0/statistics/rx_bytes": "7\n",
    "sys/class/net/eth0/statistics/tx_bytes": "8\n",
    "sys/class/net/eth1/speed": "-1\n",
    "sys/class/net/wlan0/carrier": "1\n",
    "sys/class/net/docker0/carrier": "0\n",
  });
  assert.deepEqual(host.links(), [{ name: "eth0", carrier: true, mbits: 100, receivedBytes: 7, sentBytes: 8 }]);
});

test("an address that the kernel found in use elsewhere", (t) => {
  const good = "fe80000000000000000000000000abcd 02 40 20 80     eth0\n";
  assert.equal(machine(t, { "proc/net/if_inet6": good }).conflictingAddress(), undefined);
  const bad = `${good}fd000000000000000000000000000001 02 40 00 88     eth0\n`;
  assert.deepEqual(machine(t, { "proc/net/if_inet6": bad }).conflictingAddress(), {
    address: "fd00:0000:0000:0000:0000:0000:0000:0001",
    interface: "eth0",
  });
});

test("time services", (t) => {
  assert.deepEqual(machine(t, { "run/systemd/timesync/x": "" }).clockSynchronised(), {
    source: "systemd-timesyncd",
    synchronised: false,
  });
  assert.equal(machine(t, { "run/systemd/timesync/synchronized": "" }).clockSynchronised()?.synchronised, true);
});

test("this machine answers what every Linux has", () => {
  const host = new HostFacts();
  const descriptors = host.descriptors();
  assert.ok(descriptors !== undefined && descriptors.used > 2 && descriptors.used < descriptors.limit);
  assert.ok(host.boot().uptimeMs > 0 && host.boot().id.length > 10);
  assert.ok((host.disk("/tmp")?.freeBytes ?? 0) > 0);
});
