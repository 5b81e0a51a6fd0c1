/**
 * Incremental reader of one RTSP byte stream: requests, responses, interleaved frames (RFC 2326 §10.12) and the HTTP heads that
 * open tunnels. Frames complete within a chunk are handed on where they lie; only what is split over chunks is copied, into one
 * assembly buffer that grows with bytes received, never with lengths declared, and is kept for the next time.
 *
 * Between frames and messages blank lines are stepped over. Other bytes end a strict stream; a tolerant one (towards cameras:
 * Axis and Canon firmware puts stray bytes between frames) skips them within a limit. After an error the reader is spent.
 */
import { formatError } from "../errors.ts";
import type { RtspLimits } from "./limits.ts";
import { defaultLimits } from "./limits.ts";
import type { MessageHead, RtspMessage } from "./message.ts";
import { parseHead, withBody } from "./message.ts";
import { WINDOW_BYTES, ResyncWindow, beginsMessage } from "./resync-window.ts";

/** Bytes before an interleaved frame's payload: `$`, channel, length. */
export const FRAME_HEADER_BYTES = 4;

/** Sizes of the assembly buffer: the first one, the step of growth, and the largest that is kept between uses. */
const MIN_ASSEMBLY_BYTES = 2048;
const ASSEMBLY_GROWTH = 4;
const MAX_KEPT_ASSEMBLY_BYTES = 32768;

/** Method or status text and blanks of the start line, besides the URL. */
const START_LINE_EXTRA_BYTES = 128;
/** Colon and blanks of a header line. */
const HEADER_LINE_EXTRA_BYTES = 64;

const DOLLAR = 0x24;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A stretch of a buffer. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Who gets what was read. Called during `push`; may call `stop`. */
export interface RtspStreamHandler {
  /** A whole message; its body is its own copy. */
  onMessage(message: RtspMessage): void;
  /** Payload of a frame, valid during the call (bytes and range object); its 4-byte header lies right before `start`. */
  onFrame(channel: number, buffer: Buffer, range: { readonly start: number; readonly end: number }): void;
  /** `bytes` stray bytes were skipped. Tolerant reading only. */
  onResync(bytes: number): void;
}

type State = "boundary" | "frame" | "head" | "body" | "resync" | "stopped";

/** The reader of one connection. */
export class RtspStreamReader {
  readonly #handler: RtspStreamHandler;
  readonly #limits: RtspLimits;
  readonly #range: ByteRange = { start: 0, end: 0 };
  readonly #window = new ResyncWindow();
  #state: State = "boundary";
  #assembly: Buffer | undefined;
  #assembled = 0;
  #head: MessageHead | undefined;
  /** Of the head being scanned: bytes, complete lines, and bytes of the current line without CR. */
  #headBytes = 0;
  #headLines = 0;
  #lineBytes = 0;
  /** Bytes that went through the window since the stream was out of step. */
  #examined = 0;

  constructor(handler: RtspStreamHandler, limits: Partial<RtspLimits> = {}) {
    this.#handler = handler;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** True while a frame or a message is incomplete. */
  get midMessage(): boolean {
    return this.#state !== "boundary" && this.#state !== "stopped";
  }

  /** Reads no further: what follows belongs to someone else (a tunnel). The handler may call it. */
  stop(): void {
    this.#state = "stopped";
    this.#assembly = undefined;
    this.#assembled = 0;
    this.#head = undefined;
  }

  /**
   * Takes the next bytes of the stream. Returns how many it consumed: all, unless the handler stopped it. Throws `rtsp-…` on a
   * limit or a malformed message, and is stopped then.
   */
  push(chunk: Buffer, range?: { readonly start: number; readonly end: number }): number {
    const start = range?.start ?? 0;
    const end = range?.end ?? chunk.length;
    let at = start;
    try {
      while (at < end && this.#state !== "stopped") at = this.#step(chunk, at, end);
    } catch (error) {
      this.stop();
      throw error;
    }
    return at - start;
  }

  #step(chunk: Buffer, at: number, end: number): number {
    switch (this.#state) {
      case "boundary":
        return this.#readBoundary(chunk, at, end);
      case "frame":
        return this.#continueFrame(chunk, at, end);
      case "head":
        return this.#continueHead(chunk, at, end);
      case "body":
        return this.#continueBody(chunk, at, end);
      case "resync":
        return this.#continueResync(chunk, at, end);
      case "stopped":
        return at;
    }
  }

  /** At the beginning of a frame or a message; the loop over complete frames is the hot path. */
  #readBoundary(chunk: Buffer, from: number, end: number): number {
    let at = from;
    while (at < end) {
      const byte = chunk[at];
      if (byte === DOLLAR) {
        const payload = at + FRAME_HEADER_BYTES;
        const next = payload <= end ? payload + frameLength(chunk, at) : Infinity;
        if (next > end) {
          this.#state = "frame";
          return this.#continueFrame(chunk, at, end);
        }
        this.#deliverFrame(chunk, payload, next);
        at = next;
        if (this.#state !== "boundary") return at;
      } else if (byte === CARRIAGE_RETURN || byte === LINE_FEED) {
        at++;
      } else {
        this.#leaveFrames(chunk, at, end);
        return at;
      }
    }
    return at;
  }

  /** A byte that opens no frame begins a message, or is garbage. */
  #leaveFrames(chunk: Buffer, at: number, end: number): void {
    if (this.#limits.tolerant ? end - at >= WINDOW_BYTES && beginsMessage(chunk, at) : isLetter(chunk[at] ?? 0)) {
      this.#beginHead(0);
    } else if (this.#limits.tolerant) {
      this.#window.clear();
      this.#examined = 0;
      this.#state = "resync";
    } else {
      throw formatError("rtsp-garbage", { details: { bytes: 1 } });
    }
  }

  #deliverFrame(buffer: Buffer, start: number, end: number): void {
    this.#range.start = start;
    this.#range.end = end;
    this.#handler.onFrame(buffer[start - 3] ?? 0, buffer, this.#range);
  }

  #continueFrame(chunk: Buffer, from: number, end: number): number {
    let at = this.#collect(chunk, from, Math.min(end, from + Math.max(FRAME_HEADER_BYTES - this.#assembled, 0)));
    if (this.#assembled < FRAME_HEADER_BYTES) return at;
    const frame = this.#assembly ?? NOTHING;
    const frameEnd = FRAME_HEADER_BYTES + frameLength(frame, 0);
    at = this.#collect(chunk, at, Math.min(end, at + frameEnd - this.#assembled));
    if (this.#assembled < frameEnd) return at;
    const whole = this.#takeAssembly();
    this.#state = "boundary";
    this.#deliverFrame(whole, FRAME_HEADER_BYTES, frameEnd);
    return at;
  }

  /** `seen` bytes of the first line are in the assembly buffer already. */
  #beginHead(seen: number): void {
    this.#state = "head";
    this.#headBytes = seen;
    this.#headLines = 0;
    this.#lineBytes = seen;
  }

  #continueHead(chunk: Buffer, from: number, end: number): number {
    const headEnd = this.#scanHead(chunk, from, end);
    if (headEnd === undefined) return this.#collect(chunk, from, end);
    if (this.#assembled === 0) {
      this.#head = parseHead(chunk.subarray(from, headEnd), this.#limits);
    } else {
      this.#collect(chunk, from, headEnd);
      const length = this.#assembled;
      this.#head = parseHead(this.#takeAssembly().subarray(0, length), this.#limits);
    }
    this.#state = "body";
    return this.#continueBody(chunk, headEnd, end);
  }

  /** One past the blank line that ends the head; undefined while it hasn't come. Limits hold before the head is complete. */
  #scanHead(chunk: Buffer, from: number, end: number): number | undefined {
    const { maxHeadBytes, maxHeaders, maxUrlBytes, maxHeaderNameBytes, maxHeaderValueBytes } = this.#limits;
    for (let at = from; at < end; at++) {
      const byte = chunk[at];
      if (++this.#headBytes > maxHeadBytes) throw formatError("rtsp-head-too-large", { details: { limit: maxHeadBytes } });
      if (byte === LINE_FEED) {
        if (this.#lineBytes === 0) return at + 1;
        this.#lineBytes = 0;
        if (++this.#headLines > maxHeaders + 1) throw formatError("rtsp-too-many-headers", { details: { limit: maxHeaders } });
      } else if (byte !== CARRIAGE_RETURN) {
        this.#lineBytes++;
        if (this.#headLines === 0) {
          if (this.#lineBytes > maxUrlBytes + START_LINE_EXTRA_BYTES) {
            throw formatError("rtsp-url-too-long", { details: { limit: maxUrlBytes } });
          }
        } else if (this.#lineBytes > maxHeaderNameBytes + maxHeaderValueBytes + HEADER_LINE_EXTRA_BYTES) {
          throw formatError("rtsp-header-value-too-long", { details: { limit: maxHeaderValueBytes } });
        }
      }
    }
    return undefined;
  }

  #continueBody(chunk: Buffer, from: number, end: number): number {
    const head = this.#head;
    if (head === undefined) return from;
    const bodyEnd = from + head.bodyBytes - this.#assembled;
    let body: Buffer;
    if (this.#assembled === 0 && bodyEnd <= end) {
      body = Buffer.from(chunk.subarray(from, bodyEnd));
    } else {
      this.#collect(chunk, from, Math.min(end, bodyEnd));
      if (bodyEnd > end) return end;
      body = Buffer.from(this.#takeAssembly().subarray(0, head.bodyBytes));
    }
    this.#head = undefined;
    this.#state = "boundary";
    this.#handler.onMessage(body.length === 0 ? head.message : withBody(head.message, body));
    return bodyEnd;
  }

  #continueResync(chunk: Buffer, from: number, end: number): number {
    const { maxGarbageBytes } = this.#limits;
    for (let at = from; at < end; at++) {
      const match = this.#window.push(chunk[at] ?? 0);
      const skipped = ++this.#examined - WINDOW_BYTES;
      if (match === "none") {
        if (skipped > maxGarbageBytes) throw formatError("rtsp-garbage", { details: { bytes: skipped } });
        continue;
      }
      this.#collect(this.#window.bytes, 0, WINDOW_BYTES);
      if (match === "message") this.#beginHead(WINDOW_BYTES);
      else this.#state = "frame";
      if (skipped > 0) this.#handler.onResync(skipped);
      return at + 1;
    }
    return end;
  }

  /** Copies `[from, to)` behind what is assembled; returns `to`. */
  #collect(chunk: Buffer, from: number, to: number): number {
    const needed = this.#assembled + to - from;
    let assembly = this.#assembly;
    if (assembly === undefined || assembly.length < needed) {
      let bytes = assembly?.length ?? MIN_ASSEMBLY_BYTES;
      while (bytes < needed) bytes *= ASSEMBLY_GROWTH;
      const larger = Buffer.allocUnsafeSlow(bytes);
      assembly?.copy(larger, 0, 0, this.#assembled);
      assembly = larger;
      this.#assembly = larger;
    }
    chunk.copy(assembly, this.#assembled, from, to);
    this.#assembled = needed;
    return to;
  }

  /** Bytes held for what hasn't come whole yet. */
  get heldBytes(): number {
    return this.#assembly?.length ?? 0;
  }

  /** The assembled bytes, valid until the next `#collect`; a buffer larger than usual isn't kept. */
  #takeAssembly(): Buffer {
    const assembly = this.#assembly ?? NOTHING;
    this.#assembled = 0;
    if (assembly.length > MAX_KEPT_ASSEMBLY_BYTES) this.#assembly = undefined;
    return assembly;
  }
}

const NOTHING = Buffer.alloc(0);

/** The length field of the frame header at `at`, which the caller has checked to be there. */
function frameLength(buffer: Buffer, at: number): number {
  return ((buffer[at + 2] ?? 0) << 8) | (buffer[at + 3] ?? 0);
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
