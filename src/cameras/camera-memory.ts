/**
 * What is remembered of each camera beyond one source's life: an on-demand path makes a new source for each first reader,
 * and must neither forget what worked nor try a refused password again. Kept in memory, by path name; a changed address
 * (credentials are part of it) starts from nothing. Bounded: the entry unused for longest goes first.
 */
import { emptyHistory, type RecoveryHistory } from "./recovery.ts";

/** Cameras remembered; beyond it the oldest is forgotten, and would be learned anew. */
const MAX_CAMERAS = 4096;

/** One camera's memory. */
export interface CameraMemory {
  readonly url: string;
  history: RecoveryHistory;
  /** Settles when the previous source of this camera has left it; never rejects. */
  released: Promise<void>;
}

/** Memories of all cameras, by path name. */
export class CameraMemories {
  readonly #byName = new Map<string, CameraMemory>();

  /** The memory of `name`, empty when the camera is new or its address has changed. */
  of(name: string, url: string): CameraMemory {
    const known = this.#byName.get(name);
    const memory: CameraMemory =
      known?.url === url ? known : { url, history: emptyHistory, released: known?.released ?? Promise.resolve() };
    this.#byName.delete(name);
    this.#byName.set(name, memory);
    for (const oldest of this.#byName.keys()) {
      if (this.#byName.size <= MAX_CAMERAS) break;
      this.#byName.delete(oldest);
    }
    return memory;
  }
}
