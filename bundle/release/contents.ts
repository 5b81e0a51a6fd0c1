/** What lies beside the executables in a release: sample configuration, its schema, units, licences, notes. */
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../packer/node-base.ts";

/** Puts them into `folder`. */
export function addContents(root: string, folder: string): void {
  copyFileSync(join(root, "CHANGELOG.md"), join(folder, "CHANGELOG.md"));
  copyFileSync(join(root, "build", "licences.txt"), join(folder, "licences.txt"));
  copyFileSync(join(root, "bundle", "release", "notes.md"), join(folder, "RELEASE.md"));
  for (const file of readdirSync(join(root, "systemd"))) copyFileSync(join(root, "systemd", file), join(folder, file));
  writeFileSync(join(folder, "sluice.schema.json"), ask(root, ["schema"]));
  writeFileSync(join(folder, "sluice.yml"), ask(root, ["init", "-"]));
}

/** Writes `file` compressed into `out`, the same bytes for the same input. */
export function compress(file: string, out: string): void {
  copyFileSync(file, out);
  run("xz", ["-6", "--threads=2", "--force", out]);
}

/** What the program prints itself is asked of it. */
function ask(root: string, words: readonly string[]): string {
  const environment = { PATH: process.env["PATH"], LANG: "C.UTF-8" };
  const { status, stdout, stderr } = spawnSync(join(root, "scripts", "sluice"), words, { encoding: "utf8", env: environment });
  if (status !== 0) throw new Error(`sluice ${words.join(" ")} failed: ${stderr.trim()}`);
  return stdout;
}
