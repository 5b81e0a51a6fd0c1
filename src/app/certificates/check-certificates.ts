/**
 * What is wrong with the certificate files a configuration names, told of where it names them. Files that aren't there are a
 * warning: a configuration may well be checked on another machine than the one it is for.
 */
import { basename, resolve } from "node:path";
import { SluiceError } from "#base/errors.ts";
import type { Config } from "#config/config.ts";
import { findNode } from "#config/syntax/node.ts";
import type { MapNode, Problem } from "#config/syntax/node.ts";
import { readCertificate } from "./certificate-files.ts";
import { OWN_NAME } from "./certificates.ts";
import { tlsListeners } from "./tls-listeners.ts";

/** Looks at the files; their names are relative to `folder`. */
export async function certificateProblems(config: Config, root: MapNode, folder: string): Promise<readonly Problem[]> {
  const served = tlsListeners.filter(({ isServed }) => isServed(config.values));
  const found = await Promise.all(served.map(({ prefix }) => problemOf(prefix, { config, root, folder })));
  return found.filter((problem) => problem !== undefined);
}

async function problemOf(
  prefix: string,
  { config, root, folder }: { config: Config; root: MapNode; folder: string },
): Promise<Problem | undefined> {
  const [keyName, certName] = [`${prefix}ServerKey`, `${prefix}ServerCert`];
  const [key, cert] = [String(config.values[keyName]), String(config.values[certName])];
  if (basename(cert) === OWN_NAME) return undefined;
  try {
    await readCertificate({ key: resolve(folder, key), cert: resolve(folder, cert) });
    return undefined;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const isKey = error.details["file"] === resolve(folder, key);
    const path = isKey ? keyName : certName;
    // Where neither is written, the key that asks for them.
    const at = root.entries.has(path) ? path : `${prefix}Encryption`;
    const severity = error.code === "app-certificate-pair" ? "error" : "warning";
    return { severity, error, origin: findNode(root, [at]).origin, path };
  }
}
