/**
 * What a request wants: MediaMTX's addresses. `/path/` is the page, `/path/index.m3u8` the multivariant playlist,
 * `/path/*_stream.m3u8` the media playlist, `/path/*.mp4|ts` media, `/path/name.js|css` belongs to the page; `/path` is sent on
 * to `/path/`.
 */

/** Longest path and file together, characters. */
const MAX_TARGET = 1024;

/** What a request wants. */
export type RequestTarget =
  | { readonly kind: "page" | "multivariant"; readonly path: string }
  | { readonly kind: "playlist" | "media" | "asset"; readonly path: string; readonly file: string }
  | { readonly kind: "add-slash"; readonly path: string }
  | { readonly kind: "nothing" };

/** Reads a decoded address that begins with `/`. */
export function readTarget(address: string): RequestTarget {
  const whole = address.slice(1);
  if (whole === "" || whole.length > MAX_TARGET || whole === "favicon.ico") return { kind: "nothing" };
  const slash = whole.lastIndexOf("/");
  const [path, file] = [whole.slice(0, Math.max(0, slash)), whole.slice(slash + 1)];
  if (file === "") return { kind: "page", path };
  if (path !== "") {
    if (file === "index.m3u8") return { kind: "multivariant", path };
    if (file.endsWith(".m3u8")) return { kind: "playlist", path, file };
    if (/\.(?:mp4|ts)$/.test(file)) return { kind: "media", path, file };
    // What some players make of `.mp4`.
    if (file.endsWith(".mp")) return { kind: "media", path, file: `${file}4` };
    if (/\.(?:js|css)$/.test(file)) return { kind: "asset", path, file };
  }
  return { kind: "add-slash", path: whole };
}

/** A query, taken apart: what is ours, and what is handed on to every address. */
export interface TargetQuery {
  readonly cookieCheck: boolean;
  readonly session: string | undefined;
  /** Undefined where absent, NaN where it is no number. */
  readonly msn: number | undefined;
  readonly part: number | undefined;
  readonly skip: boolean;
  /** Everything else, encoded, without `?`. */
  readonly rest: string;
}

/** Keys that are ours. */
const OURS: ReadonlySet<string> = new Set(["cookieCheck", "session", "_HLS_msn", "_HLS_part", "_HLS_skip"]);

/** Reads a query without `?`. Viewers ask several times a second: pairs are cut by hand, and what isn't ours stays as it came. */
export function readQuery(query: string): TargetQuery {
  const ours = new Map<string, string>();
  const rest: string[] = [];
  for (const pair of query === "" ? [] : query.split("&")) {
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (!OURS.has(key)) rest.push(pair.replaceAll('"', "%22"));
    else if (!ours.has(key)) ours.set(key, equals < 0 ? "" : pair.slice(equals + 1));
  }
  const skip = ours.get("_HLS_skip");
  return {
    cookieCheck: ours.get("cookieCheck") === "1",
    session: ours.get("session"),
    msn: wholeNumber(ours.get("_HLS_msn")),
    part: wholeNumber(ours.get("_HLS_part")),
    skip: skip === "YES" || skip === "v2",
    rest: rest.join("&"),
  };
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
}
