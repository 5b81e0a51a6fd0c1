/**
 * Who holds a port: the kernel's socket tables name an inode, and the process that has it open is found by its descriptors.
 * Linux only; other users' processes are visible to root alone. Bounded, so that a crowded machine costs a start a moment.
 */
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";

/** Processes looked at. */
const MAX_PROCESSES = 4096;
/** Descriptors looked at, over all processes. */
const MAX_DESCRIPTORS = 65_536;
/** Lines of a socket table looked at. */
const MAX_TABLE_LINES = 16_384;

const TCP_LISTEN = "0A";

/** A process that has a port open. */
export interface PortHolder {
  readonly pid: number;
  /** The kernel's short name of the process (at most 15 bytes). */
  readonly name: string;
}

/** Which port to look for, and where `/proc` is. */
export interface PortQuestion {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  readonly procRoot?: string;
}

/**
 * Inodes of the sockets bound to `port` in a table as `/proc/net/tcp` or `/proc/net/udp` prints it; of TCP, only those that
 * listen.
 */
export function socketInodes(table: string, question: Pick<PortQuestion, "protocol" | "port">): readonly string[] {
  const inodes: string[] = [];
  const wanted = question.port.toString(16).toUpperCase().padStart(4, "0");
  for (const line of table.split("\n", MAX_TABLE_LINES)) {
    const fields = line.trim().split(/\s+/);
    const [, local = "", , state] = fields;
    const inode = fields[9];
    if (inode === undefined || inode === "0" || !/^\d+$/.test(inode)) continue;
    if (!local.endsWith(`:${wanted}`)) continue;
    if (question.protocol === "tcp" && state !== TCP_LISTEN) continue;
    inodes.push(inode);
  }
  return inodes;
}

/** The process that holds the port, or undefined where that can't be seen. Never rejects. */
export async function findPortHolder(question: PortQuestion): Promise<PortHolder | undefined> {
  const root = question.procRoot ?? "/proc";
  const inodes = new Set<string>();
  for (const table of [question.protocol, `${question.protocol}6`]) {
    const text = await readFile(join(root, "net", table), "utf8").catch(() => "");
    for (const inode of socketInodes(text, question)) inodes.add(`socket:[${inode}]`);
  }
  if (inodes.size === 0) return undefined;
  const pid = await processWith(root, inodes);
  if (pid === undefined) return undefined;
  const name = await readFile(join(root, pid, "comm"), "utf8").catch(() => "?");
  return { pid: Number(pid), name: name.trim() };
}

async function processWith(root: string, links: ReadonlySet<string>): Promise<string | undefined> {
  const names = await readdir(root).catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).slice(0, MAX_PROCESSES);
  let left = MAX_DESCRIPTORS;
  for (const pid of pids) {
    const folder = join(root, pid, "fd");
    const descriptors = await readdir(folder).catch(() => []);
    for (const descriptor of descriptors) {
      left -= 1;
      if (left < 0) return undefined;
      if (links.has(await readlink(join(folder, descriptor)).catch(() => ""))) return pid;
    }
  }
  return undefined;
}
