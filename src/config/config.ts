/**
 * A configuration that may be used: typed slices of its global values, its paths, and for the API every value by key, also
 * of keys without effect.
 */
import type { OptionSet, OptionValues } from "#base/option.ts";
import type { PathOptions } from "#streams/options.ts";
import { authOptions } from "./options.ts";
import type { AuthOptions, User } from "./options.ts";
import type { Values } from "./schema.ts";

/** What a configuration is made of. */
export interface ConfigValues {
  readonly values: Values;
  readonly paths: readonly PathOptions[];
  readonly pathDefaults: Values;
  /** What each path's own settings say, by the path's name. */
  readonly written: ReadonlyMap<string, Values>;
}

/** See the head of this file. */
export class Config {
  /** Absolute name of the file; undefined when there is none. */
  readonly file: string | undefined;
  readonly paths: readonly PathOptions[];
  /** All global values. */
  readonly values: Values;
  /** What every path begins with: what is written under `pathDefaults`, otherwise the default. */
  readonly pathDefaults: Values;
  readonly #written: ReadonlyMap<string, Values>;

  constructor(from: { file: string | undefined } & ConfigValues) {
    this.file = from.file;
    this.paths = from.paths;
    this.values = from.values;
    this.pathDefaults = from.pathDefaults;
    this.#written = from.written;
  }

  /** The values of a set of options that is part of the schema. Throws where it isn't. */
  slice<S extends OptionSet>(options: S): OptionValues<S> {
    const entries = Object.keys(options).map((key): [string, unknown] => {
      if (!Object.hasOwn(this.values, key)) throw new TypeError(`option ${key} is not part of the schema`);
      return [key, this.values[key]];
    });
    return Object.fromEntries(entries) as OptionValues<S>; // each value was read with its option's schema
  }

  /** All values of the path that is configured as `name`; undefined where there is none. */
  valuesOf(name: string): Values | undefined {
    const written = this.#written.get(name);
    return written && { ...this.pathDefaults, ...written };
  }

  /** Who may do what where `authMethod` is internal; empty when nobody is configured, which serves this machine itself only. */
  get users(): readonly User[] {
    return this.authentication.authInternalUsers;
  }

  /** How people prove who they are, and who decides. */
  get authentication(): AuthOptions {
    return this.slice(authOptions);
  }
}
