/** The key that signs a release: the one named, or a developer's own that is made where there is none. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyId, parseTrustList, type TrustedKey } from "../../src/update/release/trust.ts";

/** Bytes of the DER form in front of the raw key (RFC 8410 §4). */
const SPKI_PREFIX_BYTES = 12;

/** Signs; `trusted` is its entry in the list of trusted keys. */
export interface SigningKey {
  readonly trusted: TrustedKey;
  sign(bytes: Buffer): Buffer;
}

/** The key in `file` (PKCS #8, PEM). Throws where it isn't an Ed25519 key. */
export function releaseKey(file: string, expires: string): SigningKey {
  return signingKey(createPrivateKey(readFileSync(file)), { use: "release", expires });
}

/** A developer's key below `root`, made at first use, and the list that trusts it. */
export function developmentKey(root: string, now: Date): SigningKey {
  const folder = join(root, "build", "keys");
  const file = join(folder, "development.pem");
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    writeFileSync(file, pem, { mode: 0o600 });
  }
  const expires = new Date(Date.UTC(now.getUTCFullYear() + 1, 0, 1)).toISOString();
  const key = signingKey(createPrivateKey(readFileSync(file)), { use: "development", expires });
  const committed = committedKeys(root);
  const list = { format: 1, issued: committed.issued, keys: [...committed.keys, key.trusted] };
  writeFileSync(join(folder, "trusted-keys.json"), `${JSON.stringify(list, undefined, 2)}\n`);
  return key;
}

/** The list that travels inside executables. */
export function committedKeys(root: string) {
  const list = parseTrustList(readFileSync(join(root, "bundle", "keys", "trusted-keys.json"), "utf8"));
  if (list === undefined) throw new Error("bundle/keys/trusted-keys.json is not a list of keys");
  return list;
}

function signingKey(key: KeyObject, what: { use: TrustedKey["use"]; expires: string }): SigningKey {
  if (key.asymmetricKeyType !== "ed25519") throw new Error("the signing key is not an Ed25519 key");
  const raw = createPublicKey(key).export({ type: "spki", format: "der" }).subarray(SPKI_PREFIX_BYTES);
  return {
    trusted: { id: keyId(raw), publicKey: raw.toString("base64"), ...what },
    sign: (bytes) => sign(null, bytes, key),
  };
}
