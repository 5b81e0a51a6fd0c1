/** Certificate files of TLS listeners: read once, and again whenever somebody replaces them. */
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import type { Clock } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { FileWatch } from "#platform/files/file-watch.ts";
import { appError } from "./errors.ts";

/** A chain of certificates is a few KiB. */
const MAX_FILE_BYTES = 256 * 1024;

/** Reads key and certificate, PEM. Rejects with `app-certificate-unreadable`. */
export async function readCertificate(files: { key: string; cert: string }): Promise<{ key: Buffer; cert: Buffer }> {
  const [key, cert] = await Promise.all([readPem(files.key), readPem(files.cert)]);
  return { key, cert };
}

async function readPem(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file, "r");
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_FILE_BYTES), 0, MAX_FILE_BYTES, 0);
    return Buffer.from(buffer.subarray(0, bytesRead));
  } catch (cause) {
    throw appError("app-certificate-unreadable", { details: { file, reason: messageOf(cause) }, cause });
  }
}

/** Names of a certificate's files. */
export interface CertificateFiles {
  readonly key: string;
  readonly cert: string;
}

/** What is done when a certificate was replaced. */
export interface CertificateWatchOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Undefined watches nothing until `follow` names files. */
  readonly files: CertificateFiles | undefined;
  /** Reads the files again and uses what they hold; rejects where that can't be used, and the former one stays. */
  readonly renew: () => Promise<void>;
}

/** Has `renew` called when the files have changed. A key without its certificate, while they are being replaced, is passed over. */
export class CertificateWatch {
  readonly #watch: FileWatch;
  #failure = "";

  constructor(options: CertificateWatchOptions) {
    const { clock, log, files, renew } = options;
    const onChange = (): void => {
      renew().then(
        () => (this.#failure = ""),
        (error: unknown) => {
          const reason = messageOf(error);
          if (reason !== this.#failure) log.warn({ reason }, "certificate was replaced by one that can't be used");
          this.#failure = reason;
        },
      );
    };
    this.#watch = new FileWatch({ clock, files: namesOf(files), onChange });
  }

  /** Watches these files instead. */
  follow(files: CertificateFiles | undefined): void {
    this.#watch.setFiles(namesOf(files));
  }

  /** Idempotent. */
  close(): void {
    this.#watch.close();
  }
}

function namesOf(files: CertificateFiles | undefined): readonly string[] {
  return files === undefined ? [] : [resolve(files.key), resolve(files.cert)];
}
