/**
 * Certificates of all TLS listeners. Files called `auto.key` and `auto.crt` are made where they aren't there yet, and anew when
 * a start finds them about to run out.
 */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { CertificateView } from "#api/contract/device.ts";
import type { Clock } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import { makeSelfSigned } from "#formats/x509/self-signed.ts";
import { replaceFileNow } from "#platform/files/replace-file.ts";
import { describeCertificate, readCertificate } from "./certificate-files.ts";
import type { CertificateFiles, ServedCertificate } from "./certificate-files.ts";

/** Own certificates are made anew this long before they run out. */
const RENEW_MS = 30 * 86_400_000;
/** A certificate of this name is made by us. */
export const OWN_NAME = "auto.crt";

/** What has a TLS listener. */
export type TlsService = CertificateView["service"];

/** Collaborators. */
export interface CertificateParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Names and addresses this machine is reached by, for its own certificate; the first is its name. */
  readonly names: () => readonly string[];
}

/** See the head of this file. */
export class Certificates {
  readonly #parts: CertificateParts;
  readonly #served = new Map<TlsService, ServedCertificate>();

  constructor(parts: CertificateParts) {
    this.#parts = parts;
  }

  /** What `service` serves; undefined where it never did. */
  servedBy(service: TlsService): ServedCertificate | undefined {
    return this.#served.get(service);
  }

  /** The certificate of `files`, for `service`. Rejects with why it can't be had. */
  async open(files: CertificateFiles, service: TlsService): Promise<ServedCertificate> {
    const certificate = await this.#read(files);
    this.#served.set(service, certificate);
    return certificate;
  }

  async #read(files: CertificateFiles): Promise<ServedCertificate> {
    const { clock, log } = this.#parts;
    if (basename(files.cert) === OWN_NAME) {
      const known = (await isThere(files.cert)) ? await this.#readOwn(files) : undefined;
      if (known === undefined || known.expires - clock.wallNow() < RENEW_MS) return this.#make(files);
      return known;
    }
    const read = await readCertificate(files);
    if (read.expires < clock.wallNow()) log.warn({ file: files.cert }, "the certificate has run out");
    return read;
  }

  /**
   * A power cut may leave a new key beside the old certificate, which nobody but us mends. Only at the start: later somebody may be
   * about to put files of his own there, one after the other.
   */
  async #readOwn(files: CertificateFiles): Promise<ServedCertificate | undefined> {
    try {
      return await readCertificate(files);
    } catch (error) {
      if (this.#served.size > 0) throw error;
      this.#parts.log.warn({ file: files.cert, reason: messageOf(error) }, "our own certificate can't be used and is made anew");
      return undefined;
    }
  }

  #make(files: CertificateFiles): ServedCertificate {
    const { clock, random, log, names } = this.#parts;
    const all = names();
    const made = makeSelfSigned({
      commonName: all[0] ?? "sluice",
      names: [...new Set([...all, "localhost", "127.0.0.1", "::1"])],
      now: clock.wallNow(),
      serial: random.bytes(16),
    });
    const pair = describeCertificate(Buffer.from(made.key), Buffer.from(made.cert), files);
    try {
      replaceFileNow(files.key, made.key);
      replaceFileNow(files.cert, made.cert);
      log.info({ file: files.cert, fingerprint: pair.fingerprint }, "made a certificate of our own");
    } catch (error) {
      log.warn(
        { file: files.cert, reason: messageOf(error) },
        "our own certificate can't be kept and will be another after a restart",
      );
    }
    return pair;
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
