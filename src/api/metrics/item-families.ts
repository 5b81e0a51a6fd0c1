/**
 * Families about things there are many of (paths, sessions…), as MediaMTX has them: one that counts the things, one for each of
 * their values, and the same under older names. Without a thing there is one sample of zero, unless the question was narrowed.
 */
import type { Family } from "./exposition.ts";

/** A value of each thing; `old` are the names after the prefix that it also had. */
export interface ItemValue<T> {
  readonly name: string;
  readonly help: string;
  readonly of: (item: T) => number;
  readonly old?: readonly string[];
}

/** Things of one kind. */
export interface ItemKind<T> {
  /** Begins the families' names; the value of `?type=` too. */
  readonly type: string;
  readonly help: string;
  readonly items: readonly T[];
  readonly labels: (item: T) => Readonly<Record<string, string>>;
  readonly values: readonly ItemValue<T>[];
  /** What `?path=` is compared with. */
  readonly path?: (item: T) => string;
  /** Query parameter that asks for one thing, and what it is compared with. */
  readonly one?: { readonly parameter: string; readonly of: (item: T) => string };
}

/** Query parameters of the question. */
export type MetricsQuery = Readonly<Record<string, string | undefined>>;

/** Every query parameter that asks for one thing. */
const ONE = [
  "hls_muxer",
  "hls_session",
  "rtsp_conn",
  "rtsp_session",
  "rtsps_conn",
  "rtsps_session",
  "rtmp_conn",
  "rtmps_conn",
  "srt_conn",
  "webrtc_session",
  "moq_session",
  "forward_dest",
] as const;

/** Whether a question asks for some things only. */
export function isNarrowed(query: MetricsQuery): boolean {
  return query["path"] !== undefined || ONE.some((name) => query[name] !== undefined);
}

/** The families of one kind that answer `query`. */
export function itemFamilies<T>(kind: ItemKind<T>, query: MetricsQuery): readonly Family[] {
  const items = chosen(kind, query);
  if (items === undefined || (items.length === 0 && isNarrowed(query))) return [];
  const zero = [{ labels: {}, value: 0 }];
  const family = (name: string, help: string, of: (item: T) => number): Family => ({
    name,
    kind: "untyped",
    help,
    samples: items.length === 0 ? zero : items.map((item) => ({ labels: kind.labels(item), value: of(item) })),
  });
  return [
    { ...family(kind.type, kind.help, () => 1), kind: "gauge" },
    ...kind.values.flatMap(({ name, help, of, old = [] }) =>
      [name, ...old].map((known, index) =>
        family(`${kind.type}_${known}`, index === 0 ? help : `Older name of ${kind.type}_${name}.`, of),
      ),
    ),
  ];
}

/** Undefined where the question is about other kinds. */
function chosen<T>({ type, items, path, one }: ItemKind<T>, query: MetricsQuery): readonly T[] | undefined {
  if (query["type"] !== undefined && query["type"] !== type) return undefined;
  // As in MediaMTX a path alone asks for the path; with a type, for what of that type is on the path.
  if (query["path"] !== undefined && query["type"] === undefined && type !== "paths") return undefined;
  const others = ONE.some((name) => query[name] !== undefined && name !== one?.parameter);
  if (others || (query["path"] !== undefined && path === undefined)) return undefined;
  const id = one === undefined ? undefined : query[one.parameter];
  return items.filter(
    (item) => (query["path"] === undefined || path?.(item) === query["path"]) && (id === undefined || one?.of(item) === id),
  );
}
