/**
 * Programs of the machine that tests run as they are: which are there, and running one with a time limit so that nothing
 * outlives its test.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** What a program that has ended left behind. */
export interface ProgramResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last part of standard output and standard error. */
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a program; `timeoutMs` kills it. */
export interface ProgramOptions {
  readonly timeoutMs: number;
  /** Added to the environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** Bytes of output kept per stream. */
const MAX_OUTPUT = 64 * 1024;
const STOP_GRACE_MS = 3000;

/**
 * Reason to skip a test that needs these commands, or false. On a build machine (`CI`) nothing is skipped: a missing
 * program throws.
 */
export function missingPrograms(...commands: readonly (readonly [command: string, ...args: string[]])[]): string | false {
  const missing = commands.filter(
    ([command, ...args]) => spawnSync(command, args, { stdio: "ignore", timeout: 20_000 }).status !== 0,
  );
  if (missing.length === 0) return false;
  const names = missing.map((command) => command.join(" ")).join(", ");
  if (process.env["CI"] !== undefined) throw new Error(`missing on this build machine: ${names}`);
  return `missing here: ${names}`;
}

/** A program that runs beside the test until `stop`. */
export class RunningProgram {
  readonly child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #stdout = "";
  #stderr = "";

  constructor(command: string, args: readonly string[], options: Partial<ProgramOptions> = {}) {
    this.child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.#exited = once(this.child, "close").catch((error: unknown) => {
      this.#stderr += String(error);
    });
    this.child.stdout?.on("data", (chunk: Buffer) => {
      this.#stdout = (this.#stdout + chunk.toString()).slice(-MAX_OUTPUT);
    });
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-MAX_OUTPUT);
    });
  }

  /** Standard output so far. */
  get stdout(): string {
    return this.#stdout;
  }

  /** Standard error so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Whether it has ended. */
  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits for its end; after `timeoutMs` it is killed. */
  async end(timeoutMs: number): Promise<ProgramResult> {
    const timer = setTimeout(() => this.child.kill("SIGKILL"), timeoutMs);
    await this.#exited;
    clearTimeout(timer);
    return { code: this.child.exitCode, signal: this.child.signalCode, stdout: this.#stdout, stderr: this.#stderr };
  }

  /** Asks it to end, insists after a grace. */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<ProgramResult> {
    if (!this.ended) this.child.kill(signal);
    return this.end(STOP_GRACE_MS);
  }
}

/** Runs a program to its end. */
export function runProgram(command: string, args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  return new RunningProgram(command, args, options).end(options.timeoutMs);
}
