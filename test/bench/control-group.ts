/** A memory control group of the bench's own, version 1 or 2, with a limit; root only. Everything in it ends before it is removed. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const VERSION_1 = "/sys/fs/cgroup/memory";
const VERSION_2 = "/sys/fs/cgroup";

/** See the head of this file. */
export class ControlGroup {
  readonly #folder: string;
  readonly #version: 1 | 2;

  private constructor(folder: string, version: 1 | 2) {
    this.#folder = folder;
    this.#version = version;
  }

  /** Makes it. Throws where this machine doesn't let us. */
  static make(limitBytes: number): ControlGroup {
    const version = existsSync(VERSION_1) ? 1 : 2;
    const folder = join(version === 1 ? VERSION_1 : VERSION_2, `sluice-bench-${String(process.pid)}`);
    mkdirSync(folder);
    writeFileSync(join(folder, version === 1 ? "memory.limit_in_bytes" : "memory.max"), String(limitBytes));
    return new ControlGroup(folder, version);
  }

  /** `command` for a shell, made to begin inside. */
  around(command: string): string {
    return `sh -c 'echo $$ > ${join(this.#folder, "cgroup.procs")}; exec "$@"' in ${command}`;
  }

  /** Bytes in use without page cache that can be dropped. */
  get usedBytes(): number {
    const names = this.#version === 1 ? ["total_inactive_file", "total_active_file"] : ["inactive_file", "active_file"];
    const cache = names.reduce((sum, name) => sum + this.#field("memory.stat", name), 0);
    return Number(this.#read(this.#version === 1 ? "memory.usage_in_bytes" : "memory.current")) - cache;
  }

  /** Processes that the kernel has killed for want of memory. */
  get killed(): number {
    return this.#field(this.#version === 1 ? "memory.oom_control" : "memory.events", "oom_kill");
  }

  /** Idempotent; waits for nobody. */
  remove(): void {
    if (existsSync(this.#folder)) rmdirSync(this.#folder);
  }

  #field(file: string, name: string): number {
    return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(this.#read(file))?.[1] ?? 0);
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), "utf8").trim();
  }
}
