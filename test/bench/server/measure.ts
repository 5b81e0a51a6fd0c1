/**
 * CPU, memory and descriptors of a process tree, and kernel send queues of TCP connections, read from /proc (Linux).
 * The `parse…` functions are pure. CPU counts a process and all its descendants, dead ones included once they were waited for.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Clock ticks per second in /proc/PID/stat; fixed by the kernel's user interface on all supported architectures. */
const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** One process as /proc/PID/stat shows it; times in seconds. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuSeconds: number;
  readonly childrenCpuSeconds: number;
}

/** State of a process tree at one moment. Memory in bytes. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rss: number;
  readonly anonymous: number;
  readonly handles: number;
  readonly processes: number;
}

/** One line of /proc/net/tcp: ports and what the kernel holds for the connection, in bytes. */
export interface TcpQueue {
  readonly localPort: number;
  readonly remotePort: number;
  readonly established: boolean;
  readonly sendQueue: number;
  readonly receiveQueue: number;
}

/** Reads /proc/PID/stat; the command name may hold spaces and parentheses. `undefined` when it is not such a line. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(" ");
  const ticks = (index: number): number => Number(fields[index] ?? Number.NaN) / TICKS_PER_SECOND;
  const stat = {
    pid: Number.parseInt(text, 10),
    parent: Number(fields[1]),
    cpuSeconds: ticks(11) + ticks(12),
    childrenCpuSeconds: ticks(13) + ticks(14),
  };
  return Object.values(stat).some(Number.isNaN) ? undefined : stat;
}

/** Value of `Key:   N kB` in /proc/PID/status or smaps_rollup, in bytes; 0 when the key is missing. */
export function parseKilobytes(text: string, key: string): number {
  const match = new RegExp(`^${key}:\\s+(\\d+) kB$`, "m").exec(text);
  return match === null ? 0 : Number(match[1]) * KIB;
}

/** Reads /proc/net/tcp or tcp6; lines that don't parse are left out. */
export function parseTcpQueues(text: string): TcpQueue[] {
  const pattern = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{2}) ([0-9A-F]{8}):([0-9A-F]{8}) /gim;
  return [...text.matchAll(pattern)].map((match) => {
    const hex = (group: number): number => Number.parseInt(match[group] ?? "0", 16);
    return {
      localPort: hex(1),
      remotePort: hex(2),
      established: hex(3) === 1,
      sendQueue: hex(4),
      receiveQueue: hex(5),
    };
  });
}

/** `root` and all its descendants among `all`. */
export function treeOf(root: number, all: readonly ProcessStat[]): ProcessStat[] {
  const members = new Map<number, ProcessStat>();
  const start = all.find((entry) => entry.pid === root);
  if (start !== undefined) members.set(root, start);
  for (let before = -1; before !== members.size;) {
    before = members.size;
    for (const entry of all) if (members.has(entry.parent)) members.set(entry.pid, entry);
  }
  return [...members.values()];
}

/** Measures the tree under `root` now; all zero when it is gone. */
export function measureTree(root: number): Usage {
  const tree = treeOf(root, allProcesses());
  const usage = { cpuSeconds: 0, rss: 0, anonymous: 0, handles: 0, processes: tree.length };
  for (const entry of tree) {
    const directory = `/proc/${entry.pid}`;
    const memory = readOr(`${directory}/smaps_rollup`, "");
    usage.cpuSeconds += entry.cpuSeconds + entry.childrenCpuSeconds;
    usage.rss += parseKilobytes(memory, "Rss");
    usage.anonymous += parseKilobytes(memory, "Anonymous");
    usage.handles += entriesOf(`${directory}/fd`).length;
  }
  return usage;
}

/** All TCP connections of this network namespace, IPv4 and IPv6. */
export function tcpQueues(): TcpQueue[] {
  return [...parseTcpQueues(readOr("/proc/net/tcp", "")), ...parseTcpQueues(readOr("/proc/net/tcp6", ""))];
}

/** Samples a process tree's memory on a timer and keeps the peaks, in bytes. */
export class MemoryWatch {
  readonly #root: number;
  readonly #timer: NodeJS.Timeout;
  peakRss = 0;
  peakAnonymous = 0;

  constructor(root: number, everyMs: number) {
    this.#root = root;
    this.#timer = setInterval(() => this.sample(), everyMs);
    this.sample();
  }

  /** Takes one sample now. */
  sample(): void {
    const usage = measureTree(this.#root);
    this.peakRss = Math.max(this.peakRss, usage.rss);
    this.peakAnonymous = Math.max(this.peakAnonymous, usage.anonymous);
  }

  /** Stops the timer. */
  close(): void {
    clearInterval(this.#timer);
  }
}

function allProcesses(): ProcessStat[] {
  const found: ProcessStat[] = [];
  for (const name of entriesOf("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = parseProcessStat(readOr(`/proc/${name}/stat`, ""));
    if (stat !== undefined) found.push(stat);
  }
  return found;
}

/** A process may end between listing and reading: then its files read as `fallback`. */
function readOr(path: string, fallback: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return fallback;
  }
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
