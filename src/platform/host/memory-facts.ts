/**
 * Memory as the kernel counts it: the machine's, our control group's (version 2, or 1 where that is all there is), what waits
 * for it, and what sockets hold. Every answer may be missing. `root` stands in front of every path, for tests.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { readSystemFile, readSystemNumber } from "./system-files.ts";

const SOCKET_TABLES = ["tcp", "tcp6", "udp", "udp6"];
/** TCP_LISTEN: its queues are connections, not bytes. */
const LISTENS = "0A";
/** A line of those tables with bytes in a queue: state, to send, to read, inode (proc(5)). Most sockets wait for nothing. */
const WAITING = /^ *\d+: \S+ \S+ (\w\w) (?!0{8}:0{8})(\w{8}):(\w{8}) \S+ \S+ +\d+ +\d+ +(\d+) /gm;
/** What the kernel takes for a full segment besides its bytes is as much again at most. */
const BOOKKEEPING = 2;
/** While all sockets of the machine hold no more than this, nobody asks which of it is ours. */
const FEW_BYTES = 4 * 1024 * 1024;
/** In /proc/self/auxv (getauxval(3)): pairs of 64 bits, kind and value; this kind is the size of a page. */
const AT_PAGESZ = 6;
const USUAL_PAGE_BYTES = 4096;
/** Some 3,500 sockets of the network namespace. */
const MAX_TABLE_BYTES = 512 * 1024;
const MAX_DESCRIPTORS = 8192;
/** Version 1 writes "no limit" as the largest number of pages. */
const NO_LIMIT = 2 ** 60;

/** Our control group. */
export interface GroupMemory {
  /** The least of its own and its parents' limits; undefined without one. */
  readonly limitBytes: number | undefined;
  /** Where the kernel begins to reclaim and slows the group down; the limit where nothing is said. */
  readonly highBytes: number | undefined;
  /** Without page cache that the kernel can drop. */
  readonly usedBytes: number;
  /** How often the limit was met since the group was made. */
  readonly timesAtLimit: number;
  /** What the kernel holds of its sockets; undefined where it isn't counted. */
  readonly socketBytes: number | undefined;
}

/** Share of the last 10 s in which some, or all, work waited for memory, percent. */
export interface MemoryWait {
  readonly some: number;
  readonly full: number;
}

/** See the head of this file. */
export class MemoryFacts {
  readonly #root: string;

  constructor(root = "") {
    this.#root = root;
  }

  /** Of the machine. */
  machine(): { readonly totalBytes: number; readonly availableBytes: number } | undefined {
    const text = readSystemFile(`${this.#root}/proc/meminfo`) ?? "";
    const [, total] = /^MemTotal:\s+(\d+) kB$/m.exec(text) ?? [];
    const [, available] = /^MemAvailable:\s+(\d+) kB$/m.exec(text) ?? [];
    if (total === undefined || available === undefined) return undefined;
    return { totalBytes: Number(total) * 1024, availableBytes: Number(available) * 1024 };
  }

  /** Of our control group. */
  group(): GroupMemory | undefined {
    const text = readSystemFile(`${this.#root}/proc/self/cgroup`) ?? "";
    const [, older] = /^\d+:(?:[\w,=]+,)?memory(?:,[\w,=]+)?:(\/.*)$/m.exec(text) ?? [];
    if (older !== undefined) return this.#version1(older);
    const [, path] = /^0::(\/.*)$/m.exec(text) ?? [];
    return path === undefined || path === "/" ? undefined : this.#version2(path);
  }

  /** Who waits for memory: our own group where that is counted, the machine otherwise. */
  wait(): MemoryWait | undefined {
    const [, path] = /^0::(\/.+)$/m.exec(readSystemFile(`${this.#root}/proc/self/cgroup`) ?? "") ?? [];
    const own = path === undefined ? undefined : readSystemFile(`${this.#root}/sys/fs/cgroup${path}/memory.pressure`);
    const text = own ?? readSystemFile(`${this.#root}/proc/pressure/memory`) ?? "";
    const [, some] = /^some avg10=([\d.]+)/m.exec(text) ?? [];
    const [, full = "0"] = /^full avg10=([\d.]+)/m.exec(text) ?? [];
    return some === undefined ? undefined : { some: Number(some), full: Number(full) };
  }

  #version2(path: string): GroupMemory | undefined {
    const folder = `${this.#root}/sys/fs/cgroup${path}`;
    const used = readSystemNumber(`${folder}/memory.current`);
    if (used === undefined) return undefined;
    const least = (names: readonly string[]): number | undefined => {
      const places = parentsOf(path).flatMap((parent) => names.map((name) => `${this.#root}/sys/fs/cgroup${parent}/${name}`));
      const limits = places.flatMap((place) => readSystemNumber(place) ?? []);
      return limits.length === 0 ? undefined : Math.min(...limits);
    };
    const statistics = fieldsOf(readSystemFile(`${folder}/memory.stat`));
    const events = fieldsOf(readSystemFile(`${folder}/memory.events`));
    const cache = (statistics.get("inactive_file") ?? 0) + (statistics.get("active_file") ?? 0);
    return {
      limitBytes: least(["memory.max"]),
      highBytes: least(["memory.max", "memory.high"]),
      usedBytes: Math.max(0, used - cache),
      timesAtLimit: (events.get("high") ?? 0) + (events.get("max") ?? 0),
      socketBytes: statistics.get("sock"),
    };
  }

  #version1(path: string): GroupMemory | undefined {
    const folder = `${this.#root}/sys/fs/cgroup/memory${path === "/" ? "" : path}`;
    const used = readSystemNumber(`${folder}/memory.usage_in_bytes`);
    if (used === undefined) return undefined;
    const statistics = fieldsOf(readSystemFile(`${folder}/memory.stat`));
    const limit = statistics.get("hierarchical_memory_limit") ?? readSystemNumber(`${folder}/memory.limit_in_bytes`);
    const cache = (statistics.get("total_inactive_file") ?? 0) + (statistics.get("total_active_file") ?? 0);
    const sockets = readSystemNumber(`${folder}/memory.kmem.tcp.usage_in_bytes`);
    const limitBytes = limit === undefined || limit >= NO_LIMIT ? undefined : limit;
    return {
      limitBytes,
      highBytes: limitBytes,
      usedBytes: Math.max(0, used - cache),
      timesAtLimit: readSystemNumber(`${folder}/memory.failcnt`) ?? 0,
      socketBytes: sockets === 0 ? undefined : sockets, // counted only where somebody has set a limit for it
    };
  }

  /**
   * What the kernel holds of our own sockets, for machines whose control groups don't count it: bytes that wait to be sent,
   * acknowledged or read. Asks for every descriptor: not more often than every few seconds. While the whole machine's sockets hold
   * little, that is the answer: to go through the kernel's tables cost 4 % of what serving a hundred viewers costs.
   */
  ownSocketBytes(): number {
    const all = this.#allSocketBytes();
    return all !== undefined && all <= FEW_BYTES ? all : this.#countedSocketBytes();
  }

  /** Of the whole machine, TCP and UDP; undefined where the kernel doesn't say. */
  #allSocketBytes(): number | undefined {
    const text = readSystemFile(`${this.#root}/proc/self/net/sockstat`) ?? "";
    const pages = [...text.matchAll(/^(?:TCP|UDP): .*\bmem (\d+)/gm)].map(([, each]) => Number(each));
    return pages.length === 0
      ? undefined
      : pages.reduce((sum, each) => sum + each, 0) * pageBytes(`${this.#root}/proc/self/auxv`);
  }

  #countedSocketBytes(): number {
    const waiting = SOCKET_TABLES.flatMap((name) => {
      const text = readSystemFile(`${this.#root}/proc/self/net/${name}`, MAX_TABLE_BYTES) ?? "";
      return [...text.matchAll(WAITING)].filter(([, state]) => state !== LISTENS);
    });
    if (waiting.length === 0) return 0;
    const own = new Set(socketInodes(`${this.#root}/proc/self/fd`));
    const bytes = waiting.map(([, , out = "", into = "", inode = ""]) =>
      own.has(inode) ? parseInt(out, 16) + parseInt(into, 16) : 0,
    );
    return bytes.reduce((sum, each) => sum + each, 0) * BOOKKEEPING;
  }
}

/** Numbers of the sockets among the descriptors in `folder`. */
function socketInodes(folder: string): readonly string[] {
  return listFolder(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).slice(0, MAX_DESCRIPTORS);
  } catch {
    return [];
  }
}

/** Size of a page of memory; boards have kernels with 4, 16 and 64 KiB. */
function pageBytes(vector: string): number {
  let words: BigUint64Array;
  try {
    const bytes = readFileSync(vector);
    words = new BigUint64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~15)));
  } catch {
    return USUAL_PAGE_BYTES;
  }
  const at = words.findIndex((word, index) => index % 2 === 0 && Number(word) === AT_PAGESZ);
  return at < 0 ? USUAL_PAGE_BYTES : Number(words[at + 1]);
}

/** `/a/b` → `/a/b`, `/a`. */
function parentsOf(path: string): readonly string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.map((_, index) => `/${parts.slice(0, parts.length - index).join("/")}`);
}

/** `name number` lines. */
function fieldsOf(text: string | undefined): ReadonlyMap<string, number> {
  return new Map([...(text ?? "").matchAll(/^(\w+) (\d+)$/gm)].map(([, name = "", value]) => [name, Number(value)]));
}
