/**
 * Files replaced whole: written beside, synced, renamed over, folder synced (rename(2) is atomic within a file system; without
 * the syncs a power cut may leave an empty file). Mode and, where allowed, owner are kept; a symbolic link stays one and its
 * target is replaced. What was there stays as a hard link where a backup is wanted, so that nothing is copied.
 */
import { constants, lstatSync, readFileSync, renameSync } from "node:fs";
import { access, link, lstat, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, messageOf } from "#base/errors.ts";
import type { SluiceError } from "#base/errors.ts";
import { platformError } from "./errors.ts";

/** New files are their owner's alone: configurations hold passwords. */
const NEW_FILE_MODE = 0o600;

/** What is to take a file's place, only while it still holds `expected` (undefined: while there is none). */
interface Replacement {
  readonly file: string;
  readonly text: string;
  readonly expected: string | undefined;
  readonly backup: string | undefined;
}

/** The machine's files, as whoever keeps texts in them wants them. */
export const systemTextFiles = { read, writtenAt, replace, move, writable };

async function read(file: string, maxBytes: number): Promise<string | undefined> {
  try {
    await using handle = await open(file, "r");
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (length > maxBytes) throw platformError("file-too-large", { details: { file, max: maxBytes } });
      if (bytesRead === 0) return buffer.toString("utf8", 0, length);
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw failure("file-unreadable", file, error);
  }
}

async function writtenAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw failure("file-unreadable", file, error);
  }
}

async function replace(replacement: Replacement): Promise<"replaced" | "changed-meanwhile"> {
  const { text, expected, backup } = replacement;
  const file = await targetOf(replacement.file);
  const fresh = join(dirname(file), `.${basename(file)}.new`);
  try {
    await writeSynced(fresh, text, file);
    if (backup !== undefined && expected !== undefined) await keepAs(file, backup);
    // From here to the rename nothing else of this process runs: the moment in which another program's edit could be lost
    // is that of two system calls.
    if (contentNow(file) !== expected) {
      await rm(fresh, { force: true });
      return "changed-meanwhile";
    }
    renameSync(fresh, file);
    await syncFolder(dirname(file));
    return "replaced";
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => undefined);
    throw failure("file-not-written", file, error);
  }
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isMissing(error)) throw failure("file-not-written", to, error);
  }
}

async function writable(file: string): Promise<boolean> {
  try {
    await access(dirname(await targetOf(file)), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where a symbolic link leads; the name itself where there is nothing yet. */
async function targetOf(file: string): Promise<string> {
  return realpath(file).catch(() => file);
}

async function writeSynced(fresh: string, text: string, model: string): Promise<void> {
  const like = await lstat(model).catch(() => undefined);
  await rm(fresh, { force: true });
  await using handle = await open(fresh, "wx", NEW_FILE_MODE);
  await handle.writeFile(text);
  if (like !== undefined) {
    await handle.chmod(like.mode & 0o777);
    await handle.chown(like.uid, like.gid).catch(() => undefined); // only root may give files away
  }
  await handle.sync();
}

async function keepAs(file: string, backup: string): Promise<void> {
  await rm(backup, { force: true });
  await link(file, backup);
}

function contentNow(file: string): string | undefined {
  try {
    return lstatSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(error));
}

function failure(code: "file-unreadable" | "file-not-written", file: string, cause: unknown): SluiceError {
  if (cause instanceof Error && "text" in cause) return cause as SluiceError; // already one of ours
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : messageOf(cause);
  return platformError(code, { details: { file, reason }, cause });
}
