/**
 * How code declares its configuration options: plain JSON Schema objects (draft 2020-12) that also say how the text in a
 * file becomes a value (`kind`), typed with TypeBox's `TUnsafe<value type>`, so that one declaration is the parsed type,
 * the validation, the default, the documentation and the schema for editors. Only TypeBox's types are used: loading its
 * code costs 21 MiB and 0.2 s on a fast machine, and building plain objects needs none of it. Reading values is the job
 * of `config`; this file only declares. `default` is always in the file's spelling (`10s`, not 10000).
 */
import type { TUnsafe } from "typebox";
import type { IpRange } from "./ip-range.ts";
import type { ListenAddress } from "./listen-address.ts";
import type { Secret } from "./secret.ts";

/**
 * How a changed value takes effect while the server runs:
 * - `live`: at once, and nobody notices;
 * - `source`: the path's source is pulled anew, its readers stay;
 * - `restart`: what uses the option is opened anew, and its clients connect again.
 */
export type Reload = "live" | "source" | "restart";

/** What every option says about itself. */
interface OptionBase {
  /** One or two sentences for a person who has never seen the key. */
  readonly description: string;
  readonly default?: unknown;
  /** `restart` where it says nothing. Of a group or list, it counts for the whole. */
  readonly reload?: Reload;
  /** Read for the sake of old files only; not offered to anyone. */
  readonly deprecated?: true;
  /** What the number counts, where it isn't a plain count: `bytes`. */
  readonly unit?: string;
}

/** An option's JSON Schema with the `kind` that tells `config` how to read it. */
export type OptionSchema = OptionBase &
  (
    | { readonly kind: "boolean"; readonly type: "boolean" }
    | { readonly kind: "number"; readonly type: "number" | "integer"; readonly minimum?: number; readonly maximum?: number }
    /** `synonyms`: other spellings → one of `enum` (old names, YAML's `no` read as a boolean). */
    | {
        readonly kind: "choice";
        readonly type: "string";
        readonly enum: readonly string[];
        readonly synonyms?: Readonly<Record<string, string>>;
      }
    | { readonly kind: "text"; readonly type: "string"; readonly maxLength: number }
    | { readonly kind: "secret"; readonly type: "string"; readonly maxLength: number; readonly writeOnly: true }
    /** Go's duration syntax; limits in milliseconds. */
    | {
        readonly kind: "duration";
        readonly type: "string";
        readonly minimumMs: number;
        readonly maximumMs: number;
        readonly words?: Readonly<Record<string, number>>;
      }
    /** `50M`, `96MiB`, plain bytes; limits in bytes. */
    | {
        readonly kind: "size";
        readonly type: "string";
        readonly minimumBytes: number;
        readonly maximumBytes: number;
        readonly words?: Readonly<Record<string, number>>;
      }
    /** `optional`: empty text means that nothing listens, undefined. */
    | { readonly kind: "listen-address"; readonly type: "string"; readonly optional?: true }
    | { readonly kind: "ip-range"; readonly type: "string" }
    | {
        readonly kind: "list";
        readonly type: "array";
        readonly items: OptionSchema;
        readonly minItems: number;
        readonly maxItems: number;
        readonly uniqueItems?: boolean;
      }
    | {
        readonly kind: "group";
        readonly type: "object";
        readonly properties: Readonly<Record<string, OptionSchema>>;
        readonly additionalProperties: false;
      }
  );

/** An option whose parsed value is a `T`. */
export type Option<T> = OptionSchema & TUnsafe<T>;

/** Options by key. */
export type OptionSet = Readonly<Record<string, Option<unknown>>>;

/** The parsed values of a set of options. */
export type OptionValues<S extends OptionSet> = { readonly [K in keyof S]: S[K] extends TUnsafe<infer T> ? T : never };

/** Longest text an option takes unless it says otherwise, in characters. */
export const MAX_TEXT = 4096;
const MAX_ITEMS = 256;
const YEAR_MS = 365 * 86_400_000;

/** The phantom type is TypeBox's; nothing of it exists at run time. */
function declare_<T>(schema: OptionSchema): Option<T> {
  return schema as Option<T>;
}

/** Says how a change of `option` takes effect. */
export function reloads<T>(reload: Reload, option: Option<T>): Option<T> {
  return declare_({ ...option, reload });
}

/** The same options, each of which takes effect without anybody noticing. */
export function allLive<const S extends OptionSet>(options: S): S {
  const entries = Object.entries(options).map(([key, option]) => [key, reloads("live", option)]);
  return Object.fromEntries(entries) as S; // the same keys with the same types
}

/** `yes`/`no`, `on`/`off`, `true`/`false`. */
export function booleanOption(fallback: boolean, description: string): Option<boolean> {
  return declare_({ kind: "boolean", type: "boolean", default: fallback, description });
}

/** A whole number. */
export function integerOption(
  fallback: number,
  limits: { minimum: number; maximum: number; unit?: string },
  description: string,
): Option<number> {
  return declare_({ kind: "number", type: "integer", ...limits, default: fallback, description });
}

/** A number with a fraction, undefined where the file leaves it empty. */
export function optionalNumberOption(description: string): Option<number | undefined> {
  return declare_({ kind: "number", type: "number", description });
}

/** One of a few words. */
export function choiceOption<const V extends string>(
  values: readonly [V, ...V[]],
  settings: { fallback: NoInfer<V>; synonyms?: Readonly<Record<string, NoInfer<V>>> },
  description: string,
): Option<V> {
  const { fallback, synonyms } = settings;
  return declare_({
    kind: "choice",
    type: "string",
    enum: values,
    ...(synonyms && { synonyms }),
    default: fallback,
    description,
  });
}

/** Free text, ≤ `MAX_TEXT` characters. */
export function textOption(fallback: string, description: string): Option<string> {
  return declare_({ kind: "text", type: "string", maxLength: MAX_TEXT, default: fallback, description });
}

/** Text that is never printed again; empty by default. */
export function secretOption(description: string): Option<Secret> {
  return declare_({ kind: "secret", type: "string", maxLength: MAX_TEXT, writeOnly: true, default: "", description });
}

/** A duration in milliseconds; `words` are spellings with a fixed value (`automatic`). */
export function durationOption(
  fallback: string,
  limits: { minimumMs?: number; maximumMs?: number; words?: Readonly<Record<string, number>> },
  description: string,
): Option<number> {
  return declare_({
    kind: "duration",
    type: "string",
    minimumMs: 0,
    maximumMs: YEAR_MS,
    ...limits,
    default: fallback,
    description,
  });
}

/** A number of bytes; `words` are spellings with a fixed value (`automatic`). */
export function sizeOption(
  fallback: string,
  limits: { minimumBytes: number; maximumBytes: number; words?: Readonly<Record<string, number>> },
  description: string,
): Option<number> {
  return declare_({ kind: "size", type: "string", ...limits, default: fallback, description });
}

/** `[host]:port` of a listener. */
export function listenAddressOption(fallback: string, description: string): Option<ListenAddress> {
  return declare_({ kind: "listen-address", type: "string", default: fallback, description });
}

/** `[host]:port` of a listener that there need not be: undefined where the text is empty. */
export function optionalListenAddressOption(fallback: string, description: string): Option<ListenAddress | undefined> {
  return declare_({ kind: "listen-address", type: "string", optional: true, default: fallback, description });
}

/** An IP address or network. */
export function ipRangeOption(fallback: string, description: string): Option<IpRange> {
  return declare_({ kind: "ip-range", type: "string", default: fallback, description });
}

/** A list; `fallback` in the file's spelling. */
export function listOption<T>(
  items: Option<T>,
  settings: { fallback: readonly unknown[]; minItems?: number; maxItems?: number; uniqueItems?: boolean },
  description: string,
): Option<readonly T[]> {
  const { fallback, ...limits } = settings;
  return declare_({
    kind: "list",
    type: "array",
    items,
    minItems: 0,
    maxItems: MAX_ITEMS,
    ...limits,
    default: fallback,
    description,
  });
}

/** Exactly two whole numbers, the first not above the second (checked by who uses it). */
export function pairOption(
  fallback: readonly [number, number],
  limits: { minimum: number; maximum: number },
  description: string,
): Option<readonly [number, number]> {
  const items: OptionSchema = {
    kind: "number",
    type: "integer",
    ...limits,
    default: fallback[0],
    description: "One end of the range.",
  };
  return declare_({ kind: "list", type: "array", items, minItems: 2, maxItems: 2, default: fallback, description });
}

/** Options within options. */
export function groupOption<const S extends OptionSet>(properties: S, description: string): Option<OptionValues<S>> {
  return declare_({ kind: "group", type: "object", properties, additionalProperties: false, default: {}, description });
}
