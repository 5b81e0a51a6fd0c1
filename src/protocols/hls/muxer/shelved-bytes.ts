/** Media bytes in a file that several parts share; it goes when nobody lists it and nobody is being sent it. */
import type { MediaFile } from "#base/files/media-folder.ts";
import type { MediaBytes } from "./stored-bytes.ts";

/** A segment's file, born with one holder. */
export class ShelvedFile {
  readonly #file: MediaFile;
  #holders = 1;

  constructor(file: MediaFile) {
    this.#file = file;
  }

  /** Bytes of it, or all. */
  slice(range = { start: 0, end: this.#file.bytes }): MediaBytes {
    return {
      length: range.end - range.start,
      content: this.#file.read(range),
      hold: () => this.hold(),
      release: () => this.release(),
    };
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#file.remove();
  }
}
