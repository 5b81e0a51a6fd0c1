/**
 * How keys of MediaMTX that Sluice doesn't carry yet are declared: with their type and MediaMTX's default, so that files
 * load, wrong types are still errors, and one warning names the keys whose value would have changed something.
 */
import {
  booleanOption,
  choiceOption,
  durationOption,
  groupOption,
  integerOption,
  listOption,
  optionalNumberOption,
  secretOption,
  sizeOption,
  textOption,
} from "#base/option.ts";
import type { Option, OptionSet } from "#base/option.ts";

/** Keys of one feature, and what to do without it; the texts stand in a list, so they are short. */
export interface NotCarried {
  readonly instead: string;
  readonly insteadZh: string;
  readonly options: OptionSet;
}

const NONE = "A key of MediaMTX that has no effect yet.";
const ANY_INTEGER = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
const ANY_SIZE = { minimumBytes: 0, maximumBytes: Number.MAX_SAFE_INTEGER };
const ANY_DURATION = { minimumMs: -1e15, maximumMs: 1e15 };

/** A boolean. */
export const flag = (fallback = false): Option<boolean> => booleanOption(fallback, NONE);
/** A whole number. */
export const whole = (fallback: number): Option<number> => integerOption(fallback, ANY_INTEGER, NONE);
/** A number. */
export const fraction = (fallback: number): Option<number | undefined> => ({ ...optionalNumberOption(NONE), default: fallback });
/** Text. */
export const words = (fallback = ""): Option<string> => textOption(fallback, NONE);
/** A password or token. */
export const hidden = (): Option<unknown> => secretOption(NONE);
/** A duration. */
export const time = (fallback: string): Option<number> => durationOption(fallback, ANY_DURATION, NONE);
/** A number of bytes. */
export const size = (fallback: string): Option<number> => sizeOption(fallback, ANY_SIZE, NONE);
/** One of a few words. */
export const oneOf = (first: string, ...others: readonly string[]): Option<string> =>
  choiceOption([first, ...others], { fallback: first }, NONE);
/** `no`, `optional`, `strict`. */
export const encryption = (): Option<string> =>
  choiceOption(
    ["no", "optional", "strict"],
    { fallback: "no", synonyms: { false: "no", off: "no", true: "strict", yes: "strict", on: "strict" } },
    NONE,
  );
/** A list. */
export const listOf = <T>(item: Option<T>, ...fallback: readonly string[]): Option<readonly T[]> =>
  listOption(item, { fallback }, NONE);
/** A list of words. */
export const list = (...fallback: readonly string[]): Option<readonly string[]> => listOf(words(), ...fallback);
/** A list of numbers. */
export const numbers = (...fallback: readonly number[]): Option<readonly unknown[]> =>
  listOption(fraction(0), { fallback }, NONE);
/** A list of groups of settings, empty by default. */
export const groups = (options: OptionSet): Option<readonly unknown[]> =>
  listOption(groupOption(options, NONE), { fallback: [] }, NONE);

/** Keys that MediaMTX itself gave up: read, and never shown. */
export function former<const S extends OptionSet>(options: S): OptionSet {
  return Object.fromEntries(Object.entries(options).map(([key, option]) => [key, { ...option, deprecated: true as const }]));
}

/** The five keys every HTTP listener of MediaMTX has. */
export function httpServer(prefix: string): OptionSet {
  return {
    [`${prefix}Encryption`]: flag(),
    [`${prefix}ServerKey`]: words("server.key"),
    [`${prefix}ServerCert`]: words("server.crt"),
    [`${prefix}AllowOrigins`]: list("*"),
    [`${prefix}TrustedProxies`]: list(),
  };
}
