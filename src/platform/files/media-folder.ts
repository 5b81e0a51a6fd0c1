/**
 * Media laid aside on a disk: a folder of this process's own inside the one that the operator names. Its name says whose it is
 * (process, and when that was started), so that the folders of killed processes are found at the next start. Only folders with
 * such names are looked into, only files that we could have written are removed from them, and a folder that holds anything
 * else stays. Servers in different containers see other processes under the same numbers: they need a directory each.
 */
import { constants, existsSync, readdirSync, readFileSync, rmdirSync, unlinkSync } from "node:fs";
import { mkdir, open, statfs, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, messageOf, type SluiceError } from "#base/errors.ts";
import type { MediaFile, MediaFolder } from "#base/files/media-folder.ts";
import { platformError } from "#platform/errors.ts";
import { isOurs } from "#platform/own-things.ts";

/** Left free for everybody else on this disk, bytes. */
const MIN_FREE_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;
const FOLDER_NAME = /^sluice-media-(\d{1,10})-(\d{1,20})-[0-9a-f]{12}$/;
/** Names we write: nothing that leads elsewhere. */
const FILE_NAME = /^[0-9a-f]{12}_[A-Za-z0-9_]{1,64}\.(?:mp4|ts)$/;
/** Place of the start time in /proc/PID/stat, counted behind the program's name (proc_pid_stat(5)). */
const START_TIME_FIELD = 19;

/**
 * Takes away what killed processes have left in `directory` and makes a folder there; `id` is twelve hex digits. Rejects with a
 * `SluiceError` where that can't be.
 */
export async function openMediaFolder(directory: string, id: string): Promise<MediaFolder> {
  const path = join(directory, `sluice-media-${String(process.pid)}-${startTimeOf(process.pid) ?? "0"}-${id}`);
  try {
    await makeFolder(directory);
    removeLeftovers(directory);
    await mkdir(path, { mode: 0o700 });
    // A folder that can be made but not written to shows itself with the first segment.
    return new SystemMediaFolder(path);
  } catch (error) {
    throw failure("file-not-written", path, error);
  }
}

class SystemMediaFolder implements MediaFolder {
  readonly path: string;
  readonly #files = new Set<SystemMediaFile>();
  readonly #writing = new Set<Promise<unknown>>();
  #closed = false;

  constructor(path: string) {
    this.path = path;
  }

  async write(name: string, pieces: readonly Buffer[]): Promise<MediaFile> {
    const file = join(this.path, name);
    if (this.#closed || !FILE_NAME.test(name)) throw failure("file-not-written", file, new Error("EINVAL"));
    const writing = writeWhole(file, pieces);
    this.#writing.add(writing);
    try {
      await writing;
    } catch (error) {
      await unlink(file).catch(() => undefined);
      throw failure("file-not-written", file, error);
    } finally {
      this.#writing.delete(writing);
    }
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    const made = new SystemMediaFile(file, bytes, () => this.#files.delete(made));
    this.#files.add(made);
    return made;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#writing);
    for (const file of this.#files) file.remove();
    // Removals of a moment ago are under way in the thread pool; those here come after them.
    removeFolder(this.path);
  }
}

class SystemMediaFile implements MediaFile {
  readonly bytes: number;
  readonly #path: string;
  readonly #onRemove: () => void;
  #removed = false;

  constructor(path: string, bytes: number, onRemove: () => void) {
    this.#path = path;
    this.bytes = bytes;
    this.#onRemove = onRemove;
  }

  async *read({ start, end }: { readonly start: number; readonly end: number }): AsyncGenerator<Buffer> {
    try {
      await using handle = await open(this.#path, constants.O_RDONLY | constants.O_NOFOLLOW);
      for (let at = start; at < end;) {
        const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - at));
        const { bytesRead } = await handle.read(piece, 0, piece.length, at);
        if (bytesRead === 0) throw new Error("it is shorter than it was");
        at += bytesRead;
        yield piece.subarray(0, bytesRead);
      }
    } catch (error) {
      throw failure("file-unreadable", this.#path, error);
    }
  }

  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    this.#onRemove();
    unlink(this.#path).catch(() => undefined); // whatever stays goes with the folder
  }
}

async function writeWhole(file: string, pieces: readonly Buffer[]): Promise<void> {
  const folder = dirname(file);
  const { bavail, bsize } = await statfs(folder).catch(async (error: unknown) => {
    // Somebody has cleaned up behind our back.
    if (codeOf(error) !== "ENOENT") throw error;
    await makeFolder(folder, 0o700);
    return statfs(folder);
  });
  if (bavail * bsize < MIN_FREE_BYTES) throw new Error(`ENOSPC, less than ${String(MIN_FREE_BYTES)} bytes are free`);
  await using handle = await open(file, "wx", 0o600);
  const wanted = pieces.reduce((sum, { length }) => sum + length, 0);
  let written = 0;
  // One call takes 1024 pieces at most (IOV_MAX); each may stop short.
  for (let rest = [...pieces]; rest.length > 0 && written < wanted;) {
    const { bytesWritten } = await handle.writev(rest.slice(0, 1024));
    written += bytesWritten;
    rest = skip(rest, bytesWritten);
  }
}

/** Node's own `recursive` never returns where the system says ENOENT below a folder that is there, as /proc does (Node 24). */
async function makeFolder(path: string, mode = 0o750): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    if (codeOf(error) !== "ENOENT" || existsSync(dirname(path))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode });
  }
}

function skip(pieces: readonly Buffer[], bytes: number): Buffer[] {
  const rest: Buffer[] = [];
  let left = bytes;
  for (const piece of pieces) {
    if (left < piece.length) rest.push(piece.subarray(left));
    left = Math.max(0, left - piece.length);
  }
  return rest;
}

function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const [, pid, startTime] = FOLDER_NAME.exec(name) ?? [];
    if (pid === undefined || startTimeOf(Number(pid)) === startTime) continue;
    if (isOurs(join(directory, name))) removeFolder(join(directory, name));
  }
}

/** Only what we could have written goes; a folder that isn't empty afterwards stays. */
function removeFolder(path: string): void {
  try {
    for (const name of readdirSync(path)) if (FILE_NAME.test(name)) quietly(() => unlinkSync(join(path, name)));
    rmdirSync(path);
  } catch {
    // Not empty, or gone already: there is nothing more to do for us.
  }
}

function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // Gone meanwhile, or not ours to take.
  }
}

/** Clock ticks from boot to the start of a process; undefined where there is none. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_TIME_FIELD];
  } catch {
    return undefined;
  }
}

function failure(code: "file-unreadable" | "file-not-written", file: string, cause: unknown): SluiceError {
  return platformError(code, { details: { file, reason: codeOf(cause) || messageOf(cause) }, cause });
}
