import assert from "node:assert/strict";
import { test } from "node:test";
import { neighbourOf } from "#app/doctor/neighbour.ts";

const own = [
  { interface: "wlan0", address: "10.1.2.3", netmask: "255.255.0.0" },
  { interface: "eth0", address: "192.168.1.2", netmask: "255.255.255.0" },
];
/** As the kernel prints it: one that has answered, one that hasn't. */
const arp = `IP address       HW type     Flags       HW address            Mask     Device
192.168.1.64     0x1         0x2         02:fc:00:00:00:05     *        eth0
192.168.1.65     0x1         0x0         00:00:00:00:00:00     *        eth0
`;
const cases = {
  "192.168.1.64": { kind: "there", hardware: "02:fc:00:00:00:05" },
  "192.168.1.65": { kind: "absent", interface: "eth0" },
  "192.168.1.66": { kind: "absent", interface: "eth0" },
  "10.1.200.9": { kind: "absent", interface: "wlan0" },
  "192.168.2.64": { kind: "unknown" },
  "192.168.1.2": { kind: "unknown" },
  "fd00::1": { kind: "unknown" },
  "camera.local": { kind: "unknown" },
} as const;

for (const [host, found] of Object.entries(cases))
  test(`${host}: ${found.kind}`, () => {
    assert.deepEqual(neighbourOf(host, { own, arp }), found);
  });
