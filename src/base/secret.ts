/**
 * Secrets and their masks. A `Secret` prints as a mask wherever it is turned into text by accident; `redactUrl` removes the
 * user information of a URL and the passwords in its query without needing the URL to be valid.
 */
import { inspect } from "node:util";

const MASK = "<redacted>";

/** A value that must never be printed. `reveal` is the only way to it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself; call it only where it goes onto the wire or into a hash. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** Masks all before the last `@` of every URL in `text` (a password may hold one, and `/`, unescaped), and what `redactQuery` does. */
export function redactUrl(text: string): string {
  return redactQuery(text.replace(/([a-z][a-z0-9+.-]*:\/\/)\S*@/gi, `$1${MASK}@`));
}

/** Masks what a URL's query names a password: many cameras take it there (`?user=admin&password=…`). */
export function redactQuery(text: string): string {
  return text.replace(/([?&][\w-]*(?:pass|password|passwd|pwd|secret|token)=)[^&\s"']+/gi, `$1${MASK}`);
}
