import assert from "node:assert/strict";
import { test } from "node:test";
import { diskChecks } from "#health/checks/disk.ts";
import { hostChecks, type HostSurroundings, type HostView } from "#health/checks/host.ts";
import { dnsCheck, processChecks } from "#health/checks/process.ts";
import type { HealthCheck } from "#health/health-check.ts";

const MIB = 1024 * 1024;
const BUILT = Date.parse("2026-11-25T00:00:00Z");
const silent: HostView = {
  temperatureCelsius: () => undefined,
  power: () => undefined,
  links: () => [],
  conflictingAddress: () => undefined,
  clockSynchronised: () => undefined,
  descriptors: () => undefined,
};

async function findings(checks: readonly HealthCheck[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const check of checks) {
    const finding = await check.check();
    if (finding !== undefined) found.push(`${check.name} ${finding.severity} ${finding.error.code}`);
  }
  return found;
}

const cases: readonly {
  readonly name: string;
  readonly host: Partial<HostView>;
  readonly now?: number;
  readonly claim?: Awaited<ReturnType<HostSurroundings["claims"]["find"]>>;
  readonly found: readonly string[];
}[] = [
  { name: "a machine that tells nothing is well", host: {}, found: [] },
  { name: "79 °C is well", host: { temperatureCelsius: () => 79.9 }, found: [] },
  { name: "80 °C is hot", host: { temperatureCelsius: () => 80 }, found: ["temperature degraded health-hot"] },
  {
    name: "a slowed processor is said before its temperature",
    host: { temperatureCelsius: () => 85, power: () => ({ underVoltage: false, throttled: true }) },
    found: ["temperature degraded health-throttled"],
  },
  {
    name: "a weak power supply",
    host: { power: () => ({ underVoltage: true, throttled: false }) },
    found: ["power degraded health-under-voltage"],
  },
  {
    name: "no plug in use cuts the box off",
    host: { links: () => [{ name: "eth0", carrier: false, mbits: undefined }] },
    found: ["network-link failed health-link-down"],
  },
  {
    name: "one plug of two is enough",
    host: {
      links: () => [
        { name: "eth0", carrier: false, mbits: undefined },
        { name: "eth1", carrier: true, mbits: 1000 },
      ],
    },
    found: [],
  },
  {
    name: "10 Mbit/s is a broken cable",
    host: { links: () => [{ name: "eth0", carrier: true, mbits: 10 }] },
    found: ["network-link degraded health-link-slow"],
  },
  {
    name: "an address in use elsewhere",
    host: { conflictingAddress: () => ({ address: "fe80::1", interface: "eth0" }) },
    found: ["network-address degraded health-address-conflict"],
  },
  {
    name: "an IPv4 address that another device has too",
    host: {},
    claim: { address: "192.168.1.5", interface: "eth0", hardware: "02:00:00:00:00:01" },
    found: ["network-address degraded health-address-claimed"],
  },
  { name: "a clock in 1970", host: {}, now: 1000, found: ["clock degraded health-clock-unset"] },
  {
    name: "a time service that hasn't set the clock yet",
    host: { clockSynchronised: () => ({ source: "systemd-timesyncd", synchronised: false }) },
    found: ["clock degraded health-clock-unsynchronised"],
  },
  {
    name: "few descriptors left",
    host: { descriptors: () => ({ used: 110, limit: 128 }) },
    found: ["descriptors degraded health-descriptors"],
  },
  { name: "descriptors enough", host: { descriptors: () => ({ used: 100, limit: 128 }) }, found: [] },
];

for (const { name, host, now = BUILT, claim, found } of cases) {
  test(name, async () => {
    const around = { wallNow: () => now, builtAt: BUILT, claims: { canAsk: true, find: () => Promise.resolve(claim) } };
    assert.deepEqual(await findings(hostChecks({ ...silent, ...host }, around)), found);
  });
}

test("who may not ask the LAN says that it has not", () => {
  const unseen = (canAsk: boolean): readonly string[] => {
    const claims = { canAsk, find: () => Promise.resolve(undefined) };
    const checks = hostChecks(silent, { wallNow: () => BUILT, builtAt: BUILT, claims });
    return checks.flatMap((check) => (check.unseen?.() === undefined ? [] : [check.name]));
  };
  assert.deepEqual([unseen(true), unseen(false)], [[], ["network-address"]]);
});

test("a disk is checked for writing, then for room, then for wear", async () => {
  const disk = (freeBytes: number, writable: boolean, wear?: number) =>
    diskChecks({ disk: () => ({ freeBytes, writable }), storageWearPercent: () => wear }, ["/var/lib/sluice"]);
  assert.deepEqual(await findings(disk(900 * MIB, true)), []);
  assert.deepEqual(await findings(disk(15 * MIB, true)), ["disk degraded health-disk-full"]);
  assert.deepEqual(await findings(disk(0, false)), ["disk degraded health-disk-read-only"]);
  assert.deepEqual(await findings(disk(900 * MIB, true, 80)), ["storage-wear degraded health-disk-worn"]);
  assert.deepEqual(await findings(diskChecks({ disk: () => undefined, storageWearPercent: () => undefined }, ["/none"])), []);
});

test("loop and memory are looked at where they hurt", async () => {
  const view = (lag: number, [pressure, usedBytes]: readonly [number | undefined, number], steps: readonly string[] = []) =>
    processChecks({
      maxLagMs: () => lag,
      memoryPressurePercent: () => pressure,
      budget: () => ({ usedBytes, totalBytes: 100 }),
      relief: () => ({ steps, cause: steps.length === 0 ? undefined : "group" }),
    });
  assert.deepEqual(await findings(view(20, [0, 50])), []);
  assert.deepEqual(await findings(view(300, [undefined, 50])), ["event-loop degraded health-event-loop-slow"]);
  assert.deepEqual(await findings(view(20, [35.4, 50])), ["memory degraded health-memory-pressure"]);
  assert.deepEqual(await findings(view(20, [0, 95])), ["memory degraded health-memory-tight"]);
  assert.deepEqual(await findings(view(20, [35.4, 95], ["shorten-hls"])), ["memory degraded health-memory-short"]);
});

test("names are looked up only where a camera is given by one", async () => {
  const failing = (): Promise<never> => Promise.reject(new Error("timeout"));
  assert.deepEqual(await findings([dnsCheck({ names: () => [], lookup: failing })]), []);
  assert.deepEqual(await findings([dnsCheck({ names: () => ["cam.example"], lookup: failing })]), ["dns degraded health-dns"]);
  assert.deepEqual(await findings([dnsCheck({ names: () => ["cam.example"], lookup: () => Promise.resolve() })]), []);
});
