/**
 * A directory of a test's own, removed when the test ends.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a test's context offers for cleaning up. */
export interface Cleanup {
  after(run: () => void | Promise<void>): void;
}

/** Makes an empty directory and removes it with everything in it when `t` ends. */
export function tempDir(t: Cleanup): string {
  const path = mkdtempSync(join(tmpdir(), "sluice-test-"));
  t.after(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}
