/** The signature for people, by GnuPG as it is installed: the key named, or a developer's own in a keyring of its own. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const DEVELOPER = "Sluice development <development@invalid>";

/** What is signed with. */
export interface OpenPgpOptions {
  readonly root: string;
  /** Fingerprint in the caller's own keyring; undefined for a developer's key. */
  readonly key: string | undefined;
}

/** Writes the public key that `signForPeople` signs with. */
export function exportPublicKey(file: string, options: OpenPgpOptions): void {
  gpg(keyring(options), ["--armor", "--output", file, "--export", options.key ?? DEVELOPER]);
}

/** Signs `file` into `file`.asc. */
export function signForPeople(file: string, options: OpenPgpOptions): void {
  const user = options.key ?? DEVELOPER;
  gpg(keyring(options), ["--armor", "--local-user", user, "--output", `${file}.asc`, "--detach-sign", file]);
}

/** The developer's keyring, made at first use; undefined for the caller's own. */
function keyring({ root, key }: OpenPgpOptions): string | undefined {
  if (key !== undefined) return undefined;
  const folder = join(root, "build", "keys", "gnupg");
  if (!existsSync(join(folder, "pubring.kbx"))) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    gpg(folder, ["--quick-generate-key", DEVELOPER, "ed25519", "sign", "1y"]);
  }
  return folder;
}

/** Without a keyring the caller's own is used, and its agent may ask for the passphrase. */
function gpg(folder: string | undefined, words: readonly string[]): void {
  const own = folder === undefined ? [] : ["--homedir", folder, "--pinentry-mode", "loopback", "--passphrase", ""];
  const { status, stderr } = spawnSync("gpg", ["--batch", "--yes", "--quiet", ...own, ...words], { encoding: "utf8" });
  if (folder !== undefined) spawnSync("gpgconf", ["--homedir", folder, "--kill", "gpg-agent"]);
  if (status !== 0) throw new Error(`gpg ${words.join(" ")} failed: ${stderr.trim()}`);
}
