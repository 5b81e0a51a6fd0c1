/**
 * Random values of every JavaScript type, for fuzzing an interface that must check what it gets. Reproducible by seed.
 */

/** A seeded random generator (mulberry32); not for secrets. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Uniform integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** True with probability `share`. */
  chance(share: number): boolean {
    return this.unit() < share;
  }

  /** One of `choices`; undefined only where there is none. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

const numbers = [0, -0, 1, -1, 0.5, NaN, Infinity, -Infinity, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 31), 1e308, 65_536];
const arrays = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
] as const;

/** A typed array of any kind: of ordinary, shared, resizable (shrunk beneath it) or detached memory. */
export function typedArray(dice: Dice): unknown {
  const Kind = dice.pick(arrays);
  const bytes = 8 * dice.below(64);
  switch (dice.below(5)) {
    case 0:
      return Reflect.construct(Kind, [new SharedArrayBuffer(bytes)]);
    case 1: {
      const memory = new ArrayBuffer(bytes, { maxByteLength: 2 * bytes + 8 });
      const view = dice.chance(0.5) ? new Kind(memory) : new Kind(memory, 0, bytes / 8);
      memory.resize(dice.pick([0, bytes, 2 * bytes]));
      return view;
    }
    case 2: {
      const memory = new ArrayBuffer(bytes);
      const view = new Kind(memory);
      structuredClone(memory, { transfer: [memory] });
      return view;
    }
    case 3:
      return new DataView(new ArrayBuffer(bytes));
    default:
      return new Kind(bytes);
  }
}

/** Anything at all. */
export function junk(dice: Dice): unknown {
  const makers: readonly (() => unknown)[] = [
    () => undefined,
    () => null,
    () => dice.chance(0.5),
    () => dice.pick(numbers),
    () => dice.pick(numbers) * dice.unit(),
    () => BigInt(dice.below(2 ** 32)),
    () => "x".repeat(dice.below(300)),
    () => "\0\u{1f4f7}\ud800".repeat(dice.below(30)),
    () => Symbol("junk"),
    () => ({ length: 10, valueOf: () => 7 }),
    () => [1, 2, 3],
    () => () => undefined,
    () => new ArrayBuffer(64),
    () => new Proxy({}, { get: () => explode(), has: () => explode() }),
    () => new Proxy(new Uint8Array(8), {}),
    () => new Date(dice.below(1000)),
    () => typedArray(dice),
    () => typedArray(dice),
  ];
  return dice.pick(makers)();
}

function explode(): never {
  throw new Error("the native module must not look here");
}
