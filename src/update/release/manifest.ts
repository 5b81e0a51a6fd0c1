/**
 * The manifest of a release: what it is and which files belong to it. The exact bytes are signed, and there is one way only to
 * write a manifest, so that nothing can be read in two ways (keys given twice, numbers spelt otherwise).
 */

/** Longest manifest read, bytes. */
export const MAX_MANIFEST_BYTES = 16 * 1024;
/** Files of a release. */
const MAX_FILES = 64;
/** Largest file of a release, bytes. */
const MAX_FILE_BYTES = 1024 ** 3;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const VERSION = /^\d{1,5}\.\d{1,5}\.\d{1,5}(-[A-Za-z0-9.]{1,32})?$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const SUM = /^[0-9a-f]{64}$/;

/** A file of a release. */
export interface ManifestFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** See the head of this file. */
export interface Manifest {
  readonly format: 1;
  readonly product: "sluice";
  readonly version: string;
  /** Grows with every release; an update never goes below the one installed. */
  readonly sequence: number;
  /** UTC, whole seconds. */
  readonly created: string;
  /** Sorted by name. */
  readonly files: readonly ManifestFile[];
}

/** The one way to write a manifest. */
export function printManifest(manifest: Manifest): string {
  const { format, product, version, sequence, created } = manifest;
  const files = manifest.files.map(({ name, size, sha256 }) => ({ name, size, sha256 }));
  return `${JSON.stringify({ format, product, version, sequence, created, files }, undefined, 2)}\n`;
}

/** Reads a manifest; undefined where it isn't exactly what `printManifest` writes. */
export function parseManifest(text: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isManifest(value) && printManifest(value) === text ? value : undefined;
}

function isManifest(value: unknown): value is Manifest {
  if (!isRecord(value)) return false;
  const { format, product, version, sequence, created, files } = value;
  return (
    format === 1 &&
    product === "sluice" &&
    matches(version, VERSION) &&
    isCount(sequence, Number.MAX_SAFE_INTEGER) &&
    matches(created, TIME) &&
    !Number.isNaN(Date.parse(String(created))) &&
    Array.isArray(files) &&
    files.length > 0 &&
    files.length <= MAX_FILES &&
    files.every(isFile) &&
    files.every((file, index) => index === 0 || String(files[index - 1]?.name) < file.name)
  );
}

function isFile(value: unknown): value is ManifestFile {
  return (
    isRecord(value) && matches(value["name"], NAME) && isCount(value["size"], MAX_FILE_BYTES) && matches(value["sha256"], SUM)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function matches(value: unknown, expression: RegExp): boolean {
  return typeof value === "string" && expression.test(value);
}

function isCount(value: unknown, most: number): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= most;
}
