/**
 * The one event stream between page and box. Says at once when the box falls silent, and connects again by itself: the browser
 * does it after a broken connection; after a refusal or a silence we do.
 */
import type { Change, EventRecord, Snapshot } from "#api/contract/events.ts";
import type { Clock, Timer } from "../browser/clock.ts";

/** Figures change nearly every second; after this long without a word the box is asked whether it is still there. */
const SILENCE_MS = 4000;
const RETRY_MS = 2000;

/** The browser's EventSource, as far as it is used. */
export interface EventStream {
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

/** What the stream brings. */
export interface BoxEvents {
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onChange: (change: Change) => void;
  readonly onHappened: (event: EventRecord) => void;
  /** No word from the box; called again for each failed try. */
  readonly onLost: () => void;
}

/** How streams are opened. */
export interface BoxEventsOptions extends BoxEvents {
  readonly clock: Clock;
  readonly open: (address: string) => EventStream;
  /** Whether the box answers at all. */
  readonly isThere: () => Promise<boolean>;
}

/** See the head of this file. */
export class BoxEventsConnection {
  readonly #options: BoxEventsOptions;
  #camera: string | undefined;
  #stream: EventStream | undefined;
  #timer: Timer | undefined;

  constructor(options: BoxEventsOptions) {
    this.#options = options;
  }

  /** Connects; `camera` is the one whose details are wanted. Does nothing when that is what runs. */
  connect(camera: string | undefined): void {
    if (this.#stream !== undefined && camera === this.#camera) return;
    this.#camera = camera;
    this.#reopen();
  }

  /** Ends it. Idempotent. */
  close(): void {
    this.#timer?.cancel();
    this.#stream?.close();
    this.#stream = undefined;
  }

  #reopen(): void {
    this.close();
    const { onSnapshot, onChange, onHappened, open } = this.#options;
    const stream = open(this.#camera === undefined ? "/api/events" : `/api/events?camera=${encodeURIComponent(this.#camera)}`);
    this.#stream = stream;
    const hear = <T>(type: string, run: (value: T) => void): void =>
      stream.addEventListener(type, ({ data }) => {
        if (stream !== this.#stream || typeof data !== "string") return;
        this.#expect();
        run(JSON.parse(data) as T);
      });
    hear<Snapshot>("snapshot", onSnapshot);
    hear<Change>("change", onChange);
    hear<EventRecord>("happened", onHappened);
    stream.addEventListener("error", () => {
      if (stream === this.#stream) this.#lost();
    });
    this.#expect();
  }

  /** The next word is due. */
  #expect(): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(SILENCE_MS, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const stream = this.#stream;
    const there = await this.#options.isThere();
    if (stream !== this.#stream || stream === undefined) return;
    if (there) this.#expect();
    else this.#lost();
  }

  #lost(): void {
    this.close();
    this.#timer = this.#options.clock.after(RETRY_MS, () => this.#reopen());
    this.#options.onLost();
  }
}
