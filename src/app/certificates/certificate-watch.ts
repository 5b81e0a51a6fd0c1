/** Notices when somebody replaces the certificate files of a TLS listener. */
import { resolve } from "node:path";
import type { Clock } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { FileWatch } from "#platform/files/file-watch.ts";
import type { CertificateFiles } from "./certificate-files.ts";

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
