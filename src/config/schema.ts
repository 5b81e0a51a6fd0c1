/**
 * The whole configuration, composed of what the code below declares: one table of global keys and one of path keys. What
 * exists is said by `app`; this file only puts it together.
 */
import type { SluiceError } from "#base/errors.ts";
import type { OptionSet } from "#base/option.ts";
import { pathOptions } from "#streams/options.ts";
import type { PathOptions } from "#streams/options.ts";
import { globalNotCarried } from "./mediamtx/global-keys.ts";
import type { NotCarried } from "./mediamtx/not-carried.ts";
import { oldGlobalNames, oldPathNames } from "./mediamtx/old-names.ts";
import type { OldNames } from "./mediamtx/old-names.ts";
import { pathNotCarried } from "./mediamtx/path-keys.ts";
import {
  apiOptions,
  authOptions,
  fileOptions,
  hostOptions,
  logOptions,
  memoryOptions,
  metricsOptions,
  webOptions,
} from "./options.ts";

/** Parsed values by key. */
export type Values = Readonly<Record<string, unknown>>;

/** A protocol that streams can be pulled over. */
export interface SourceProtocol {
  /** URL schemes, lower-case, without `://`. */
  readonly schemes: readonly string[];
  /** Its keys of a path. */
  readonly options: OptionSet;
  /** Whether a URL of one of its schemes can be used. */
  isUrl(url: string): boolean;
  /** What its keys of a path mean together: findings by key. Asked for every path, also those with another source. */
  check(path: PathOptions): readonly { readonly key: string; readonly error: SluiceError }[];
}

/** A key that makes something listen. */
export interface ListenerRule {
  readonly key: string;
  readonly transport: "tcp" | "udp";
  /** Whether it listens with these values. */
  active(values: Values): boolean;
}

/** Finds what is wrong with global keys of a part. */
export type GlobalCheck = (
  values: Values,
  paths: readonly string[],
) => readonly { readonly steps: readonly (string | number)[]; readonly error: SluiceError }[];

/** What exists, as far as configuration goes. */
export interface SchemaParts {
  /** Global keys, declared beside the code that uses them. */
  readonly global: readonly OptionSet[];
  readonly sources: readonly SourceProtocol[];
  readonly listeners: readonly ListenerRule[];
  /** Listeners for RTP and RTCP: an even port and the one after it. */
  readonly portPairs: readonly (readonly [ListenerRule, ListenerRule])[];
  /** What global keys mean together besides: findings, and the steps that lead to each. `paths`: names of those configured. */
  readonly checks?: readonly GlobalCheck[];
  /** Whether some server needs users' passwords in plain text. */
  needsPlainPasswords(values: Values): boolean;
}

/** See the head of this file. */
export interface ConfigSchema {
  readonly parts: SchemaParts;
  /** Keys that do something. */
  readonly global: OptionSet;
  readonly path: OptionSet;
  /** Those and the keys that load without effect. */
  readonly globalKnown: OptionSet;
  readonly pathKnown: OptionSet;
  /** Old names → new ones. */
  readonly oldGlobal: OldNames;
  readonly oldPath: OldNames;
}

/** Puts the parts together. Throws where two parts declare the same key. */
export function composeSchema(parts: SchemaParts): ConfigSchema {
  const global = merge([
    fileOptions,
    logOptions,
    authOptions,
    apiOptions,
    metricsOptions,
    webOptions,
    hostOptions,
    memoryOptions,
    ...parts.global,
  ]);
  const path = merge([pathOptions, ...parts.sources.map((source) => source.options)]);
  return {
    parts,
    global,
    path,
    globalKnown: merge([global, ...globalNotCarried.map((group) => group.options)]),
    pathKnown: merge([path, ...pathNotCarried.map((group) => group.options)]),
    oldGlobal: oldGlobalNames,
    oldPath: oldPathNames,
  };
}

/** The group of keys without effect that `key` belongs to. */
export function notCarriedGroup(key: string, scope: "global" | "path"): NotCarried | undefined {
  return (scope === "global" ? globalNotCarried : pathNotCarried).find((group) => Object.hasOwn(group.options, key));
}

function merge(sets: readonly OptionSet[]): OptionSet {
  const merged: Record<string, OptionSet[string]> = {};
  for (const [key, option] of sets.flatMap((set) => Object.entries(set))) {
    if (Object.hasOwn(merged, key)) throw new TypeError(`option ${key} is declared twice`);
    merged[key] = option;
  }
  return merged;
}
