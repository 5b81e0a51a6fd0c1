/**
 * `npm run package`: both executables in build/bin, and build/release with everything a release holds. `scripts/package`
 * installs what this needs.
 *
 *   npm run package -- [--out FOLDER] [--only x64|arm64] [--key FILE --expires DATE] [--gpg-key FINGERPRINT] [--sequence N]
 *
 * Without keys the release is signed by a developer's own, which only this checkout trusts.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../src/app/version.ts";
import { collectAssets } from "./packer/assets.ts";
import { makeExecutable } from "./packer/executable.ts";
import { writeLicences } from "./packer/licences.ts";
import { ARCHITECTURES, nodeVersion } from "./packer/node-base.ts";
import { installPackages } from "./packer/packages.ts";
import { buildScript } from "./packer/script.ts";
import { addContents, compress } from "./release/contents.ts";
import { committedKeys, developmentKey, releaseKey } from "./release/keys.ts";
import { exportPublicKey, signForPeople } from "./release/openpgp.ts";
import { printPartsList } from "./release/parts-list.ts";
import { sealRelease } from "./release/seal.ts";

const ROOT = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    out: { type: "string" },
    only: { type: "string" },
    key: { type: "string" },
    expires: { type: "string" },
    "gpg-key": { type: "string" },
    sequence: { type: "string" },
  },
});
const work = join(ROOT, "build", "packing");
const executables = join(ROOT, "build", "bin");
const out = resolve(values.out ?? join(ROOT, "build", "release"));

installPackages();
for (const folder of [out, executables]) rmSync(folder, { recursive: true, force: true });
for (const folder of [out, executables, work]) mkdirSync(folder, { recursive: true });

const script = join(work, "sluice.cjs");
const packages = await buildScript({ root: ROOT, out: script });
writeLicences(ROOT, packages);
for (const architecture of ARCHITECTURES) {
  if (values.only !== undefined && values.only !== architecture) continue;
  const file = join(executables, `sluice-linux-${architecture}`);
  await makeExecutable({ root: ROOT, work, architecture, script, assets: collectAssets(ROOT, architecture), out: file });
  compress(file, join(out, `sluice-linux-${architecture}`));
}

const created = commitTime();
const list = { root: ROOT, version: VERSION, nodeVersion: nodeVersion(ROOT), created, packages };
writeFileSync(join(out, "sbom.cdx.json"), printPartsList(list));
addContents(ROOT, out);
const people = { root: ROOT, key: values["gpg-key"] };
exportPublicKey(join(out, "signing-key.asc"), people);
const key = signingKey();
const manifest = sealRelease({
  folder: out,
  version: VERSION,
  sequence: Number(values.sequence ?? git(["rev-list", "--count", "HEAD"])),
  created,
  key,
  signForPeople: (file) => {
    signForPeople(file, people);
  },
});
for (const { name, size } of manifest.files) console.log(`${String(size).padStart(11)} ${name}`);
console.log(`signed by ${key.trusted.use} key ${key.trusted.id}: ${out}`);

function signingKey() {
  if (values.key === undefined) return developmentKey(ROOT, new Date(created));
  const made = releaseKey(values.key, new Date(values.expires ?? "").toISOString());
  if (!committedKeys(ROOT).keys.some(({ id }) => id === made.trusted.id)) {
    console.log(`not in bundle/keys/trusted-keys.json yet: ${JSON.stringify(made.trusted)}`);
  }
  return made;
}

/** Time of the commit, so that the same source says the same. */
function commitTime(): string {
  const seconds = Number(process.env["SOURCE_DATE_EPOCH"] ?? git(["log", "-1", "--format=%ct"]));
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

function git(words: readonly string[]): string {
  const { status, stdout } = spawnSync("git", words, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${words.join(" ")} failed: set SOURCE_DATE_EPOCH and --sequence`);
  return stdout.trim();
}
