/**
 * Stored credentials and what somebody gave: plain text, `sha256:` (base64) or `argon2:` (encoded as the reference
 * implementation prints it). Comparison takes the same time wherever they differ. Argon2 is made to be expensive: whoever
 * asks sees to it that one is computed at a time.
 */
import { argon2, createHash, timingSafeEqual } from "node:crypto";
import type { Random } from "#base/random.ts";

/** Memory one computation may take, KiB: a hash that asks for more matches nothing. */
const MAX_MEMORY_KIB = 256 * 1024;
const MAX_PASSES = 32;

const ARGON2 = /^argon2:\$(argon2id?)\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z\d+/]+)\$([A-Za-z\d+/]+)$/;

/** Whether `given` is what `stored` was made of. Stored "" matches everything, as MediaMTX reads an empty `pass`. */
export async function matchesCredential(stored: string, given: string): Promise<boolean> {
  if (stored === "") return true;
  if (stored.startsWith("sha256:"))
    return equal(stored.slice("sha256:".length), createHash("sha256").update(given).digest("base64"));
  if (!stored.startsWith("argon2:")) return equal(stored, given);
  const encoded = ARGON2.exec(stored);
  return encoded !== null && matchesArgon2(encoded, given);
}

/** Equality in constant time, lengths included. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function matchesArgon2(encoded: RegExpExecArray, given: string): Promise<boolean> {
  const [, variant = "", memory = "", passes = "", parallelism = "", salt = "", hash = ""] = encoded;
  const expected = Buffer.from(hash, "base64");
  const parameters = {
    message: given,
    nonce: Buffer.from(salt, "base64"),
    parallelism: Number(parallelism),
    tagLength: expected.length,
    memory: Number(memory),
    passes: Number(passes),
  };
  if (parameters.memory > MAX_MEMORY_KIB || parameters.passes > MAX_PASSES) return Promise.resolve(false);
  return new Promise((resolve) => {
    argon2(variant === "argon2id" ? "argon2id" : "argon2i", parameters, (error, tag) => {
      resolve(error === null && tag.length === expected.length && timingSafeEqual(tag, expected));
    });
  });
}

/** What new hashes cost: Argon2id with 19 MiB and two passes, as OWASP recommends. */
const NEW_HASH = { parallelism: 1, tagLength: 32, memory: 19 * 1024, passes: 2 } as const;

/** A password as it is stored, `argon2:` in front. */
export function hashPassword(password: string, random: Pick<Random, "bytes">): Promise<string> {
  const nonce = random.bytes(16);
  const { memory, passes, parallelism } = NEW_HASH;
  const base64 = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
  return new Promise((resolve, reject) => {
    argon2("argon2id", { ...NEW_HASH, message: password, nonce }, (error, tag) => {
      if (error !== null) reject(error);
      else
        resolve(
          `argon2:$argon2id$v=19$m=${String(memory)},t=${String(passes)},p=${String(parallelism)}$${base64(nonce)}$${base64(tag)}`,
        );
    });
  });
}
