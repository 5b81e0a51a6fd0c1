/**
 * Which names this server answers to (against DNS rebinding: a page whose name was made to point here must get nothing).
 * Addresses pass, and names without a dot, this machine's name and `NAME.local`, and whatever `allowedHosts` has; `*.` in
 * front of an entry stands for any name below it.
 */
import { isIP } from "node:net";

/** Longest Host header looked at. */
const MAX_HOST = 300;

/** See the head of this file. */
export class HostGuard {
  readonly #own: readonly string[];
  #exact: ReadonlySet<string> = new Set();
  #below: readonly string[] = [];

  constructor(names: { readonly own: readonly string[]; readonly allowed: readonly string[] }) {
    this.#own = names.own.flatMap((name) => [name, `${name.split(".", 1)[0] ?? name}.local`]);
    this.allow(names.allowed);
  }

  /** Answers to these names from now on, besides its own. */
  allow(allowed: readonly string[]): void {
    const all = [...this.#own, ...allowed].map((name) => name.trim().toLowerCase());
    this.#exact = new Set(all.filter((name) => !name.startsWith("*.")));
    this.#below = all.filter((name) => name.startsWith("*.")).map((name) => name.slice(1));
  }

  /** Whether a request with this Host header is for us; one without comes from no browser. */
  allows(header: string | undefined): boolean {
    if (header === undefined || header === "") return true;
    if (header.length > MAX_HOST) return false;
    const name = hostName(header);
    if (name === undefined) return false;
    if (isIP(name) !== 0 || !name.includes(".") || name.endsWith(".localhost")) return true;
    return this.#exact.has(name) || this.#exact.has("*") || this.#below.some((suffix) => name.endsWith(suffix));
  }
}

/** Lower-case, without port, brackets and the dot of the root; undefined where it can't be one. */
function hostName(header: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(header) ?? [];
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, "");
}
