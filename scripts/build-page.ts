/**
 * Builds the page with Vite into build/web and compresses it once, so that the server never does. With --watch it serves the
 * sources with live reload instead. Run it through scripts/web, which knows when there is nothing to do.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, createServer } from "vite";
import type { InlineConfig } from "vite";
import { drawIcons } from "./page-icons.ts";

const ROOT = join(import.meta.dirname, "..");
const TARGET = join(ROOT, "build", "web");
/** Files that are worth compressing. */
const TEXT = /\.(html|js|css|svg|webmanifest|json)$/;

const base: InlineConfig = {
  configFile: false,
  root: join(ROOT, "src", "web"),
  publicDir: join(ROOT, "src", "web", "public"),
  logLevel: "warn",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
};

async function buildPage(): Promise<void> {
  // Built beside and moved into place: a server that starts meanwhile finds the old page or the new one.
  const fresh = join(ROOT, "build", `web-${randomUUID()}`);
  const builtFrom = new Date();
  try {
    await build({
      ...base,
      build: {
        outDir: fresh,
        emptyOutDir: true,
        target: ["chrome100", "firefox102", "safari15.4"],
        assetsDir: "assets",
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
        chunkSizeWarningLimit: 600,
      },
    });
    drawIcons(fresh);
    compressAll(fresh);
    writeFileSync(join(fresh, ".built"), `${builtFrom.toISOString()}\n`);
    rmSync(TARGET, { recursive: true, force: true });
    mkdirSync(join(ROOT, "build"), { recursive: true });
    renameSync(fresh, TARGET);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  console.log(`page: built ${relative(ROOT, TARGET)}`);
}

function compressAll(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !TEXT.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
  }
}

async function watch(): Promise<void> {
  const box = process.env["SLUICE_BOX"] ?? "http://127.0.0.1:8080";
  const proxy = Object.fromEntries(["/api", "/v3", "/live", "/healthz"].map((prefix) => [prefix, { target: box }]));
  const server = await createServer({ ...base, logLevel: "info", server: { proxy } });
  await server.listen();
  server.printUrls();
}

await (process.argv.includes("--watch") ? watch() : buildPage());
