/**
 * Secrets and their masks. A `Secret` prints as a mask wherever it is turned into text by accident; `redactUrl` removes the
 * user information of a URL without needing the URL to be valid.
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

/** Masks the password of every `scheme://user:password@` in `text`, and user information without a password too. */
export function redactUrl(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)([^\s/?#]*)@/gi, `$1${MASK}@`);
}
