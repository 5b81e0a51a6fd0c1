/** The keys without effect that one configuration sets, for the one warning about them all. */
import type { ErrorDetails } from "#base/errors.ts";
import type { Origin } from "../syntax/node.ts";
import type { NotCarried } from "./not-carried.ts";

/** Places of one key that are named; a site of a thousand cameras has a thousand. */
const MAX_PLACES = 3;

/** See the head of this file. */
export class IdleKeys {
  /** How many are set to what they are anyway. */
  defaults = 0;
  readonly #groups = new Map<NotCarried, Map<string, string[]>>();
  #origin: Origin | undefined;

  /** Notes a key whose value would change something. */
  add(group: NotCarried, setting: { key: string; path: string; origin: Origin }): void {
    this.#origin ??= setting.origin;
    const keys = this.#groups.get(group) ?? new Map<string, string[]>();
    this.#groups.set(group, keys);
    const places = keys.get(setting.key) ?? [];
    keys.set(setting.key, places);
    places.push(setting.path);
  }

  /** What to say, and the first place; undefined where there is nothing to say. */
  describe(): { details: ErrorDetails; origin: Origin } | undefined {
    if (this.#origin === undefined) return undefined;
    const groups = [...this.#groups].map(([group, keys]) => ({ group, keys: [...keys.values()].map(shortened) }));
    return {
      origin: this.#origin,
      details: {
        defaults: this.defaults,
        keys: groups.map(({ group, keys }) => `${keys.join(", ")} (${group.instead})`).join("; "),
        keysZh: groups.map(({ group, keys }) => `${keys.join("、")}（${group.insteadZh}）`).join("；"),
      },
    };
  }
}

function shortened(places: readonly string[]): string {
  const more = places.length - MAX_PLACES;
  return more <= 0 ? places.join(", ") : `${places.slice(0, MAX_PLACES).join(", ")}, … (+${String(more)})`;
}
