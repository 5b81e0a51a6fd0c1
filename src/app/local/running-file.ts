/**
 * How the command line finds the server that runs on this machine, and proves to it that it may ask: a file for its owner (and
 * root) alone, with the address of its API and a secret that lives as long as the process. It lies in the service's runtime
 * folder, that of the session, or one of the user's own in the system's temporary folder.
 */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceFileNow } from "#platform/files/replace-file.ts";
import { isAlive, isOurs } from "#platform/own-things.ts";

/** Where the service's runtime folder is (`RuntimeDirectory=` of the unit). */
const SERVICE_FOLDER = "/run/sluice";
const NAME = /^running-(\d{1,10})\.json$/;
const MAX_BYTES = 8192;
/** Files looked at in a folder. */
const MAX_FILES = 64;

/** A server that runs. */
export interface RunningServer {
  readonly pid: number;
  readonly startedAt: number;
  /** Absolute name of its configuration; null where it has none. */
  readonly configuration: string | null;
  /** Address of its own API, without a path; null where nothing carries it. */
  readonly url: string | null;
  readonly token: string;
}

/** What of the environment says where. */
export type FolderEnvironment = Readonly<Record<string, string | undefined>>;

/** Writes the file; false where that isn't possible, and the command line doesn't find this server. */
export function writeRunningFile(environment: FolderEnvironment, server: RunningServer): boolean {
  const folder = ownFolder(environment);
  const file = join(folder, `running-${String(server.pid)}.json`);
  try {
    makePrivate(folder);
    for (const { pid } of readFolder(folder))
      if (!isAlive(pid)) rmSync(join(folder, `running-${String(pid)}.json`), { force: true });
    replaceFileNow(file, `${JSON.stringify(server)}\n`);
    return true;
  } catch {
    return false; // read-only or full: told by their own checks
  }
}

/** Removes this process's file. */
export function removeRunningFile(environment: FolderEnvironment): void {
  rmSync(join(ownFolder(environment), `running-${String(process.pid)}.json`), { force: true });
}

/** Servers that run and that this user may ask, the newest first. */
export function findRunning(environment: FolderEnvironment): readonly RunningServer[] {
  const own = ownFolder(environment);
  const found = [...(own === SERVICE_FOLDER ? [] : readFolder(SERVICE_FOLDER)), ...(mayBeUsed(own) ? readFolder(own) : [])];
  const servers = found.filter(({ pid }) => isAlive(pid));
  return servers.sort((a, b) => b.startedAt - a.startedAt);
}

function ownFolder(environment: FolderEnvironment): string {
  const { RUNTIME_DIRECTORY = "", XDG_RUNTIME_DIR = "" } = environment;
  const [service = ""] = RUNTIME_DIRECTORY.split(":", 1);
  if (service !== "") return service;
  return XDG_RUNTIME_DIR === "" ? join(tmpdir(), `sluice-${String(process.getuid?.() ?? 0)}`) : join(XDG_RUNTIME_DIR, "sluice");
}

/** In the system's temporary folder somebody else may have been first: what isn't ours isn't used, neither way. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!mayBeUsed(folder)) throw new TypeError(`${folder} belongs to somebody else`);
  chmodSync(folder, 0o700);
}

/** Of this user; of the service's user where root asks in the service's place. */
function mayBeUsed(folder: string): boolean {
  return folder === SERVICE_FOLDER ? lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true : isOurs(folder);
}

function readFolder(folder: string): readonly RunningServer[] {
  try {
    const names = readdirSync(folder).filter((name) => NAME.test(name));
    return names.slice(0, MAX_FILES).flatMap((name) => readRunning(join(folder, name)) ?? []);
  } catch {
    return []; // none, or not for this user
  }
}

function readRunning(file: string): RunningServer | undefined {
  try {
    const text = readFileSync(file, "utf8");
    return text.length > MAX_BYTES ? undefined : parseRunning(text);
  } catch {
    return undefined;
  }
}

function parseRunning(text: string): RunningServer | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, startedAt, configuration, url, token } = value as Partial<Record<keyof RunningServer, unknown>>;
  const sound =
    typeof pid === "number" &&
    typeof startedAt === "number" &&
    (configuration === null || typeof configuration === "string") &&
    (url === null || typeof url === "string") &&
    typeof token === "string";
  return sound ? { pid, startedAt, configuration, url, token } : undefined;
}
