/** Certificate files of TLS listeners. */
import { open } from "node:fs/promises";
import { messageOf } from "#base/errors.ts";
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
