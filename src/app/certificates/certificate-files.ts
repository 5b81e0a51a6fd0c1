/** Certificate files of TLS listeners: a key and the certificate for it, PEM. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { open } from "node:fs/promises";
import { messageOf } from "#base/errors.ts";
import { appError } from "../errors.ts";

/** A chain of certificates is a few KiB. */
const MAX_FILE_BYTES = 256 * 1024;

/** Names of the two files. */
export interface CertificateFiles {
  readonly key: string;
  readonly cert: string;
}

/** A certificate that can be served. */
export interface ServedCertificate {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** SHA-256, hex with colons, as browsers and `sourceFingerprint` show it. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Reads both files. Rejects with `app-certificate-unreadable` or, where they don't belong together, `app-certificate-pair`. */
export async function readCertificate(files: CertificateFiles): Promise<ServedCertificate> {
  // One after the other: where both are missing, it is always the same that is named.
  const key = await readPem(files.key);
  const cert = await readPem(files.cert);
  return describeCertificate(key, cert, files);
}

/** What a pair is; throws `app-certificate-pair` where key and certificate don't belong together. */
export function describeCertificate(key: Buffer, cert: Buffer, { cert: file }: CertificateFiles): ServedCertificate {
  try {
    const read = new X509Certificate(cert);
    if (!read.checkPrivateKey(createPrivateKey(key))) throw new Error("the key is that of another certificate");
    return { key, cert, fingerprint: read.fingerprint256, expires: Date.parse(read.validTo) };
  } catch (cause) {
    throw appError("app-certificate-pair", { details: { file, reason: messageOf(cause) }, cause });
  }
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
