/**
 * Files that travel with the program: inside the executable they are its assets, from source they lie in the checkout. Names
 * are the same in both: `demo.clip`, `web/index.html`, `units/sluice.service`. `bundle/` packs what `ASSET_FOLDERS` names.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { getAssetKeys, getRawAsset, isSea } from "node:sea";

/** Where each asset, or each folder of them, lies in a checkout; the name is the part in front of the first `/`, if any. */
export const ASSET_FOLDERS: Readonly<Record<string, string>> = {
  "demo.clip": "bundle/demo/demo.clip",
  "hls.min.js": "node_modules/hls.js/dist/hls.light.min.js",
  "licences.txt": "build/licences.txt",
  "trusted-keys.json": "bundle/keys/trusted-keys.json",
  native: "build/native",
  units: "systemd",
  web: "build/web",
};

/** What was built beside the checkout's own and stands in for it from source; never packed. */
const STAND_INS: Readonly<Record<string, string>> = {
  /** A developer's own key signs what a developer packs. */
  "trusted-keys.json": "build/keys/trusted-keys.json",
};

const CHECKOUT = resolve(import.meta.dirname, "../..");

/** Whether this process runs from one executable file. */
export function isPacked(): boolean {
  return isSea();
}

/** An asset's bytes, shared and not to be written to; undefined where there is none of that name. */
export function readAsset(name: string): Buffer | undefined {
  if (!isSea()) return readSource(name);
  return getAssetKeys().includes(name) ? Buffer.from(getRawAsset(name)) : undefined;
}

/** Names of all assets that begin with `prefix/`, sorted. */
export function listAssets(prefix: string): readonly string[] {
  if (isSea())
    return getAssetKeys()
      .filter((key) => key.startsWith(`${prefix}/`))
      .sort();
  const folder = ASSET_FOLDERS[prefix];
  if (folder === undefined) return [];
  const root = join(CHECKOUT, folder);
  try {
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${prefix}/${relative(root, join(entry.parentPath, entry.name))}`)
      .sort();
  } catch {
    return []; // not built
  }
}

function readSource(name: string): Buffer | undefined {
  const [first = "", ...rest] = name.split("/");
  if (!Object.hasOwn(ASSET_FOLDERS, first) || rest.includes("..")) return undefined;
  for (const place of [STAND_INS[first], ASSET_FOLDERS[first]]) {
    if (place === undefined) continue;
    try {
      return readFileSync(join(CHECKOUT, place, ...rest));
    } catch {
      // not there: the next place
    }
  }
  return undefined;
}
