/**
 * Looks at memory once a second: measures what no pool counts as it is taken (what the kernel holds of sockets, sessions,
 * what parsers have begun to read), climbs or descends the ladder, and carries out the steps that are deeds: closing idle
 * on-demand streams, letting go of spare slabs. The other steps are asked for by whom they concern.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { MemoryBudget } from "../ring/memory-budget.ts";
import type { PressureLadder, PressureReadings } from "./pressure-ladder.ts";

const PERIOD_MS = 1000;
/** A crowd at the door is told of once in this while. */
const TELL_MS = 10_000;

/** Pools that are measured: what they hold is held whether it was granted or not. */
export interface MeasuredBytes {
  /** What the kernel holds of our sockets. */
  readonly sockets: number;
  readonly sessions: number;
  readonly parsers: number;
}

/** What it works with. */
export interface GovernorParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly budget: MemoryBudget;
  readonly ladder: PressureLadder;
  readonly readings: () => Omit<PressureReadings, "budget">;
  readonly measure: () => MeasuredBytes;
  readonly relief: Relief;
}

/** The deeds; each answers how many it concerned. */
export interface Relief {
  closeIdle(): number;
  dropSpare(): number;
}

/** See the head of this file. */
export class MemoryGovernor {
  readonly #parts: GovernorParts;
  readonly #timer: Timer;
  #told = { refused: 0, at: Number.NEGATIVE_INFINITY };

  constructor(parts: GovernorParts) {
    this.#parts = parts;
    this.#timer = parts.clock.every("memory governor", PERIOD_MS, () => {
      this.look();
    });
  }

  /** Looks now. */
  look(): void {
    const { clock, log, budget, ladder, readings, measure } = this.#parts;
    const { sockets, sessions, parsers } = measure();
    budget.pool("sockets").measure(sockets);
    budget.pool("sessions").measure(sessions);
    budget.pool("parsers").measure(parsers);
    const refusals = budget.uses().reduce((sum, pool) => sum + pool.refusals, 0);
    const own = { usedBytes: budget.used, totalBytes: budget.total, refusals };
    const before = ladder.steps.length;
    if (ladder.look({ budget: own, ...readings() }, clock.now())) {
      const fields = { steps: ladder.steps, cause: ladder.cause };
      if (ladder.steps.length > before) log.warn(fields, "memory is short: letting go of more");
      else log.info(fields, "memory suffices again: a step taken back");
    }
    this.#relieve();
    this.#tellRefused(clock.now());
  }

  /** Idempotent. */
  close(): void {
    this.#timer.cancel();
  }

  /** Whom `Admission` has turned away. */
  #tellRefused(now: number): void {
    const { log, budget } = this.#parts;
    const [streams, readers] = ["streams", "readers"].map((name) => budget.pool(name).use().refusals);
    const refused = (streams ?? 0) + (readers ?? 0);
    if (refused === this.#told.refused || now - this.#told.at < TELL_MS) return;
    this.#told = { refused, at: now };
    log.warn({ streams, readers, budget: budget.total }, "refused since the start, because memory doesn't suffice for more");
  }

  #relieve(): void {
    const { ladder, relief, log } = this.#parts;
    if (ladder.has("shorten-hls")) relief.dropSpare();
    const idle = ladder.has("close-idle") ? relief.closeIdle() : 0;
    if (idle > 0) log.warn({ streams: idle }, "idle on-demand streams closed, because memory is short");
  }
}
