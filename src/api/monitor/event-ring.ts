/**
 * What happened lately, with ids to go on from: kept in memory, bounded by number. Ids are `<process>-<count>`, so that one of
 * a former process is recognised as foreign.
 */
import type { Clock } from "#base/clock.ts";
import type { EventRecord, Happening } from "../contract/events.ts";

/** Events kept. */
const MAX_EVENTS = 500;

/** What there is after an id. */
export interface EventsSince {
  /** Oldest first. */
  readonly events: readonly EventRecord[];
  /** There were more, which are no longer kept. */
  readonly missed: boolean;
}

/** See the head of this file. */
export class EventRing {
  readonly #clock: Clock;
  readonly #process: string;
  readonly #listeners = new Set<(event: EventRecord) => void>();
  #events: EventRecord[] = [];
  #count = 0;

  constructor(clock: Clock, process: string) {
    this.#clock = clock;
    this.#process = process;
  }

  /** Id of the newest event; of none, one to go on from all the same. */
  get newest(): string {
    return `${this.#process}-${String(this.#count)}`;
  }

  /** Takes an event. */
  add(happening: Happening): void {
    this.#count += 1;
    const event: EventRecord = { ...happening, id: this.newest, at: this.#clock.wallNow() };
    this.#events.push(event);
    if (this.#events.length > MAX_EVENTS) this.#events = this.#events.slice(-MAX_EVENTS);
    for (const run of this.#listeners) run(event);
  }

  /** What happened after `id`; everything that is kept for an unknown one. */
  since(id: string | undefined): EventsSince {
    const [process, count] = /^([\da-f]+)-(\d{1,15})$/.exec(id ?? "")?.slice(1) ?? [];
    const first = this.#count - this.#events.length;
    if (process !== this.#process) return { events: [...this.#events], missed: id !== undefined };
    const after = Number(count);
    return { events: this.#events.slice(Math.max(0, after - first)), missed: after < first };
  }

  /** Calls back at each event. */
  onEvent(run: (event: EventRecord) => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }
}
