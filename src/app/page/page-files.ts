/** The built page, read when the server starts: a megabyte at most, and no file is touched per request. */
import { createHash } from "node:crypto";
import { extname } from "node:path";
import type { PageFile, PageFiles } from "#api/routes/page.ts";
import { listAssets, readAsset } from "#platform/assets.ts";

/** Folder of the page among the assets. */
const FOLDER = "web";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** Reads the page, of the checkout or inside the executable; empty where it isn't built. */
export function readPageFiles(): PageFiles {
  const files = new Map<string, PageFile>();
  for (const name of listAssets(FOLDER)) {
    const type = types[extname(name)];
    const plain = type === undefined ? undefined : readAsset(name);
    if (type === undefined || plain === undefined) continue;
    const version = createHash("sha256").update(plain).digest("hex").slice(0, 16);
    const [gzip, brotli] = [readAsset(`${name}.gz`), readAsset(`${name}.br`)];
    files.set(name.slice(FOLDER.length + 1), { type, version, plain, gzip, brotli });
  }
  return { find: (path) => files.get(path) };
}
