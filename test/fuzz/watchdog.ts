/**
 * The thread beside the fuzzer: an input that never ends can't be stopped from within, so it is saved from here and the
 * process is ended. Shares a block of memory with the fuzzer: a counter, the input's length, the input.
 */
import { mkdirSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Worker, isMainThread, workerData } from "node:worker_threads";

/** How long one input may run. */
const MAX_RUN_MS = 10_000;
const CHECK_MS = 1000;
const HEADER_BYTES = 8;
const MAX_INPUT_BYTES = 1 << 20;
const STDERR = 2;

interface Shared {
  readonly memory: SharedArrayBuffer;
  readonly crashFolder: string;
}

/** Watches over the inputs it is told of, until closed. */
export class Watchdog {
  readonly #memory = new SharedArrayBuffer(HEADER_BYTES + MAX_INPUT_BYTES);
  readonly #header = new Int32Array(this.#memory, 0, 2);
  readonly #input = new Uint8Array(this.#memory, HEADER_BYTES);
  readonly #worker: Worker;

  /** An endless input goes to `crashFolder`. */
  constructor(crashFolder: string) {
    const shared: Shared = { memory: this.#memory, crashFolder };
    this.#worker = new Worker(new URL(import.meta.url), { workerData: shared });
    this.#worker.unref();
  }

  /** The fuzzer is about to run `input`. */
  begin(input: Buffer): void {
    this.#input.set(input);
    this.#header[1] = input.length;
    Atomics.add(this.#header, 0, 1);
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** In the thread: looks whether the counter moves. */
function watch({ memory, crashFolder }: Shared): void {
  const header = new Int32Array(memory, 0, 2);
  let last = 0;
  let unchangedMs = 0;
  setInterval(() => {
    const count = Atomics.load(header, 0);
    unchangedMs = count === last ? unchangedMs + CHECK_MS : 0;
    last = count;
    if (count === 0 || unchangedMs < MAX_RUN_MS) return;
    const input = Buffer.from(new Uint8Array(memory, HEADER_BYTES, header[1] ?? 0));
    const path = join(crashFolder, "hang.bin");
    mkdirSync(crashFolder, { recursive: true });
    writeFileSync(path, input);
    writeSync(STDERR, `an input runs for more than ${String(MAX_RUN_MS)} ms; saved as ${path}\n`);
    process.kill(process.pid, "SIGABRT");
  }, CHECK_MS);
}

if (!isMainThread) watch(workerData as Shared);
