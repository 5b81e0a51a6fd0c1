/**
 * A journal of one's own: systemd's journald, as it is, in a mount namespace whose `/run` is empty. Programs that are started in it
 * find its sockets, and `journalctl` its entries; nothing of it is left afterwards.
 */
import { runProgram, RunningProgram, type ProgramResult } from "./programs.ts";
import type { Cleanup } from "./temp-dir.ts";
import { waitUntil } from "./wait-until.ts";

const SCRIPT = `mount -t tmpfs none /run && mkdir -p /run/systemd/journal /run/log/journal || exit 1
/lib/systemd/systemd-journald & daemon=$!
trap 'kill $daemon; wait; exit 0' TERM
until [ -S /run/systemd/journal/stdout ]; do sleep 0.05; done
echo ready
wait`;

/** Why there can't be one here, or false. */
export function withoutJournald(): string | false {
  return process.getuid?.() === 0 ? false : "a mount namespace needs root";
}

/** See the head of this file. */
export class Journald {
  readonly #program: RunningProgram;

  private constructor(program: RunningProgram) {
    this.#program = program;
  }

  /** Starts one; it ends with `t`. */
  static async start(t: Cleanup): Promise<Journald> {
    const program = new RunningProgram("unshare", ["--mount", "bash", "-c", SCRIPT]);
    t.after(async () => {
      await program.stop();
    });
    await waitUntil(() => program.stdout.includes("ready"), { what: "journald", timeoutMs: 30_000 });
    return new Journald(program);
  }

  /** The words that start `words` in front of this journal. */
  inside(words: readonly string[]): readonly [program: string, ...words: string[]] {
    return ["nsenter", "--mount", `--target=${String(this.#program.child.pid)}`, `--wdns=${process.cwd()}`, ...words];
  }

  /** Runs a program to its end. */
  run(words: readonly string[]): Promise<ProgramResult> {
    const [program, ...rest] = this.inside(words);
    return runProgram(program, rest, { timeoutMs: 30_000 });
  }

  /** Entries of the program that calls itself `identifier`, the oldest first. */
  async entries(identifier: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { stdout } = await this.run(["journalctl", "-o", "json", "--no-pager", "-t", identifier]);
    return stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  }
}
