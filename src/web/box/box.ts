/** The box as the page sees it: what it said last, whether it can be heard, what time it is there. One per page. */
import { computed, signal } from "@preact/signals";
import type { ReadonlySignal, Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { CameraView } from "#api/contract/cameras.ts";
import type { Clock } from "../browser/clock.ts";
import { applyChange, applyEvent, applySnapshot } from "./apply-change.ts";
import type { BoxState } from "./apply-change.ts";
import { askBox } from "./client.ts";
import { BoxEventsConnection } from "./events.ts";
import type { EventStream } from "./events.ts";

/** How often "since 4 min" is counted on. */
const TICK_MS = 1000;
const PING_TIMEOUT_MS = 3000;

/** What a box is made of. */
export interface BoxOptions {
  readonly clock: Clock;
  readonly openStream: (address: string) => EventStream;
  /** No word from the box: maybe it asks for a login now. */
  readonly onLost: () => void;
}

/** See the head of this file. */
export class Box {
  readonly clock: Clock;
  readonly #state = signal<BoxState | undefined>(undefined);
  /** When the box was last heard, milliseconds since 1970 by this browser's clock; undefined before. */
  readonly #heardAt = signal<number | undefined>(undefined);
  readonly #reachable = signal<boolean | undefined>(undefined);
  readonly #wallNow: Signal<number>;
  readonly #events: BoxEventsConnection;
  /** The box's clock minus the browser's. */
  #skewMs = 0;

  constructor({ clock, openStream, onLost }: BoxOptions) {
    this.clock = clock;
    this.#wallNow = signal(clock.wallNow());
    this.#events = new BoxEventsConnection({
      clock,
      open: openStream,
      isThere: async () => (await askBox("/api/health", { timeoutMs: PING_TIMEOUT_MS })).kind === "ok",
      onSnapshot: (snapshot) => this.#heard(applySnapshot(this.#state.value, snapshot)),
      onChange: (change) => {
        if (this.#state.value !== undefined) this.#heard(applyChange(this.#state.value, change));
      },
      onHappened: (event) => {
        if (this.#state.value !== undefined) this.#state.value = applyEvent(this.#state.value, event);
      },
      onLost: () => {
        this.#reachable.value = false;
        onLost();
      },
    });
    clock.every(TICK_MS, () => (this.#wallNow.value = clock.wallNow()));
  }

  /** Everything the box said; undefined before its first word. */
  get state(): ReadonlySignal<BoxState | undefined> {
    return this.#state;
  }

  /** Whether the box is heard; undefined while the first try lasts. */
  get reachable(): ReadonlySignal<boolean | undefined> {
    return this.#reachable;
  }

  /** When the box was last heard, by its own clock. */
  readonly lastWordAt = computed(() => {
    const heard = this.#heardAt.value;
    return heard === undefined ? undefined : heard + this.#skewMs;
  });

  /** The box's time; goes on every second. */
  get now(): number {
    return this.#wallNow.value + this.#skewMs;
  }

  /** Time of the box for a time of this browser. */
  boxTime(browserMs: number): number {
    return browserMs + this.#skewMs;
  }

  /** Follows the box; `camera` is the one whose details are wanted. */
  follow(camera: string | undefined): void {
    this.#events.connect(camera);
  }

  /** Stops following, e.g. for a login. */
  leave(): void {
    this.#events.close();
    this.#state.value = undefined;
    this.#reachable.value = undefined;
  }

  /** A camera by its path's name. */
  cameraOf(name: string): CameraView | undefined {
    return this.#state.value?.cameras.find((camera) => camera.name === name);
  }

  #heard(state: BoxState): void {
    this.#state.value = state;
    this.#reachable.value = true;
    this.#heardAt.value = this.clock.wallNow();
    this.#skewMs = state.now - this.clock.wallNow();
  }
}

const BoxContext = createContext<Box | undefined>(undefined);

/** Hands the box to the components below. */
export const BoxProvider = BoxContext.Provider;

/** The box of the page. */
export function useBox(): Box {
  const box = useContext(BoxContext);
  if (box === undefined) throw new Error("no box above this component");
  return box;
}
