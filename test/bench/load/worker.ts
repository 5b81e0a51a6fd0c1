/**
 * Calls between the bench and its load processes, over Node's child-process channel: a command name and one plain value
 * there, a plain value back. A worker ends when the channel closes, so none outlives the bench.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Commands of a worker: each takes one plain value and gives one. */
export type Commands<C> = { readonly [K in keyof C]: (input: never) => unknown };

type InputOf<C, K extends keyof C> = C[K] extends (input: infer I) => unknown ? I : never;
type OutputOf<C, K extends keyof C> = C[K] extends (input: never) => infer O ? Awaited<O> : never;

interface Call {
  readonly id: number;
  readonly command: string;
  readonly input: unknown;
}

interface Answer {
  readonly id: number;
  readonly output?: unknown;
  readonly error?: string;
}

interface Waiting {
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/** A load process, as the bench sees it. */
export class Worker<C extends Commands<C>> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  /** Starts the file `name` of this folder. */
  constructor(name: string) {
    this.#child = fork(join(import.meta.dirname, name), [], { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child.on("message", (message) => this.#answer(message as Answer)); // only `serve` writes to this channel
    this.#child.on("exit", (code, signal) => this.#failAll(new Error(`${name} ended (${String(code ?? signal)})`)));
  }

  /** Calls `command`; rejects with the worker's own error, or when it ends. */
  call<K extends keyof C & string>(command: K, input: InputOf<C, K>): Promise<OutputOf<C, K>> {
    this.#calls += 1;
    const call: Call = { id: this.#calls, command, input };
    return new Promise<unknown>((resolve, reject) => {
      if (!this.#child.connected) return reject(new Error("the load process has ended"));
      this.#waiting.set(call.id, { resolve, reject });
      this.#child.send(call);
    }) as Promise<OutputOf<C, K>>; // the answer's type is the command's: both ends share the interface
  }

  /** Sends a signal (SIGSTOP, SIGCONT, SIGKILL, …) to the process. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills the process and waits for its end. Idempotent. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error === undefined) waiting?.resolve(answer.output);
    else waiting?.reject(new Error(answer.error));
  }

  #failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}

/** In a load process: answers the bench's calls with `commands` until the bench goes. */
export function serve<C extends Commands<C>>(commands: C): void {
  process.on("disconnect", () => process.exit(0));
  process.on("message", (message) => {
    const call = message as Call; // only `Worker` writes to this channel
    const command = commands[call.command as keyof C]; // same interface on both ends; checked below
    void (async (): Promise<void> => {
      let answer: Answer;
      try {
        if (typeof command !== "function") throw new Error(`no command ${call.command}`);
        answer = { id: call.id, output: await command(call.input as never) };
      } catch (error) {
        answer = { id: call.id, error: error instanceof Error ? error.message : String(error) };
      }
      if (process.connected) process.send?.(answer);
    })();
  });
}
