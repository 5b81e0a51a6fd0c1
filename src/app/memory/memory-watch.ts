/** Memory of this process and its machine, put before the governor that keeps media within its budget. */
import { budgetFor } from "#streams/memory/automatic-budget.ts";
import { MemoryGovernor } from "#streams/memory/governor.ts";
import type { MeasuredBytes } from "#streams/memory/governor.ts";
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Config } from "#config/config.ts";
import { memoryOptions } from "#config/options.ts";
import { type GroupMemory, MemoryFacts } from "#platform/host/memory-facts.ts";
import type { MemoryTrim } from "#platform/memory/memory-trim.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { OpenedServices } from "../service.ts";

/** What a reader is besides its media: session, connection, their buffers in the runtime. An estimate, on the safe side. */
const SESSION_BYTES = 64 * 1024;
/** Where control groups don't count sockets, each of ours is asked for: not every second. */
const SOCKETS_MS = 5000;

/** Bytes of the budget under `config`, on this machine. */
export function budgetOf(config: Config, facts = new MemoryFacts()): number {
  const there = { totalBytes: facts.machine()?.totalBytes, limitBytes: facts.group()?.limitBytes };
  return budgetFor(config.slice(memoryOptions).memory.budget, there);
}

/** What it works with. */
export interface MemoryWatchParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry: PathRegistry;
  readonly opened: OpenedServices;
  readonly trim: Pick<MemoryTrim, "look">;
}

/** Begins to watch; close it at the end. */
export function watchMemory({ clock, log, registry, opened, trim }: MemoryWatchParts): MemoryGovernor {
  const facts = new MemoryFacts();
  const measures = new Measures({ clock, registry, opened }, facts);
  const { budget, ladder } = registry;
  return new MemoryGovernor({
    clock,
    log: log.child({ part: "memory" }),
    budget,
    ladder,
    readings: () => ({ group: measures.group, wait: facts.wait(), machine: facts.machine() }),
    measure: () => measures.read(),
    relief: {
      closeIdle: () => registry.closeIdle(),
      dropSpare: () => {
        const dropped = registry.slabs.dropSpare();
        if (dropped > 0) trim.look();
        return dropped;
      },
    },
  });
}

/** What can only be measured. */
class Measures {
  readonly #parts: Pick<MemoryWatchParts, "clock" | "registry" | "opened">;
  readonly #facts: MemoryFacts;
  /** Our control group as `read` found it last; the governor looks at it in the same moment. */
  group: GroupMemory | undefined;
  #sockets = { bytes: 0, at: Number.NEGATIVE_INFINITY };

  constructor(parts: Pick<MemoryWatchParts, "clock" | "registry" | "opened">, facts: MemoryFacts) {
    this.#parts = parts;
    this.#facts = facts;
  }

  read(): MeasuredBytes {
    const { registry, opened } = this.#parts;
    const paths = registry.list();
    const readers = paths.reduce((sum, path) => sum + path.readerCount, 0);
    const cameras = paths.filter(({ stream }) => stream !== undefined).length;
    this.group = this.#facts.group();
    const sockets = this.group?.socketBytes ?? this.#ownSockets();
    return { sockets, sessions: (readers + cameras) * SESSION_BYTES, parsers: opened.rtsp?.parserBytes ?? 0 };
  }

  #ownSockets(): number {
    const now = this.#parts.clock.now();
    if (now - this.#sockets.at >= SOCKETS_MS) this.#sockets = { bytes: this.#facts.ownSocketBytes(), at: now };
    return this.#sockets.bytes;
  }
}
