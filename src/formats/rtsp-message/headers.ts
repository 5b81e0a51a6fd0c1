/**
 * Header fields of RTSP messages (RFC 2326 §4.2, §12). Names compare without case; order and spelling are kept, since some
 * cameras insist on both (`CSeq` first, in just this case). Bounded: what a peer may send is limited here for everyone.
 */
import { formatError } from "../errors.ts";
import { singleLine } from "../header-field/parameters.ts";

/** Entries of one message. */
export const MAX_HEADERS = 255;
/** Bytes of one name. */
export const MAX_HEADER_NAME_BYTES = 512;
/** Bytes of one value. */
export const MAX_HEADER_VALUE_BYTES = 2048;

/** An ordered, case-insensitive multimap of header fields. */
export class RtspHeaders {
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  /** Headers with these entries, in this order. */
  static of(entries: Readonly<Record<string, string>>): RtspHeaders {
    const headers = new RtspHeaders();
    for (const [name, value] of Object.entries(entries)) headers.append(name, value);
    return headers;
  }

  /** Number of entries. */
  get size(): number {
    return this.#names.length;
  }

  /** The first value of `name`. */
  get(name: string): string | undefined {
    const index = this.#find(name);
    return index < 0 ? undefined : this.#values[index];
  }

  /** All values of `name`, in order. */
  all(name: string): string[] {
    return this.#values.filter((_, index) => isSame(this.#names[index], name));
  }

  /** Whether `name` occurs. */
  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  /** Adds an entry at the end. Throws `rtsp-too-many-headers` beyond `MAX_HEADERS`. */
  append(name: string, value: string): void {
    if (this.#names.length >= MAX_HEADERS) throw formatError("rtsp-too-many-headers", { details: { limit: MAX_HEADERS } });
    this.#names.push(name);
    this.#values.push(value);
  }

  /** Replaces the first entry of `name` in its place and removes the others; adds one at the end when there is none. */
  set(name: string, value: string): void {
    const index = this.#find(name);
    if (index < 0) {
      this.append(name, value);
      return;
    }
    this.#names[index] = name;
    this.#values[index] = value;
    this.#removeFrom(name, index + 1);
  }

  /** Removes every entry of `name`. */
  delete(name: string): void {
    this.#removeFrom(name, 0);
  }

  /** Name and value of every entry, in order. */
  *entries(): Generator<readonly [string, string]> {
    for (const [index, name] of this.#names.entries()) yield [name, this.#values[index] ?? ""];
  }

  /** The entries as lines with CRLF; characters that would break a line become spaces. */
  print(): string {
    let text = "";
    for (let index = 0; index < this.#names.length; index++) {
      text += `${singleLine(this.#names[index] ?? "")}: ${singleLine(this.#values[index] ?? "")}\r\n`;
    }
    return text;
  }

  /** Number of the first entry of `name`; -1 where there is none. */
  #find(name: string): number {
    for (let index = 0; index < this.#names.length; index++) if (isSame(this.#names[index], name)) return index;
    return -1;
  }

  #removeFrom(name: string, first: number): void {
    for (let index = this.#names.length - 1; index >= first; index--) {
      if (!isSame(this.#names[index], name)) continue;
      this.#names.splice(index, 1);
      this.#values.splice(index, 1);
    }
  }
}

/** Without case; most names differ in length already, and needn't be looked at. */
function isSame(one: string | undefined, other: string): boolean {
  return one?.length === other.length && (one === other || one.toLowerCase() === other.toLowerCase());
}
