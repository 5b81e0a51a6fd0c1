/**
 * The parameter sets of one video track, from SDP and in-band, by kind (0 = first needed) and id. Comparing a set with what
 * is known allocates nothing; only a set that differs is copied. When a set of the sequence changes, sets of the old sequence
 * are kept until the unit has carried one of every kind, then dropped.
 */
import { PacketFlag } from "./codec.ts";

/** Sets kept per track, all kinds together; H.264 allows 32 SPS and 256 PPS, cameras use one to four of each. */
export const MAX_SETS = 48;
/** Bytes of one set; one that is larger is not remembered. */
export const MAX_SET_BYTES = 4096;

/** A NAL unit in a packet: its header comes apart since fragments carry it elsewhere. Reused between calls. */
export interface NalView {
  buffer: Buffer;
  /** The one or two header bytes as a number. */
  header: number;
  /** Where the bytes after the header begin and end. */
  start: number;
  end: number;
}

interface StoredSet {
  readonly kind: number;
  readonly id: number;
  readonly nal: Buffer;
  /** Number of the access unit that carried it last. */
  unit: number;
  /** Belongs to a sequence that has been replaced. */
  old: boolean;
}

/** What distinguishes the two codings: kinds (a bit each in the unit's tally), header length, and how a set tells its id. */
export interface ParameterSetRules {
  readonly kinds: number;
  readonly headerBytes: 1 | 2;
  /** Kind whose change makes the other sets old: the sequence parameter set. */
  readonly sequenceKind: number;
  /** Id of a set within its kind. `nal` is the whole NAL unit; -1 when it can't be read. */
  readonly idOf: (kind: number, nal: Buffer) => number;
}

/** Known parameter sets of one track. */
export class ParameterSetStore {
  readonly #rules: ParameterSetRules;
  readonly #allKinds: number;
  #sets: StoredSet[] = [];
  #unit = 0;
  #unitKinds = 0;
  #printed: string | undefined;

  constructor(rules: ParameterSetRules) {
    this.#rules = rules;
    this.#allKinds = 2 ** rules.kinds - 1;
  }

  /** A new access unit begins. */
  beginUnit(): void {
    this.#unit += 1;
    this.#unitKinds = 0;
  }

  /** Takes a set from SDP, header included. */
  seed(kind: number, nal: Buffer): void {
    if (nal.length > this.#rules.headerBytes && nal.length <= MAX_SET_BYTES) this.#remember(kind, Buffer.from(nal));
  }

  /** Takes a set seen in-band; gives `PacketFlag` bits. */
  offer(kind: number, view: NalView): number {
    const bytes = view.end - view.start + this.#rules.headerBytes;
    if (view.end <= view.start || bytes > MAX_SET_BYTES) return PacketFlag.Malformed;
    let flags = 0;
    const known = this.#find(kind, view);
    if (known === undefined) {
      if (!this.#remember(kind, this.#copy(view))) return PacketFlag.Malformed;
      flags = PacketFlag.ParameterSetsChanged;
    } else {
      known.unit = this.#unit;
      known.old = false;
    }
    const before = this.#unitKinds;
    this.#unitKinds |= 1 << kind;
    if (before !== this.#allKinds && this.#unitKinds === this.#allKinds) {
      this.#dropOld();
      flags |= PacketFlag.ParameterSets;
    }
    return flags;
  }

  /** Whether there is a set of every kind. */
  get complete(): boolean {
    let kinds = 0;
    for (const set of this.#sets) kinds |= 1 << set.kind;
    return kinds === this.#allKinds;
  }

  /** Sets of one kind, whole NAL units, the one that changed last at the end. */
  ofKind(kind: number): readonly Buffer[] {
    return this.#sets.filter((set) => set.kind === kind).map((set) => set.nal);
  }

  /** All sets in the order a decoder needs them. */
  all(): readonly Buffer[] {
    return Array.from({ length: this.#rules.kinds }, (_, kind) => this.ofKind(kind)).flat();
  }

  /** The set of this kind that changed last; undefined when there is none. */
  newest(kind: number): Buffer | undefined {
    return this.#sets.findLast((set) => set.kind === kind)?.nal;
  }

  /** What `print` makes of the sets; asked again only when one of them has changed, since every viewer wants it. */
  printed(print: () => string): string {
    return (this.#printed ??= print());
  }

  #find(kind: number, view: NalView): StoredSet | undefined {
    const header = this.#rules.headerBytes;
    const length = view.end - view.start + header;
    for (const set of this.#sets) {
      if (set.kind !== kind || set.nal.length !== length) continue;
      if (view.buffer.compare(set.nal, header, length, view.start, view.end) === 0) return set;
    }
    return undefined;
  }

  #copy(view: NalView): Buffer {
    const header = this.#rules.headerBytes;
    const nal = Buffer.allocUnsafe(header + view.end - view.start);
    nal.writeUIntBE(view.header, 0, header);
    view.buffer.copy(nal, header, view.start, view.end);
    return nal;
  }

  #remember(kind: number, nal: Buffer): boolean {
    const id = this.#rules.idOf(kind, nal);
    if (id < 0) return false;
    const replaced = this.#sets.some((set) => set.kind === kind && set.id === id);
    this.#sets = this.#sets.filter((set) => set.kind !== kind || set.id !== id);
    if (replaced && kind === this.#rules.sequenceKind) {
      for (const set of this.#sets) set.old = set.unit !== this.#unit;
    }
    if (this.#sets.length >= MAX_SETS) this.#sets.shift();
    this.#sets.push({ kind, id, nal, unit: this.#unit, old: false });
    this.#printed = undefined;
    return true;
  }

  #dropOld(): void {
    if (!this.#sets.some((set) => set.old)) return;
    this.#sets = this.#sets.filter((set) => !set.old);
    this.#printed = undefined;
  }
}
