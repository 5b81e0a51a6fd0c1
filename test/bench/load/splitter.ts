/**
 * Takes a byte stream of RTSP apart, both ways: messages (RFC 2326) as text and interleaved frames (§10.12) in place. For
 * the bench's own peers: it throws on anything it doesn't know, it doesn't resynchronise.
 */

const DOLLAR = 0x24;
const PREFIX = 4;
const FIRST_HOLD_BYTES = 4_096;
const MAX_MESSAGE_BYTES = 262_144;

/** One RTSP request or response: first line, headers with lower-case names, body. */
export interface Message {
  readonly firstLine: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Where the splitter delivers. A frame's bytes are valid during the call only. */
export interface SplitterEvents {
  onMessage(message: Message): void;
  onFrame(channel: number, buffer: Buffer, range: { readonly start: number; readonly end: number }): void;
}

/** Splits one direction of one connection. */
export class Splitter {
  readonly #events: SplitterEvents;
  readonly #range = { start: 0, end: 0 };
  #hold = Buffer.allocUnsafe(FIRST_HOLD_BYTES);
  #held = 0;

  constructor(events: SplitterEvents) {
    this.#events = events;
  }

  /** Takes the next `end` bytes of `buffer`; what is incomplete is copied. Throws when the peer breaks the protocol. */
  push(buffer: Buffer, end: number): void {
    let position = 0;
    while (this.#held > 0 && position < end) position += this.#complete(buffer, position, end);
    for (let next = position; position < end; position = next) {
      next = this.#one(buffer, position, end);
      if (next === position) break;
    }
    if (position < end) this.#keep(buffer, position, end);
  }

  /** Adds to the held part as much as its first unit needs; returns the bytes taken from `buffer`. */
  #complete(buffer: Buffer, start: number, end: number): number {
    const isFrame = this.#hold[0] === DOLLAR;
    let wanted = end - start;
    if (isFrame) {
      const needed = this.#held < PREFIX ? PREFIX : PREFIX + this.#hold.readUInt16BE(2);
      wanted = Math.min(wanted, needed - this.#held);
    }
    this.#keep(buffer, start, start + wanted);
    const done = this.#one(this.#hold, 0, this.#held);
    this.#hold.copyWithin(0, done, this.#held);
    this.#held -= done;
    // A held message may have had others after it in the same bytes.
    while (this.#held > 0 && !isFrame) {
      const more = this.#one(this.#hold, 0, this.#held);
      if (more === 0) break;
      this.#hold.copyWithin(0, more, this.#held);
      this.#held -= more;
    }
    return wanted;
  }

  /** Delivers one complete unit at `start`; returns where the next begins, or `start` when it isn't complete. */
  #one(buffer: Buffer, start: number, end: number): number {
    if (buffer[start] !== DOLLAR) return this.#message(buffer, start, end);
    if (end - start < PREFIX) return start;
    const next = start + PREFIX + buffer.readUInt16BE(start + 2);
    if (next > end) return start;
    this.#range.start = start + PREFIX;
    this.#range.end = next;
    this.#events.onFrame(buffer[start + 1] ?? 0, buffer, this.#range);
    return next;
  }

  #message(buffer: Buffer, start: number, end: number): number {
    const blank = buffer.indexOf("\r\n\r\n", start, "latin1");
    if (blank < 0 || blank >= end) {
      if (end - start > MAX_MESSAGE_BYTES) throw new Error("a message without an end");
      return start;
    }
    const [firstLine = "", ...lines] = buffer.toString("latin1", start, blank).split("\r\n");
    if (!firstLine.includes("RTSP/1.0")) throw new Error(`not an RTSP message: ${JSON.stringify(firstLine.slice(0, 40))}`);
    const headers = new Map<string, string>();
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    const bodyStart = blank + 4;
    const bodyEnd = bodyStart + Number(headers.get("content-length") ?? 0);
    if (bodyEnd > end) return start;
    this.#events.onMessage({ firstLine, headers, body: buffer.toString("utf8", bodyStart, bodyEnd) });
    return bodyEnd;
  }

  #keep(buffer: Buffer, start: number, end: number): void {
    const needed = this.#held + end - start;
    if (needed > this.#hold.length) {
      const larger = Buffer.allocUnsafe(needed * 2);
      this.#hold.copy(larger, 0, 0, this.#held);
      this.#hold = larger;
    }
    buffer.copy(this.#hold, this.#held, start, end);
    this.#held = needed;
  }
}
