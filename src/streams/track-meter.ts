/**
 * What a source really sends on a track, counted where packets pass anyway: pictures (access units), key units, packets that
 * are missing. Counters only grow; whoever wants rates looks at them twice. Costs a few additions per access unit.
 */

/** See the head of this file. Times are monotonic ms. */
export class TrackMeter {
  /** Access units begun. */
  units = 0;
  /** When the newest one began; undefined before the first. */
  unitAt: number | undefined;
  keyUnits = 0;
  keyAt: number | undefined;
  /** RTP packets that never came, by their numbers. */
  lost = 0;
  /** RTP packets that came. */
  packets = 0;
  #gopMs = 0;
  #gopUnits = 0;
  #unitsAtKey = 0;

  /** The last complete group of pictures; undefined before two key units. */
  get gop(): { readonly durationMs: number; readonly units: number } | undefined {
    return this.#gopUnits === 0 ? undefined : { durationMs: this.#gopMs, units: this.#gopUnits };
  }

  /** An access unit begins. */
  unit(now: number): void {
    this.units += 1;
    this.unitAt = now;
  }

  /** The unit that has begun is a key unit. */
  key(now: number): void {
    if (this.keyAt !== undefined) {
      this.#gopMs = now - this.keyAt;
      this.#gopUnits = this.units - this.#unitsAtKey;
    }
    this.#unitsAtKey = this.units;
    this.keyAt = now;
    this.keyUnits += 1;
  }

  /** Another source begins: the time between two sources is no group of pictures. */
  sourceReplaced(): void {
    this.keyAt = undefined;
    this.#gopUnits = 0;
  }
}
