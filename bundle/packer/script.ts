/**
 * The program as one script: what `src/main.ts` reaches, bundled for Node's single executable form (CommonJS, one file). The
 * text is ASCII, so that V8 keeps it at a byte a character.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packerRequire } from "./packages.ts";

/** Where the program's own files are taken from. */
export interface ScriptOptions {
  /** The checkout. */
  readonly root: string;
  /** File to write. */
  readonly out: string;
}

/** A package that went into the script. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly licenceText: string;
}

interface Esbuild {
  build(options: object): Promise<{ readonly metafile: { readonly inputs: Readonly<Record<string, unknown>> } }>;
}

/** Lines of the script are cut about here: an uncaught error prints one whole line of it. */
const LINE_LIMIT = 200;

/** Writes the script and says which packages are in it, sorted by name. */
export async function buildScript({ root, out }: ScriptOptions): Promise<readonly BundledPackage[]> {
  const esbuild = packerRequire("esbuild") as Esbuild;
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["src/main.ts"],
    outfile: out,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    minify: true,
    keepNames: true,
    charset: "ascii",
    legalComments: "none",
    lineLimit: LINE_LIMIT,
    metafile: true,
    logLevel: "warning",
    // Optional accelerators that the packages do without.
    external: ["bufferutil", "utf-8-validate"],
    define: { "import.meta.dirname": "__dirname", "import.meta.url": "__moduleUrl", "import.meta.filename": "__filename" },
    banner: { js: 'const __moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
  });
  return packagesOf(root, Object.keys(metafile.inputs));
}

function packagesOf(root: string, inputs: readonly string[]): readonly BundledPackage[] {
  const folders = new Set(inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []));
  return [...folders]
    .map((folder) => describePackage(join(root, folder)))
    .sort((a, b) => (a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1));
}

function describePackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: unknown;
  };
  return { name, version, licence: typeof license === "string" ? license : "see its text", licenceText: licenceText(folder) };
}

function licenceText(folder: string): string {
  for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "License"]) {
    try {
      return readFileSync(join(folder, name), "utf8").trim();
    } catch {
      // the next name
    }
  }
  return "";
}
