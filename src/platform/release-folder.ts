/** A folder of files as `update` reads it: names, sizes, bounded reads, hashes in a stream. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Entries looked at; a release has far fewer. */
const MAX_ENTRIES = 256;

/** See the head of this file. Names are those `list` gave. */
export class FileFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Everything that lies in it, links not followed. Rejects with the system's error. */
  async list(): Promise<readonly { name: string; kind: "file" | "other"; size: number }[]> {
    const names = (await readdir(this.#path)).slice(0, MAX_ENTRIES);
    return Promise.all(
      names.map(async (name) => {
        const found = await lstat(join(this.#path, name));
        return { name, kind: found.isFile() ? "file" : "other", size: found.size };
      }),
    );
  }

  /** A file's bytes; rejects when there are more than `maxBytes`. */
  async read(name: string, maxBytes: number): Promise<Buffer> {
    await using file = await open(join(this.#path, name), "r");
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < buffer.length; length += got) {
      ({ bytesRead: got } = await file.read(buffer, length, buffer.length - length, length));
    }
    if (length > maxBytes) throw new RangeError(`${name} is longer than ${String(maxBytes)} bytes`);
    return buffer.subarray(0, length);
  }

  /** SHA-256 of a file, lower-case hex, and its length. */
  async hash(name: string): Promise<{ sha256: string; size: number }> {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of createReadStream(join(this.#path, name)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
    return { sha256: hash.digest("hex"), size };
  }
}
