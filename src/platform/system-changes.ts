/** Changes to the machine that installing makes: files put in place whole or not at all, and systemd's own programs. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { codeOf } from "#base/errors.ts";

/** Longest file compared. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** The machine whose root is `root`; programs are run only where that is `/`. */
export class SystemChanges {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Text of a file; undefined where there is none that could be read. */
  textOf(path: string): string | undefined {
    try {
      const file = this.#at(path);
      return statSync(file).size > MAX_TEXT_BYTES ? undefined : readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
  }

  exists(path: string): boolean {
    return existsSync(this.#at(path));
  }

  /** Whether both are the same, byte for byte. */
  isSame(path: string, other: string): boolean {
    const file = this.#at(path);
    try {
      return statSync(file).size === statSync(other).size && readFileSync(file).equals(readFileSync(other));
    } catch {
      return false;
    }
  }

  /** Writes a file; it belongs to whom its folder belongs to. */
  write(path: string, { text, mode }: { text: string; mode: number }): void {
    this.#replace(path, mode, (file) => {
      writeFileSync(file, text);
    });
  }

  /** Puts a copy of `from` at `path`, executable. A running program of that name goes on with its old file. */
  copyExecutable(from: string, path: string): void {
    this.#replace(path, 0o755, (file) => {
      copyFileSync(from, file);
    });
  }

  /** Removes a file or a folder with everything in it. */
  remove(path: string): void {
    rmSync(this.#at(path), { recursive: true, force: true });
  }

  /** Removes a folder with nothing in it; one that holds something stays. */
  removeEmpty(path: string): void {
    try {
      rmdirSync(this.#at(path));
    } catch (error) {
      if (!["ENOTEMPTY", "ENOENT"].includes(codeOf(error))) throw error;
    }
  }

  /** Runs a program to its end. What it said when it failed, or undefined. */
  run(program: string, words: readonly string[]): string | undefined {
    const { status, stderr, error } = spawnSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    if (status === 0) return undefined;
    return error?.message ?? (stderr.trim() || `exit code ${String(status)}`);
  }

  /** What a program printed; undefined where it can't be run or failed. */
  ask(program: string, words: readonly string[]): string | undefined {
    const { status, stdout } = spawnSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return status === 0 ? stdout : undefined;
  }

  #replace(path: string, mode: number, fill: (file: string) => void): void {
    const file = this.#at(path);
    mkdirSync(dirname(file), { recursive: true });
    const fresh = `${file}.new`;
    rmSync(fresh, { force: true });
    fill(fresh);
    const { uid, gid } = statSync(dirname(file));
    chownSync(fresh, uid, gid);
    chmodSync(fresh, mode);
    renameSync(fresh, file);
  }

  #at(path: string): string {
    return join(this.#root, path);
  }
}
