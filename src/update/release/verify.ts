/**
 * Whether a folder is a release, whole and from whom it should be: signature, then manifest, then every file by size and
 * hash, then the list for people, and nothing else in the folder. The first fault decides; nothing is read into memory whole
 * but what has a small bound.
 */
import type { SluiceError } from "#base/errors.ts";
import { MAX_SUMS_BYTES, parseSha256Sums } from "#formats/checksums/sha256sums.ts";
import { updateError } from "../errors.ts";
import { MAX_MANIFEST_BYTES, parseManifest, type Manifest, type ManifestFile } from "./manifest.ts";
import { signatureFault, type SignatureFault, type TrustList } from "./trust.ts";

/** Names that every release has. */
export const MANIFEST_NAME = "manifest.json";
/** Signature of the manifest. */
export const SIGNATURE_NAME = "manifest.json.sig";
/** For people: `sha256sum -c`. */
export const SUMS_NAME = "SHA256SUMS";
/** For people: `gpg --verify`. */
export const SUMS_SIGNATURE_NAME = "SHA256SUMS.asc";

const MAX_SIGNATURE_BYTES = 256;

/** One thing that lies in the folder. */
export interface FolderEntry {
  readonly name: string;
  /** Anything but a plain file (a link, a folder) is `other`. */
  readonly kind: "file" | "other";
  /** Bytes. */
  readonly size: number;
}

/** The folder, read-only. */
export interface ReleaseFolder {
  list(): Promise<readonly FolderEntry[]>;
  /** The file's bytes; rejects when it has more than `maxBytes`. */
  read(name: string, maxBytes: number): Promise<Buffer>;
  /** SHA-256 of a file, lower-case hex, and its length. */
  hash(name: string): Promise<{ readonly sha256: string; readonly size: number }>;
}

/** What a folder is checked against. */
export interface VerifyOptions {
  readonly trust: TrustList;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A release that holds; `keyId` signed it. */
export interface VerifiedRelease {
  readonly manifest: Manifest;
  readonly keyId: string;
}

/** Resolves with the release. Rejects with an `update-…` error that names the first fault. */
export async function verifyRelease(folder: ReleaseFolder, options: VerifyOptions): Promise<VerifiedRelease> {
  const entries = new Map((await folder.list()).map((entry) => [entry.name, entry]));
  const bytes = await readSmall(folder, entries.get(MANIFEST_NAME), { name: MANIFEST_NAME, maxBytes: MAX_MANIFEST_BYTES });
  const signed = await readSmall(folder, entries.get(SIGNATURE_NAME), { name: SIGNATURE_NAME, maxBytes: MAX_SIGNATURE_BYTES });
  const signature = signed.toString("latin1");
  const fault = signatureFault(bytes, signature, options);
  if (fault !== undefined) throw signatureError(fault);
  const manifest = parseManifest(bytes.toString("utf8"));
  if (manifest === undefined) throw updateError("update-manifest-malformed");
  await checkFiles(folder, entries, manifest);
  await checkSums(folder, manifest);
  return { manifest, keyId: signature.split(" ", 2)[1] ?? "" };
}

async function checkFiles(folder: ReleaseFolder, entries: ReadonlyMap<string, FolderEntry>, manifest: Manifest): Promise<void> {
  const listed = new Map(manifest.files.map((file) => [file.name, file]));
  const extra = [...entries.keys()].find((name) => !listed.has(name) && name !== MANIFEST_NAME && name !== SIGNATURE_NAME);
  if (extra !== undefined) throw updateError("update-file-unlisted", { details: { file: JSON.stringify(extra) } });
  for (const name of [SUMS_NAME, SUMS_SIGNATURE_NAME]) {
    if (!listed.has(name)) throw updateError("update-file-missing", { details: { file: name } });
  }
  for (const file of manifest.files) await checkFile(folder, entries.get(file.name), file);
}

async function checkFile(folder: ReleaseFolder, entry: FolderEntry | undefined, file: ManifestFile): Promise<void> {
  if (entry?.kind !== "file") throw updateError("update-file-missing", { details: { file: file.name } });
  const differs = updateError("update-file-changed", { details: { file: file.name } });
  if (entry.size !== file.size) throw differs;
  const { sha256, size } = await folder.hash(file.name);
  if (sha256 !== file.sha256 || size !== file.size) throw differs;
}

/** The list for people must say the same: every file but itself and its signature. */
async function checkSums(folder: ReleaseFolder, manifest: Manifest): Promise<void> {
  const parsed = parseSha256Sums((await folder.read(SUMS_NAME, MAX_SUMS_BYTES)).toString("utf8"));
  if (parsed.kind === "malformed") throw updateError("update-sums-malformed", { details: { line: parsed.line } });
  const wanted = manifest.files.filter(({ name }) => name !== SUMS_NAME && name !== SUMS_SIGNATURE_NAME);
  const differing = wanted.find(({ name, sha256 }) => parsed.sums.get(name) !== sha256);
  const surplus = [...parsed.sums.keys()].find((name) => !wanted.some((file) => file.name === name));
  const file = differing?.name ?? surplus;
  if (file !== undefined) throw updateError("update-sums-differ", { details: { file } });
}

async function readSmall(
  folder: ReleaseFolder,
  entry: FolderEntry | undefined,
  { name, maxBytes }: { name: string; maxBytes: number },
): Promise<Buffer> {
  if (entry?.kind !== "file") throw updateError("update-file-missing", { details: { file: name } });
  if (entry.size > maxBytes) throw updateError("update-file-changed", { details: { file: name } });
  return folder.read(name, maxBytes);
}

function signatureError({ kind, keyId }: SignatureFault): SluiceError {
  const details = { key: keyId };
  switch (kind) {
    case "malformed":
      return updateError("update-signature-malformed");
    case "unknown-key":
      return updateError("update-key-unknown", { details });
    case "expired":
      return updateError("update-key-expired", { details });
    case "revoked":
      return updateError("update-key-revoked", { details });
    case "wrong":
      return updateError("update-signature-wrong", { details });
  }
}
