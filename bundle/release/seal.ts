/** Closes a release folder: the sums of what lies in it, their signature for people, the manifest over all, its signature. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printSha256Sums } from "../../src/formats/checksums/sha256sums.ts";
import { printManifest, type Manifest } from "../../src/update/release/manifest.ts";
import { printSignature } from "../../src/update/release/trust.ts";
import { MANIFEST_NAME, SIGNATURE_NAME, SUMS_NAME } from "../../src/update/release/verify.ts";
import type { SigningKey } from "./keys.ts";

/** What is sealed, and how. */
export interface SealOptions {
  readonly folder: string;
  readonly version: string;
  readonly sequence: number;
  /** UTC, whole seconds. */
  readonly created: string;
  readonly key: SigningKey;
  /** Signs a file into the same name with `.asc`. */
  readonly signForPeople: (file: string) => void;
}

/** Everything that is to belong to the release must lie in the folder, and nothing else. */
export function sealRelease({ folder, version, sequence, created, key, signForPeople }: SealOptions): Manifest {
  const sums = new Map(describe(folder).map(({ name, sha256 }) => [name, sha256]));
  writeFileSync(join(folder, SUMS_NAME), printSha256Sums(sums));
  signForPeople(join(folder, SUMS_NAME));
  const manifest: Manifest = { format: 1, product: "sluice", version, sequence, created, files: describe(folder) };
  const text = printManifest(manifest);
  writeFileSync(join(folder, MANIFEST_NAME), text);
  writeFileSync(join(folder, SIGNATURE_NAME), printSignature(key.trusted.id, key.sign(Buffer.from(text))));
  return manifest;
}

function describe(folder: string): Manifest["files"] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return { name, size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
    });
}
