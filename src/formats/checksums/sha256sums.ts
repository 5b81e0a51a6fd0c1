/**
 * The file `sha256sum` writes and checks (GNU coreutils, binary or text mode, no escaped names): a line a file, 64 hex digits,
 * a space, a space or `*`, the name. `sha256sum -c` passes over lines it can't read; here one such line spoils the whole.
 */

/** Longest list read, bytes. */
export const MAX_SUMS_BYTES = 64 * 1024;

/** Plain names only: nothing that leaves the folder, nothing a terminal would act on. */
const LINE = /^([0-9a-f]{64}) [ *]([A-Za-z0-9][A-Za-z0-9._-]{0,127})$/;

/** Sum by name, or the number of the first line that is no such line, or names a file again; counted from 1. */
export type SumsResult =
  { readonly kind: "sums"; readonly sums: ReadonlyMap<string, string> } | { readonly kind: "malformed"; readonly line: number };

/** Reads a list; every line must end with a line feed. */
export function parseSha256Sums(text: string): SumsResult {
  const lines = text.split("\n");
  if (lines.pop() !== "") return { kind: "malformed", line: lines.length + 1 };
  const sums = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, sum = "", name = ""] = LINE.exec(line) ?? [];
    if (name === "" || sums.has(name)) return { kind: "malformed", line: index + 1 };
    sums.set(name, sum);
  }
  return { kind: "sums", sums };
}

/** The list as `sha256sum` writes it, sorted by name. */
export function printSha256Sums(sums: ReadonlyMap<string, string>): string {
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sum]) => `${sum}  ${name}\n`)
    .join("");
}
