/**
 * Parameter sets of H.264 and H.265 as containers want them: taken out of the units and told once, beside the samples. Those
 * of a key unit replace the known ones of their kind; a set in any other unit stays where it is unless it is known.
 */
import type { AccessUnit } from "./codec.ts";

/** What differs between the codings. */
export interface NalRules {
  /** Kinds of sets; all must be known before anything can be decoded. */
  readonly kinds: number;
  /** Kind of a parameter set, or what else to do with a NAL unit: `drop` delimiters and filler. */
  readonly roleOf: (nal: Buffer) => number | "keep" | "drop";
}

/** Watches one track's units. */
export class ParameterSetWatch {
  readonly #rules: NalRules;
  #sets: readonly (readonly Buffer[])[];
  #version = 0;

  constructor(rules: NalRules) {
    this.#rules = rules;
    this.#sets = Array.from({ length: rules.kinds }, () => []);
  }

  /** Goes up when the sets changed. 0 = some kind has never been seen. */
  get version(): number {
    return this.#sets.every((sets) => sets.length > 0) ? this.#version : 0;
  }

  /** Sets of one kind, whole NAL units. */
  ofKind(kind: number): readonly Buffer[] {
    return this.#sets[kind] ?? [];
  }

  /** All sets in the order a decoder needs them. */
  all(): readonly Buffer[] {
    return this.#sets.flat();
  }

  /** The unit's other NAL units. */
  take(unit: AccessUnit): readonly Buffer[] {
    const others: Buffer[] = [];
    const found: Buffer[][] = this.#sets.map(() => []);
    for (const nal of unit.units) {
      const role = this.#rules.roleOf(nal);
      if (role === "drop") continue;
      if (role === "keep") others.push(nal);
      else if (unit.type === "key") found[role]?.push(nal);
      else if (!this.#knows(role, nal)) others.push(nal);
    }
    if (unit.type === "key") this.#replace(found);
    return others;
  }

  #knows(kind: number, nal: Buffer): boolean {
    return this.ofKind(kind).some((set) => set.equals(nal));
  }

  #replace(found: readonly (readonly Buffer[])[]): void {
    const next = found.map((sets, kind) => (sets.length > 0 ? distinct(sets) : this.ofKind(kind)));
    const same = next.every((sets, kind) => {
      const known = this.ofKind(kind);
      return sets.length === known.length && sets.every((nal, index) => known[index]?.equals(nal) === true);
    });
    if (same) return;
    this.#sets = next;
    this.#version += 1;
  }
}

/** NAL units with their lengths in four bytes before them, as samples hold them (ISO/IEC 14496-15 §5.3.3). */
export function lengthPrefixed(nals: readonly Buffer[]): Buffer[] {
  return nals.flatMap((nal) => {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(nal.length);
    return [length, nal];
  });
}

/** NAL units with start codes before them (Annex B). */
export function startCoded(nals: readonly Buffer[]): Buffer[] {
  return nals.flatMap((nal) => [START_CODE, nal]);
}

const START_CODE = Buffer.from([0, 0, 0, 1]);

function distinct(nals: readonly Buffer[]): readonly Buffer[] {
  return nals.filter((nal, index) => nals.findIndex((other) => other.equals(nal)) === index);
}
