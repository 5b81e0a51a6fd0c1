/** A configuration that may be used: typed slices of its global values, and its paths. */
import type { OptionSet, OptionValues } from "#base/option.ts";
import type { PathOptions } from "#streams/options.ts";
import { authOptions } from "./options.ts";
import type { User } from "./options.ts";
import type { Values } from "./schema.ts";

/** See the head of this file. */
export class Config {
  /** Absolute name of the file; undefined when there is none. */
  readonly file: string | undefined;
  readonly paths: readonly PathOptions[];
  readonly #values: Values;

  constructor(from: { file: string | undefined; values: Values; paths: readonly PathOptions[] }) {
    this.file = from.file;
    this.paths = from.paths;
    this.#values = from.values;
  }

  /** The values of a set of options that is part of the schema. Throws where it isn't. */
  slice<S extends OptionSet>(options: S): OptionValues<S> {
    const entries = Object.keys(options).map((key): [string, unknown] => {
      if (!Object.hasOwn(this.#values, key)) throw new TypeError(`option ${key} is not part of the schema`);
      return [key, this.#values[key]];
    });
    return Object.fromEntries(entries) as OptionValues<S>; // each value was read with its option's schema
  }

  /** Who may do what; empty when nobody is configured, which serves this machine itself only. */
  get users(): readonly User[] {
    const { authMethod, authInternalUsers } = this.slice(authOptions);
    // Users of another method can't be looked up yet: nobody is let in instead of those of the file.
    return authMethod === "internal" ? authInternalUsers : [];
  }
}
