/** The list of parts of the executables (CycloneDX 1.5, ECMA-424): the packages in the script, and Node itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BundledPackage } from "../packer/script.ts";

/** What the list is of. */
export interface PartsListOptions {
  readonly root: string;
  readonly version: string;
  readonly nodeVersion: string;
  /** UTC. */
  readonly created: string;
  readonly packages: readonly BundledPackage[];
}

/** The list, the same for the same parts. */
export function printPartsList({ root, version, nodeVersion, created, packages }: PartsListOptions): string {
  const integrity = lockedHashes(root);
  const components = [
    {
      type: "platform",
      name: "node",
      version: nodeVersion,
      purl: `pkg:generic/node@${nodeVersion}`,
      licenses: [{ license: { id: "MIT" } }],
    },
    ...packages.map(({ name, version: packaged, licence }) => {
      const purl = `pkg:npm/${name.replace("@", "%40")}@${packaged}`;
      const hash = integrity.get(`${name}@${packaged}`);
      const hashes = hash === undefined ? {} : { hashes: [{ alg: "SHA-512", content: hash }] };
      return { type: "library", "bom-ref": purl, name, version: packaged, purl, licenses: [{ expression: licence }], ...hashes };
    }),
  ];
  const product = { type: "application", "bom-ref": "sluice", name: "sluice", version, licenses: [{ license: { id: "MIT" } }] };
  const list = {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { timestamp: created, component: product },
    components,
  };
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

/** SHA-512 by `name@version`, hex, as package-lock.json pins them. */
function lockedHashes(root: string): ReadonlyMap<string, string> {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, { version?: string; integrity?: string }>>;
  };
  return new Map(
    Object.entries(lock.packages).flatMap(([path, { version, integrity }]) => {
      const name = path.split("node_modules/").at(-1) ?? "";
      if (version === undefined || integrity?.startsWith("sha512-") !== true) return [];
      return [[`${name}@${version}`, Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex")] as const];
    }),
  );
}
