import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findPortHolder, socketInodes } from "#platform/port-holder.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const REST = "00000000:00000000 00:00000000 00000000     0        0";
/** Ports: 8554 = 216A, 8000 = 1F40. */
const TCP = [
  HEAD,
  `   0: 0100007F:216A 00000000:0000 0A ${REST} 4001 1 0000000000000000 100 0 0 10 0`,
  `   1: 0100007F:216A 0100007F:D431 01 ${REST} 4002 1 0000000000000000 20 4 30 10 -1`,
  `   2: 0100007F:D431 0100007F:216A 06 ${REST} 0 3 0000000000000000`,
  `   3: 00000000:1F40 00000000:0000 0A ${REST} 4003 1 0000000000000000 100 0 0 10 0`,
  "",
].join("\n");
const TCP6 = [HEAD, `   0: 00000000000000000000000000000000:216A 00000000000000000000000000000000:0000 0A ${REST} 4004 1 0`].join(
  "\n",
);
const UDP = [HEAD, `  77: 00000000:1F40 00000000:0000 07 ${REST} 4005 2 0000000000000000 0`].join("\n");

const tableCases = [
  { name: "a listening socket", table: TCP, protocol: "tcp", port: 8554, inodes: ["4001"] },
  { name: "a listening socket on every IPv6 address", table: TCP6, protocol: "tcp", port: 8554, inodes: ["4004"] },
  { name: "a UDP socket", table: UDP, protocol: "udp", port: 8000, inodes: ["4005"] },
  { name: "nothing where only the far end has the port", table: TCP, protocol: "tcp", port: 54_321, inodes: [] },
  { name: "nothing in an empty table", table: "", protocol: "tcp", port: 8554, inodes: [] },
  { name: "nothing in rubbish", table: "a b c\n:216A :216A 0A\n\0\n", protocol: "tcp", port: 8554, inodes: [] },
] as const;

for (const { name, table, protocol, port, inodes } of tableCases) {
  test(`the socket table shows ${name}`, () => {
    assert.deepEqual(socketInodes(table, { protocol, port }), inodes);
  });
}

/** A `/proc` with the tables above, and processes given as pid → [name, links of its descriptors]. */
function fakeProc(root: string, processes: Readonly<Record<string, readonly [string, ...string[]]>>): string {
  mkdirSync(join(root, "net"));
  writeFileSync(join(root, "net/tcp"), TCP);
  writeFileSync(join(root, "net/udp"), UDP);
  for (const [pid, [name, ...links]] of Object.entries(processes)) {
    mkdirSync(join(root, pid, "fd"), { recursive: true });
    writeFileSync(join(root, pid, "comm"), `${name}\n`);
    for (const [index, link] of links.entries()) symlinkSync(link, join(root, pid, "fd", String(index)));
  }
  return root;
}

test("the process with the socket open is the holder", async (t) => {
  const procRoot = fakeProc(tempDir(t), {
    "12": ["init", "/dev/null"],
    "345": ["mediamtx", "/dev/null", "socket:[4002]", "socket:[4001]"],
    "678": ["camera", "socket:[4005]"],
    self: ["ignored", "socket:[4001]"],
  });
  assert.deepEqual(await findPortHolder({ protocol: "tcp", port: 8554, procRoot }), { pid: 345, name: "mediamtx" });
  assert.deepEqual(await findPortHolder({ protocol: "udp", port: 8000, procRoot }), { pid: 678, name: "camera" });
});

test("there is no holder to name for a free port, an invisible process, or a machine without /proc", async (t) => {
  const procRoot = fakeProc(tempDir(t), { "12": ["init", "/dev/null"] });
  assert.equal(await findPortHolder({ protocol: "tcp", port: 8554, procRoot }), undefined);
  assert.equal(await findPortHolder({ protocol: "tcp", port: 1, procRoot }), undefined);
  assert.equal(await findPortHolder({ protocol: "tcp", port: 8554, procRoot: join(procRoot, "nowhere") }), undefined);
});
