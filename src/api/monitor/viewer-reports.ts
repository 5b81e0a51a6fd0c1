/**
 * What players of the page report of themselves, and the totals for metrics. Bounded: the player heard of longest ago goes;
 * one that is silent for a while is taken for gone.
 */
import type { Clock } from "#base/clock.ts";
import type { ViewerTotals } from "../views.ts";
import type { ViewerExperience } from "../contract/readers.ts";
import type { ViewerReport, ViewerView } from "../contract/viewers.ts";

/** Players remembered. */
const MAX_PLAYERS = 500;
const SILENT_MS = 60_000;

/** Who reports. */
export interface Reporter {
  readonly address: string;
  readonly userAgent: string;
}

/** See the head of this file. */
export class ViewerReports {
  readonly #clock: Clock;
  readonly #players = new Map<string, ViewerView>();
  readonly #totals = new Map<ViewerReport["kind"], { -readonly [K in keyof ViewerTotals]: ViewerTotals[K] }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Totals by kind of player; counters only grow. */
  get totals(): ReadonlyMap<ViewerReport["kind"], ViewerTotals> {
    return this.#totals;
  }

  /** Takes a report. */
  take(report: ViewerReport, by: Reporter): void {
    const now = this.#clock.wallNow();
    // The key holds the address, so that one page can't write another's report.
    const key = `${by.address} ${report.player}`;
    const before = this.#players.get(key);
    this.#count(report, before);
    this.#players.delete(key);
    if (report.ended) return;
    const { player, camera, kind, firstPictureMs, stalls, stalledMs, errors } = report;
    const measured = { firstPictureMs, stalls, stalledMs, errors, reportedAt: now };
    const named = { player, camera, kind, reader: report.reader ?? null, fallbackReason: report.fallbackReason ?? null };
    this.#players.set(key, { ...named, ...measured, ...by, since: before?.since ?? now });
    for (const oldest of this.#players.keys()) {
      if (this.#players.size <= MAX_PLAYERS) break;
      this.#players.delete(oldest);
    }
  }

  /** Those that were heard of lately. */
  list(): readonly ViewerView[] {
    const now = this.#clock.wallNow();
    for (const [key, { reportedAt }] of this.#players) if (now - reportedAt > SILENT_MS) this.#players.delete(key);
    return [...this.#players.values()];
  }

  /** What the player of a reader says; null where it says nothing. */
  experienceOf(reader: string): ViewerExperience | null {
    const found = [...this.#players.values()].find((view) => view.reader === reader);
    if (found === undefined) return null;
    const { firstPictureMs, stalls, stalledMs, errors, reportedAt } = found;
    return { firstPictureMs, stalls, stalledMs, errors, reportedAt };
  }

  /** Reports say everything since the player began: only what is new since its last one is added. */
  #count(report: ViewerReport, before: ViewerView | undefined): void {
    const totals = this.#totals.get(report.kind) ?? {
      players: 0,
      pictures: 0,
      firstPictureMs: 0,
      stalls: 0,
      stalledMs: 0,
      errors: 0,
    };
    this.#totals.set(report.kind, totals);
    if (before === undefined) totals.players += 1;
    if (report.firstPictureMs !== null && (before?.firstPictureMs ?? null) === null) {
      totals.pictures += 1;
      totals.firstPictureMs += report.firstPictureMs;
    }
    totals.stalls += Math.max(0, report.stalls - (before?.stalls ?? 0));
    totals.stalledMs += Math.max(0, report.stalledMs - (before?.stalledMs ?? 0));
    totals.errors += Math.max(0, report.errors - (before?.errors ?? 0));
  }
}
