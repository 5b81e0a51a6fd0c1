/** What travels inside an executable: the files that `platform/assets.ts` names, the native module of one architecture only. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ASSET_FOLDERS } from "../../src/platform/assets.ts";
import type { Architecture } from "./node-base.ts";

/** Assets that a release must hold; the others are there when they were built. */
const REQUIRED = ["demo.clip", "hls.min.js", "licences.txt", "native", "units", "web"];

/** File by asset name. Throws where a required one is missing. */
export function collectAssets(root: string, architecture: Architecture): ReadonlyMap<string, string> {
  const assets = new Map<string, string>();
  for (const [name, place] of Object.entries(ASSET_FOLDERS)) {
    const file = join(root, place);
    const found = existsSync(file) ? (statSync(file).isFile() ? [[name, file] as const] : filesOf(name, file)) : [];
    const wanted = name === "native" ? found.filter(([key]) => key === `native/sluice-${architecture}.node`) : found;
    if (wanted.length === 0 && REQUIRED.includes(name))
      throw new Error(`${place} is missing for ${architecture}: build it first`);
    for (const [key, path] of wanted) assets.set(key, path);
  }
  return assets;
}

function filesOf(name: string, folder: string): readonly (readonly [string, string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".new"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [`${name}/${relative(folder, path)}`, path] as const);
}
