/**
 * One script and its assets become one executable, by pkg's single executable step with nothing fetched: pkg's cache holds
 * the pinned Node already. V8's code cache is made by the target's own Node (the other architecture's in QEMU's user mode).
 * The same input gives the same bytes: V8's hash seed is fixed while packing, and no path of the machine gets in.
 */
import child_process from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { nodeBase, nodeVersion, GNU_NAMES, type Architecture } from "./node-base.ts";
import { packerRequire } from "./packages.ts";

/**
 * V8's part of the memory budget, MiB. Media lies outside of the heap; what 16 cameras and 64 readers need of the old generation is a
 * third of this. The young one and the growth between collections are those of `scripts/sluice`, which says why.
 */
const V8_FLAGS = ["--max-semi-space-size=1", "--heap-growing-percent=20", "--max-old-space-size=128", "--disable-proto=delete"];

/** What becomes an executable. */
export interface ExecutableParts {
  /** The checkout, for what it pins. */
  readonly root: string;
  /** Folder for what is made on the way. */
  readonly work: string;
  readonly architecture: Architecture;
  readonly script: string;
  /** File by asset name. */
  readonly assets: ReadonlyMap<string, string>;
  readonly out: string;
}

type PackSea = (entry: string, options: object) => Promise<void>;

let packSea: PackSea | undefined;
let generator: readonly string[] = [];

/** Writes the executable. */
export async function makeExecutable(parts: ExecutableParts): Promise<void> {
  const { root, work, architecture, script, assets, out } = parts;
  const base = nodeBase(root, work, architecture);
  const version = nodeVersion(root);
  const home = join(work, "pkg-home");
  seedCache({ home, version, architecture, base });
  const runner = architecture === process.arch ? [] : [emulator(architecture), "-L", `/usr/${GNU_NAMES[architecture]}-linux-gnu`];
  // A code cache is refused where V8's flags differ from those it was made under.
  generator = [...runner, base, ...V8_FLAGS];
  const before = process.env["HOME"];
  process.env["HOME"] = home; // pkg finds its cache there
  try {
    await loadPacker()(script, {
      targets: [{ nodeRange: `node${version}`, platform: "linux", arch: architecture, output: out }],
      signature: false,
      seaConfig: {
        disableExperimentalSEAWarning: true,
        useSnapshot: false,
        useCodeCache: true,
        assets: Object.fromEntries([...assets].sort(([a], [b]) => (a < b ? -1 : 1))),
        execArgv: V8_FLAGS,
        execArgvExtension: "none",
      },
    });
  } finally {
    if (before !== undefined) process.env["HOME"] = before;
  }
}

/** pkg looks for an archive and marks of its own beside it before it would fetch one; it then uses the file that lies there. */
function seedCache(from: { home: string; version: string; architecture: Architecture; base: string }): void {
  const name = `node-v${from.version}-linux-${from.architecture}`;
  const cache = join(from.home, ".pkg-cache", "sea");
  const node = join(cache, name, "bin", "node");
  mkdirSync(dirname(node), { recursive: true });
  copyFileSync(from.base, node);
  chmodSync(node, 0o755);
  for (const mark of [join(cache, `${name}.tar.gz`), join(cache, `${name}.tar.gz.ok`), `${node}.ok`]) writeFileSync(mark, "");
}

function emulator(architecture: Architecture): string {
  return `qemu-${GNU_NAMES[architecture]}-static`;
}

/** pkg, its one call of the blob generator led to ours. */
function loadPacker(): PackSea {
  if (packSea !== undefined) return packSea;
  const original = child_process.execFile;
  const plain = promisify(original);
  const led = (file: string, words: readonly string[] = []): unknown => {
    const [first, config] = words;
    return first === "--experimental-sea-config" && config !== undefined ? makeBlob(config) : plain(file, words);
  };
  child_process.execFile = Object.assign(((...all: Parameters<typeof original>) => original(...all)) as typeof original, {
    [promisify.custom]: led,
  });
  packSea = (packerRequire("@yao-pkg/pkg/lib-es5/sea.js") as { default: PackSea }).default;
  child_process.execFile = original;
  return packSea;
}

/** The blob must not hold where it was made: the script is named relative to its folder. */
async function makeBlob(configFile: string): Promise<unknown> {
  const config = JSON.parse(readFileSync(configFile, "utf8")) as { main: string };
  const folder = dirname(config.main);
  writeFileSync(configFile, JSON.stringify({ ...config, main: basename(config.main) }));
  const [program = "", ...words] = generator;
  return promisify(child_process.execFile)(program, [...words, "--random-seed=1", "--experimental-sea-config", configFile], {
    cwd: folder,
  });
}
