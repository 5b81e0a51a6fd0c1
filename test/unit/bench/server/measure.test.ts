import assert from "node:assert/strict";
import { test } from "node:test";
import { parseKilobytes, parseProcessStat, parseTcpQueues, treeOf } from "#test/bench/server/measure.ts";

const STAT = "4321 (node (a) b) S 17 4321 4321 0 -1 4194304 10 0 0 0 250 50 30 20 20 0 11 0 100 1000 200 18446744073709551615";

test("a process' times are read past a name with parentheses and spaces", () => {
  assert.deepEqual(parseProcessStat(STAT), { pid: 4321, parent: 17, cpuSeconds: 3, childrenCpuSeconds: 0.5 });
});

test("what is no stat line gives nothing", () => {
  for (const text of ["", "4321 node", "x (y) z", "1 (a) S"]) assert.equal(parseProcessStat(text), undefined);
});

test("memory keys are read in bytes and a missing one is zero", () => {
  const text =
    "55928e07f000-7ffd4a789000 ---p 00000000 00:00 0  [rollup]\nRss:                1628 kB\nPss_Anon:            116 kB\nAnonymous:           120 kB\n";
  assert.equal(parseKilobytes(text, "Rss"), 1628 * 1024);
  assert.equal(parseKilobytes(text, "Anonymous"), 120 * 1024);
  assert.equal(parseKilobytes(text, "Swap"), 0);
});

test("a tree is a process with all its descendants, whatever their order", () => {
  const process = (pid: number, parent: number) => ({ pid, parent, cpuSeconds: 0, childrenCpuSeconds: 0 });
  const all = [process(30, 20), process(20, 10), process(11, 1), process(10, 1)];
  const pids = treeOf(10, all).map(({ pid }) => pid);
  assert.deepEqual(pids.sort(), [10, 20, 30]);
  assert.deepEqual(treeOf(99, all), []);
});

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:216A 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0000000000000000 100 0 0 10 0
   1: 0100007F:216A 0100007F:C350 01 00080000:00000010 01:00000014 00000000     0        0 2 2 0000000000000000 20 4 30 10 -1
`;
const TCP6 = "   7: 0000000000000000FFFF00000100007F:216A 0000000000000000FFFF00000100007F:C351 01 00000001:00000000 00:0 0\n";

test("send and receive queues are read with their ports, IPv4 and IPv6", () => {
  const [listening, connection] = parseTcpQueues(TCP);
  assert.equal(listening?.established, false);
  assert.deepEqual(connection, { localPort: 8554, remotePort: 50000, established: true, sendQueue: 524288, receiveQueue: 16 });
  assert.deepEqual(parseTcpQueues(TCP6), [
    { localPort: 8554, remotePort: 50001, established: true, sendQueue: 1, receiveQueue: 0 },
  ]);
});
