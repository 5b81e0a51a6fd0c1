/**
 * What readers were too slow for, summed up so that it only grows: their own counts go with them. What a reader was too slow
 * for between the last look and its end isn't counted. Bounded by the readers and the cameras there are.
 */
import type { ReaderRecord } from "./sources.ts";

/** See the head of this file. */
export class DropTally {
  #counted = new Map<string, number>();
  readonly #totals = new Map<string, Map<string, number>>();

  /** Looks at all readers there are now. */
  look(readers: readonly ReaderRecord[]): void {
    const counted = new Map<string, number>();
    for (const { id, path, protocol, drops } of readers) {
      let totals = this.#totals.get(path);
      if (totals === undefined) this.#totals.set(path, (totals = new Map<string, number>()));
      totals.set(protocol, (totals.get(protocol) ?? 0) + Math.max(0, drops - (this.#counted.get(id) ?? 0)));
      counted.set(id, drops);
    }
    this.#counted = counted;
  }

  /** Of one camera, by protocol. */
  of(camera: string): ReadonlyMap<string, number> {
    return this.#totals.get(camera) ?? new Map<string, number>();
  }

  /** Forgets cameras that aren't among `names`. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#totals.keys()) if (!names.has(name)) this.#totals.delete(name);
  }
}
