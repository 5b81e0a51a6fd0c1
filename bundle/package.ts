/**
 * `npm run package`: makes build/release with everything a release holds. Needs the Debian packages that
 * `scripts/package` installs; downloads nothing but from the package registry.
 *
 *   npm run package -- [--out FOLDER] [--only x64|arm64]
 */
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { collectAssets } from "./packer/assets.ts";
import { makeExecutable } from "./packer/executable.ts";
import { writeLicences } from "./packer/licences.ts";
import { ARCHITECTURES } from "./packer/node-base.ts";
import { installPackages } from "./packer/packages.ts";
import { buildScript } from "./packer/script.ts";

const ROOT = resolve(import.meta.dirname, "..");

const { values } = parseArgs({ options: { out: { type: "string" }, only: { type: "string" } } });
const work = join(ROOT, "build", "packing");
const out = resolve(values.out ?? join(ROOT, "build", "release"));

installPackages();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
mkdirSync(work, { recursive: true });
const script = join(work, "sluice.cjs");
const packages = await buildScript({ root: ROOT, out: script });
writeLicences(ROOT, packages);
for (const architecture of ARCHITECTURES) {
  if (values.only !== undefined && values.only !== architecture) continue;
  const file = join(out, `sluice-linux-${architecture}`);
  await makeExecutable({ root: ROOT, work, architecture, script, assets: collectAssets(ROOT, architecture), out: file });
  console.log(file);
}
