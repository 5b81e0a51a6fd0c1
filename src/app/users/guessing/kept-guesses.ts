/** What is kept of failed attempts through a restart, and how it is read again. */

/** One address or account; `at`, ms since 1970, is its last failure. */
export interface KeptEntry {
  readonly key: string;
  readonly failures: number;
  readonly at: number;
  readonly failedAt: readonly string[];
}

/** See the head of this file. Accounts are named by hashes keyed with `salt`. */
export interface KeptGuesses {
  readonly version: 1;
  readonly salt: string;
  readonly addresses: readonly KeptEntry[];
  readonly accounts: readonly KeptEntry[];
  /** Networks that were right lately. */
  readonly good: readonly string[];
}

/** Longest text of a file that was written by us. */
export const MAX_KEPT_BYTES = 1024 * 1024;

/** Reads what was kept; undefined where it isn't that. */
export function parseGuesses(text: string): KeptGuesses | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isGuesses(root) ? root : undefined;
}

function isGuesses(value: unknown): value is KeptGuesses {
  if (!isMap(value) || value["version"] !== 1 || typeof value["salt"] !== "string" || value["salt"] === "") return false;
  const { addresses, accounts, good } = value;
  return [addresses, accounts].every((list) => Array.isArray(list) && list.every(isEntry)) && isTexts(good);
}

function isEntry(value: unknown): value is KeptEntry {
  if (!isMap(value)) return false;
  const { key, failures, at, failedAt } = value;
  return typeof key === "string" && [failures, at].every((number) => Number.isFinite(number)) && isTexts(failedAt);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
