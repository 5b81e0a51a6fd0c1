/**
 * Finished segments on disk (`hlsDirectory`). What can't be written stays in memory, within its budget, and the next segment is
 * tried again; that it can't is said once, and once that it can again.
 */
import { SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { MediaFile, MediaFolder } from "#base/files/media-folder.ts";
import { hlsError } from "#protocols/hls/errors.ts";

/** See the head of this file. */
export class Shelf {
  readonly #folder: MediaFolder;
  readonly #log: Logger;
  #state: "works" | "fails" = "works";

  constructor(folder: MediaFolder, log: Logger) {
    this.#folder = folder;
    this.#log = log;
  }

  /** Writes a file; undefined where that can't be. */
  async put(name: string, pieces: readonly Buffer[]): Promise<MediaFile | undefined> {
    try {
      const file = await this.#folder.write(name, pieces);
      if (this.#state === "fails") this.#log.info({ directory: this.#folder.path }, "segments are written to disk again");
      this.#state = "works";
      return file;
    } catch (cause) {
      if (!(cause instanceof SluiceError)) throw cause;
      if (this.#state === "works") {
        const error = hlsError("hls-directory", { details: { reason: cause.message }, cause });
        this.#log.error({ code: error.code, reason: error.message }, "segments stay in memory");
      }
      this.#state = "fails";
      return undefined;
    }
  }

  /** Takes everything away. */
  close(): Promise<void> {
    return this.#folder.close();
  }
}
