/** Who publishes to which path, as it was at the last look; what has changed since is an event. */
import type { PathView } from "../views.ts";
import type { Happening } from "../contract/events.ts";

type Publisher = NonNullable<PathView["source"]>;

/** See the head of this file. Sources that we pull have no id. */
export class PublisherWatch {
  #known: ReadonlyMap<string, Publisher> = new Map();

  /** What has happened since the last look. */
  look(paths: readonly Pick<PathView, "name" | "source">[]): readonly Happening[] {
    const now = new Map(
      paths.flatMap(({ name, source }) => (source === undefined || source.id === "" ? [] : [[name, source] as const])),
    );
    const before = this.#known;
    this.#known = now;
    const differs = (name: string, other: ReadonlyMap<string, Publisher>, { id }: Publisher): boolean =>
      other.get(name)?.id !== id;
    const left = [...before].filter(([name, publisher]) => differs(name, now, publisher));
    const joined = [...now].filter(([name, publisher]) => differs(name, before, publisher));
    return [
      ...left.map(([camera, { type }]) => ({ kind: "publisher-left", camera, type }) as const),
      ...joined.map(([camera, { type }]) => ({ kind: "publisher-joined", camera, type }) as const),
    ];
  }
}
