/**
 * Watches files for new content: written in place, replaced by renaming, deleted and made anew, or reached over a symbolic
 * link that moves. It looks at what the names lead to (device, inode, size, times) whenever something happens in their
 * folders, and every `POLL_MS` besides: network file systems tell nothing, and a folder may come later. What changes in quick
 * succession is told once, `SETTLE_MS` after the last change and `MAX_SETTLE_MS` after the first at the latest.
 */
import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock, Timer } from "#base/clock.ts";

const SETTLE_MS = 75;
const MAX_SETTLE_MS = 1000;
const POLL_MS = 5000;

/** What to watch. */
export interface FileWatchOptions {
  readonly clock: Clock;
  /** Absolute names. They need not exist. */
  readonly files: readonly string[];
  /** Also called once for the first look, for what may have happened since the caller's own. */
  readonly onChange: () => void;
}

/** A folder under watch, and which one it is: another may come in its place. */
interface WatchedFolder {
  readonly identity: string;
  readonly watcher: FSWatcher;
}

/** See the head of this file. */
export class FileWatch {
  readonly #options: FileWatchOptions;
  readonly #folders = new Map<string, WatchedFolder>();
  readonly #poll: Timer;
  /** Where links of the files lead. */
  #linked: ReadonlySet<string> = new Set();
  #files: readonly string[];
  #seen: string | undefined;
  #settle: Timer | undefined;
  #firstChange: number | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #closed = false;

  constructor(options: FileWatchOptions) {
    this.#options = options;
    this.#files = options.files;
    this.#poll = options.clock.every("file watch", POLL_MS, () => this.#look());
    this.#look();
  }

  /** Watches these files instead. */
  setFiles(files: readonly string[]): void {
    if (files.length === this.#files.length && files.every((file, index) => file === this.#files[index])) return;
    this.#files = files;
    this.#seen = undefined;
    this.#look();
  }

  /** Tells of the files once more at the next poll, changed or not: they couldn't be read. */
  tellAgain(): void {
    this.#seen = undefined;
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#poll.cancel();
    this.#settle?.cancel();
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  /** One look at a time; what happens meanwhile is another look. */
  #look(): void {
    if (this.#closed) return;
    this.#lookAgain = true;
    this.#looking ??= this.#lookOn().finally(() => {
      this.#looking = undefined;
    });
  }

  async #lookOn(): Promise<void> {
    while (this.#lookAgain && !this.#closed) {
      this.#lookAgain = false;
      const files = this.#files;
      // Watched first and looked at then, so that nothing happens in between.
      await this.#watchFolders(new Set([...files.map((file) => dirname(file)), ...this.#linked]));
      const prints = await Promise.all(files.map((file) => fingerprint(file)));
      const linked = new Set(prints.flatMap(({ folder }) => folder ?? []));
      if ([...linked].some((folder) => !this.#folders.has(folder) && !this.#linked.has(folder))) this.#lookAgain = true;
      this.#linked = linked;
      const print = prints.map(({ text }) => text).join("|");
      if (files !== this.#files || print === this.#seen) continue;
      this.#seen = print;
      this.#changed();
    }
  }

  #changed(): void {
    if (this.#closed) return;
    const { clock, onChange } = this.#options;
    const now = clock.now();
    this.#firstChange ??= now;
    this.#settle?.cancel();
    const left = this.#firstChange + MAX_SETTLE_MS - now;
    this.#settle = clock.after("file settles", Math.max(0, Math.min(SETTLE_MS, left)), () => {
      this.#firstChange = undefined;
      onChange();
    });
  }

  async #watchFolders(wanted: ReadonlySet<string>): Promise<void> {
    for (const folder of this.#folders.keys()) if (!wanted.has(folder)) this.#forget(folder);
    for (const folder of wanted) {
      const identity = await identityOf(folder);
      if (this.#closed) return;
      if (this.#folders.get(folder)?.identity === identity) continue;
      this.#forget(folder);
      if (identity !== undefined) this.#watchFolder(folder, identity);
    }
  }

  /** Where a folder can't be watched (the system may have no watch left), the poll sees what happens in it. */
  #watchFolder(folder: string, identity: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#look());
      watcher.on("error", () => this.#forget(folder));
      this.#folders.set(folder, { identity, watcher });
    } catch {
      // See above.
    }
  }

  #forget(folder: string): void {
    this.#folders.get(folder)?.watcher.close();
    this.#folders.delete(folder);
  }
}

/** Which folder a name leads to; undefined for none. */
async function identityOf(folder: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    return `${String(dev)}:${String(ino)}`;
  } catch {
    return undefined;
  }
}

/** Identity and age of what a name leads to, and the folder that is in where links lead elsewhere. */
async function fingerprint(file: string): Promise<{ text: string; folder?: string }> {
  try {
    const target = await realpath(file);
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(target, { bigint: true });
    return { text: [target, dev, ino, size, mtimeNs, ctimeNs].join(":"), folder: dirname(target) };
  } catch {
    return { text: "none" };
  }
}
