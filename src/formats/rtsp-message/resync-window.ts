/**
 * Finds the next plausible beginning of a message or an interleaved frame in a camera's stray bytes: a window of five bytes
 * that slides over them. A frame is plausible when its payload begins with the version bits of RTP and RTCP (RFC 3550 §5.1,
 * §6.4) and is long enough for either; a message, when it begins like a response or one of the methods a server may send.
 */

/** Bytes the window looks at. */
export const WINDOW_BYTES = 5;

const DOLLAR = 0x24;
const MIN_FRAME_BYTES = 4;
const messageBeginnings: ReadonlySet<string> = new Set(
  ["RTSP/", "HTTP/", "OPTIONS", "DESCRIBE", "ANNOUNCE", "SETUP", "PLAY ", "PAUSE", "RECORD", "TEARDOWN", "REDIRECT"]
    .concat(["GET_PARAMETER", "SET_PARAMETER"])
    .map((beginning) => beginning.slice(0, WINDOW_BYTES)),
);

/** What the last five bytes begin. */
export type WindowMatch = "none" | "frame" | "message";

/** Whether `buffer[at, at + 5)` begins a message. The caller has checked that it lies within the buffer. */
export function beginsMessage(buffer: Buffer, at: number): boolean {
  return messageBeginnings.has(buffer.toString("latin1", at, at + WINDOW_BYTES));
}

/** The sliding window. */
export class ResyncWindow {
  readonly bytes = Buffer.alloc(WINDOW_BYTES);
  #filled = 0;

  /** Bytes in the window. */
  get filled(): number {
    return this.#filled;
  }

  /** Empties it. */
  clear(): void {
    this.#filled = 0;
  }

  /** Takes one more byte, the oldest leaving a full window. */
  push(byte: number): WindowMatch {
    if (this.#filled === WINDOW_BYTES) {
      this.bytes.copyWithin(0, 1);
      this.#filled--;
    }
    this.bytes[this.#filled++] = byte;
    if (this.#filled < WINDOW_BYTES) return "none";
    const [first = 0, , high = 0, low = 0, payload = 0] = this.bytes;
    if (first === DOLLAR) return payload >> 6 === 2 && ((high << 8) | low) >= MIN_FRAME_BYTES ? "frame" : "none";
    const mayBegin = first >= 0x41 && first <= 0x5a;
    return mayBegin && beginsMessage(this.bytes, 0) ? "message" : "none";
  }
}
