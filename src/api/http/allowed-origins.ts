/**
 * Cross-origin rules (Fetch standard §3.2) of one listener, by MediaMTX's `…AllowOrigins`: `*`, an origin, or an origin with
 * `*.` in front of its host name. Origins that fit get CORS headers; credentials are allowed to origins that are named only.
 */

/** Headers by name. */
export type PlainHeaders = Readonly<Record<string, string>>;

/** What pages of other origins may ask for. */
export interface CorsPolicy {
  readonly allowOrigins: readonly string[];
  readonly methods: readonly string[];
  readonly requestHeaders: readonly string[];
  /** Headers of answers that scripts may read. */
  readonly exposedHeaders: readonly string[];
}

/** How long a browser may remember the answer to a preflight, seconds. */
const PREFLIGHT_SECONDS = "600";
/** Longest Origin header looked at. */
const MAX_ORIGIN = 300;

/** See the head of this file. */
export class AllowedOrigins {
  readonly #any: boolean;
  readonly #exact: ReadonlySet<string>;
  /** `https://*.example.com` as what comes before and after the `*`. */
  readonly #patterns: readonly { readonly before: string; readonly after: string }[];
  readonly #policy: CorsPolicy;
  readonly #exposed: PlainHeaders;
  /** Of answers to those who aren't allowed or don't say who they are. */
  readonly #others: PlainHeaders;

  constructor(policy: CorsPolicy) {
    this.#policy = policy;
    this.#any = policy.allowOrigins.includes("*");
    const exposed = policy.exposedHeaders.join(", ");
    this.#exposed = exposed === "" ? {} : { "Access-Control-Expose-Headers": exposed };
    const named = policy.allowOrigins.some((allowed) => allowed !== "*");
    this.#others = {
      ...(this.#any ? { "Access-Control-Allow-Origin": "*", ...this.#exposed } : {}),
      ...(named ? { Vary: "Origin" } : {}),
    };
    const origins = policy.allowOrigins.map(normalOrigin);
    this.#exact = new Set(origins.filter((origin) => !origin.includes("*")));
    this.#patterns = origins.filter((origin) => /^[^*]+\*\.[^*]+$/.test(origin)).map(splitPattern);
  }

  /** Whether pages of `origin` may use this listener. */
  allows(origin: string): boolean {
    return this.#any || this.#names(origin);
  }

  /**
   * CORS headers of an ordinary answer. Caches keep answers for pages of others than who asked: where everybody may, that is said
   * to those too who name no origin, and where it depends, that it does.
   */
  headersFor(origin: string | undefined): PlainHeaders {
    if (origin === undefined || !this.allows(origin)) return this.#others;
    return { ...this.#originHeaders(origin), ...this.#exposed };
  }

  /** Headers of the answer to a preflight. */
  preflightHeaders(origin: string | undefined): PlainHeaders {
    if (origin === undefined || !this.allows(origin)) return {};
    return {
      ...this.#originHeaders(origin),
      "Access-Control-Allow-Methods": ["OPTIONS", ...this.#policy.methods].join(", "),
      "Access-Control-Allow-Headers": this.#policy.requestHeaders.join(", "),
      "Access-Control-Max-Age": PREFLIGHT_SECONDS,
    };
  }

  #originHeaders(origin: string): PlainHeaders {
    if (!this.#names(origin)) return { "Access-Control-Allow-Origin": "*" };
    return { "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", Vary: "Origin" };
  }

  #names(origin: string): boolean {
    if (origin.length > MAX_ORIGIN) return false;
    const normal = normalOrigin(origin);
    if (this.#exact.has(normal)) return true;
    return this.#patterns.some(
      ({ before, after }) =>
        normal.length > before.length + after.length &&
        normal.startsWith(before) &&
        normal.endsWith(after) &&
        /^[a-z\d.-]+$/.test(normal.slice(before.length, normal.length - after.length)),
    );
  }
}

/** Reads each list of origins once. */
export function originsByList(rest: Omit<CorsPolicy, "allowOrigins">): (allowOrigins: readonly string[]) => AllowedOrigins {
  const known = new WeakMap<readonly string[], AllowedOrigins>();
  return (allowOrigins) => {
    const found = known.get(allowOrigins);
    if (found !== undefined) return found;
    const made = new AllowedOrigins({ ...rest, allowOrigins });
    known.set(allowOrigins, made);
    return made;
  };
}

/** Lower-case, without a trailing slash and the scheme's own port. */
function normalOrigin(origin: string): string {
  const plain = origin.trim().toLowerCase().replace(/\/$/, "");
  if (plain.startsWith("http://")) return plain.replace(/:80$/, "");
  return plain.startsWith("https://") ? plain.replace(/:443$/, "") : plain;
}

function splitPattern(pattern: string): { before: string; after: string } {
  const star = pattern.indexOf("*");
  return { before: pattern.slice(0, star), after: pattern.slice(star + 1) };
}
