/** The built page, read into memory when the server starts: a megabyte at most, and no file is touched per request. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import type { PageFile, PageFiles } from "#api/routes/page.ts";

/** Where scripts/web builds the page. */
export const PAGE_FOLDER = join(import.meta.dirname, "..", "..", "..", "build", "web");

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};

/** Reads the page of `folder`; empty where it isn't built. */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>();
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const type = types[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(relative(folder, path), readFile(path, type));
    }
  }
  return { find: (path) => files.get(path) };
}

function readFile(path: string, type: string): PageFile {
  const plain = readFileSync(path);
  const version = createHash("sha256").update(plain).digest("hex").slice(0, 16);
  const packed = (suffix: string): Buffer | undefined => {
    const beside = `${path}.${suffix}`;
    return existsSync(beside) ? readFileSync(beside) : undefined;
  };
  return { type, version, plain, gzip: packed("gz"), brotli: packed("br") };
}
