import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { MemoryFacts } from "#platform/host/memory-facts.ts";
import { tempDir, type Cleanup } from "#test/support/temp-dir.ts";

const MIB = 1024 * 1024;
const SLICE = "sys/fs/cgroup/system.slice";
const UNIT = `${SLICE}/sluice.service`;

/** A machine made of files. */
function machine(t: Cleanup, files: Readonly<Record<string, string>>): MemoryFacts {
  const root = tempDir(t);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return new MemoryFacts(root);
}

test("a machine without any of it answers nothing", (t) => {
  const facts = machine(t, {});
  assert.equal(facts.machine(), undefined);
  assert.equal(facts.group(), undefined);
  assert.equal(facts.wait(), undefined);
  assert.equal(facts.ownSocketBytes(), 0);
});

test("the group of version 2: the least limit of all its parents, without cache that can be dropped", (t) => {
  const facts = machine(t, {
    "proc/self/cgroup": "0::/system.slice/sluice.service\n",
    [`${SLICE}/memory.max`]: String(300 * MIB),
    [`${SLICE}/memory.high`]: "max",
    [`${UNIT}/memory.max`]: String(400 * MIB),
    [`${UNIT}/memory.high`]: String(250 * MIB),
    [`${UNIT}/memory.current`]: String(100 * MIB),
    [`${UNIT}/memory.stat`]: `anon 50\ninactive_file ${String(20 * MIB)}\nactive_file ${String(10 * MIB)}\nsock 4096\n`,
    [`${UNIT}/memory.events`]: "low 9\nhigh 3\nmax 2\noom 0\noom_kill 0\n",
    [`${UNIT}/memory.pressure`]:
      "some avg10=1.25 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=1\n",
    "proc/pressure/memory": "some avg10=40.00 avg60=0.00 avg300=0.00 total=1\n",
  });
  const usage = { usedBytes: 70 * MIB, timesAtLimit: 5, socketBytes: 4096 };
  assert.deepEqual(facts.group(), { limitBytes: 300 * MIB, highBytes: 250 * MIB, ...usage });
  assert.deepEqual(facts.wait(), { some: 1.25, full: 0.5 });
});

test("a group without a limit has none", (t) => {
  const facts = machine(t, {
    "proc/self/cgroup": "0::/user.slice\n",
    "sys/fs/cgroup/user.slice/memory.max": "max\n",
    "sys/fs/cgroup/user.slice/memory.current": "1000\n",
  });
  const usage = { usedBytes: 1000, timesAtLimit: 0, socketBytes: undefined };
  assert.deepEqual(facts.group(), { limitBytes: undefined, highBytes: undefined, ...usage });
});

test("the group of version 1, where the limit is said to be the largest number when there is none", (t) => {
  const folder = "sys/fs/cgroup/memory/box";
  const files = {
    "proc/self/cgroup": "5:cpu,cpuacct:/\n4:memory:/box\n0::/\n",
    [`${folder}/memory.usage_in_bytes`]: String(80 * MIB),
    [`${folder}/memory.failcnt`]: "7",
    [`${folder}/memory.kmem.tcp.usage_in_bytes`]: "8192",
  };
  const stat = (limit: string): string => `cache 1\nhierarchical_memory_limit ${limit}\ntotal_inactive_file ${String(5 * MIB)}\n`;
  const limited = machine(t, { ...files, [`${folder}/memory.stat`]: stat(String(128 * MIB)) });
  const usage = { usedBytes: 75 * MIB, timesAtLimit: 7, socketBytes: 8192 };
  assert.deepEqual(limited.group(), { limitBytes: 128 * MIB, highBytes: 128 * MIB, ...usage });
  const open = machine(t, { ...files, [`${folder}/memory.stat`]: stat("9223372036854771712") });
  assert.equal(open.group()?.limitBytes, undefined);
});

test("memory of the machine", (t) => {
  const facts = machine(t, {
    "proc/meminfo": "MemTotal:         512 kB\nMemFree: 1 kB\nMemAvailable:     256 kB\n",
    "proc/pressure/memory": "some avg10=40.00 avg60=0.00 avg300=0.00 total=1\n",
  });
  assert.deepEqual(facts.machine(), { totalBytes: 524288, availableBytes: 262144 });
  assert.deepEqual(facts.wait(), { some: 40, full: 0 });
});

test("what the kernel holds of our own sockets, and of no others", (t) => {
  const root = tempDir(t);
  mkdirSync(join(root, "proc/self/fd"), { recursive: true });
  mkdirSync(join(root, "proc/self/net"));
  for (const [name, target] of Object.entries({ 3: "socket:[77]", 4: "socket:[78]", 5: "/dev/null" }))
    symlinkSync(target, join(root, "proc/self/fd", name));
  const line = (state: string, queues: string, inode: number): string =>
    `   0: 0100007F:1F90 0100007F:A000 ${state} ${queues} 00:00000000 00000000     0        0 ${String(inode)} 1 0 100 0 0 10 0`;
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    line("01", "00001000:00000010", 77),
    line("0A", "00000000:00000080", 78),
    line("01", "00100000:00000000", 79),
  ].join("\n");
  writeFileSync(join(root, "proc/self/net/tcp"), table);
  const facts = new MemoryFacts(root);
  assert.equal(facts.ownSocketBytes(), 2 * (0x1000 + 0x10));

  const pages = (tcp: number): void =>
    writeFileSync(
      join(root, "proc/self/net/sockstat"),
      `sockets: used 41\nTCP: inuse 2 orphan 0 tw 9 alloc 2 mem ${String(tcp)}\nUDP: inuse 0 mem 58\nFRAG: inuse 0 memory 0\n`,
    );
  pages(100_000);
  assert.equal(facts.ownSocketBytes(), 2 * (0x1000 + 0x10), "many: ours are counted");
  pages(100);
  assert.equal(facts.ownSocketBytes(), 158 * 4096, "few in all: not worth counting");
  writeFileSync(join(root, "proc/self/auxv"), Buffer.from(new BigUint64Array([16n, 6n, 6n, 16384n, 0n, 0n]).buffer));
  assert.equal(facts.ownSocketBytes(), 158 * 16384, "in the pages of this kernel");
});

test("this machine says what it has", () => {
  const { totalBytes = 0, availableBytes = 0 } = new MemoryFacts().machine() ?? {};
  assert.ok(totalBytes > availableBytes && availableBytes > 0);
});
