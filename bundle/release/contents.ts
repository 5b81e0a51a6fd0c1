/** What lies beside the executables in a release: units, licences, notes. */
import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "../packer/node-base.ts";

/** Puts them into `folder`. */
export function addContents(root: string, folder: string): void {
  copyFileSync(join(root, "CHANGELOG.md"), join(folder, "CHANGELOG.md"));
  copyFileSync(join(root, "build", "licences.txt"), join(folder, "licences.txt"));
  copyFileSync(join(root, "bundle", "release", "notes.md"), join(folder, "RELEASE.md"));
  for (const file of unitFiles(root)) copyFileSync(join(root, "systemd", file), join(folder, file));
}

/** Writes `file` compressed into `out`, the same bytes for the same input. */
export function compress(file: string, out: string): void {
  copyFileSync(file, out);
  run("xz", ["-6", "--threads=2", "--force", out]);
}

function unitFiles(root: string): readonly string[] {
  const folder = join(root, "systemd");
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /\.(service|conf|socket|target)$/.test(name))
        .sort()
    : [];
}
