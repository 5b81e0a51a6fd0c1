/** The licences of everything inside the executable, in one text that travels with it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ASSET_FOLDERS } from "../../src/platform/assets.ts";
import type { BundledPackage } from "./script.ts";

/** Writes the text where it is packed from. */
export function writeLicences(root: string, packages: readonly BundledPackage[]): void {
  const own = readFileSync(join(root, "LICENSE"), "utf8").trim();
  const node = readFileSync(join(root, "node_modules", `node-linux-${process.arch}`, "LICENSE"), "utf8").trim();
  const parts = [
    `Sluice\n\n${own}`,
    ...packages.map(({ name, version, licence, licenceText }) => `${name} ${version} (${licence})\n\n${licenceText}`),
    `Node.js\n\n${node}`,
  ];
  const file = join(root, ASSET_FOLDERS["licences.txt"] ?? "");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${parts.join(`\n\n${"-".repeat(78)}\n\n`)}\n`);
}
