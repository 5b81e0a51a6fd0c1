/** The packages of `bundle/packer/package.json`, installed when first wanted: running Sluice needs none of them. */
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const FOLDER = import.meta.dirname;

/** Installs what package-lock.json names, without running any package's script. */
export function installPackages(): void {
  const lock = join(FOLDER, "package-lock.json");
  const stamp = join(FOLDER, "node_modules", ".package-lock.json");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], FOLDER);
}

/** Runs npm in `folder`; throws with its output when it fails. Returns what it printed. */
export function npm(words: readonly string[], folder: string): string {
  const { status, stdout, stderr } = spawnSync("npm", words, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${words.join(" ")} failed: ${stderr.trim()}`);
  return stdout;
}

/** `require` of those packages. */
export const packerRequire: NodeJS.Require = createRequire(join(FOLDER, "package.json"));
