/**
 * Which files make up a configuration: the one that was named or the first of the usual ones, and the profile's beside it.
 * Each is read within the limits and parsed.
 */
import { open } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { codeOf, messageOf } from "#base/errors.ts";
import { configError } from "../errors.ts";
import { syntaxError } from "../syntax/errors.ts";
import { decodeText, MAX_FILE_BYTES } from "../syntax/limits.ts";
import { emptyMap } from "../syntax/node.ts";
import type { MapNode, Problem } from "../syntax/node.ts";
import { parseYaml } from "../syntax/parse-yaml.ts";

/** `sluice-prod.yml`: what may stand behind the hyphen. */
const PROFILE_NAME = /^[A-Za-z0-9][\w-]{0,31}$/;

/** One file of a configuration. With an error among `problems`, `root` is empty. */
export interface ConfigFile {
  /** As it was given or found. */
  readonly file: string;
  /** "" where it couldn't be read. */
  readonly text: string;
  readonly root: MapNode;
  readonly problems: readonly Problem[];
}

/** Where a configuration is looked for when none is named: ours first, then MediaMTX's places. */
export function usualFiles(folder: string): readonly string[] {
  const names = ["sluice.yml", "rtsp-simple-server.yml", "mediamtx.yml"];
  const places = ["/usr/local/etc/mediamtx.yml", "/usr/etc/mediamtx.yml", "/etc/mediamtx/mediamtx.yml", "/etc/sluice/sluice.yml"];
  return [...names.map((name) => join(folder, name)), ...places];
}

/** Reads the file somebody named. */
export async function readFile(file: string, folder: string): Promise<ConfigFile> {
  const content = await readBytes(resolve(folder, file));
  return content instanceof Error ? failed(file, unreadable(file, content)) : parseBytes(file, content);
}

/** Reads the first of the usual files that exists. */
export async function readUsualFile(folder: string): Promise<ConfigFile | undefined> {
  for (const file of usualFiles(folder)) {
    const content = await readBytes(file);
    if (content instanceof Error && isMissing(content)) continue;
    return content instanceof Error ? failed(file, unreadable(file, content)) : parseBytes(file, content);
  }
  return undefined;
}

/** Reads the profile that lies over `base`: `sluice-prod.yml` over `sluice.yml`. */
export async function readProfile(profile: string, base: string, folder: string): Promise<ConfigFile> {
  const extension = extname(base);
  const file = join(dirname(base), `${basename(base, extension)}-${profile}${extension}`);
  if (!PROFILE_NAME.test(profile))
    return failed(base, configError("config-bad-profile", { details: { profile: profile.slice(0, 60) } }));
  const content = await readBytes(resolve(folder, file));
  if (!(content instanceof Error)) return parseBytes(file, content);
  const missing = isMissing(content) && configError("config-no-profile", { details: { profile, file } });
  return failed(file, missing || unreadable(file, content));
}

/** Parses text that was checked for its encoding before. */
export function parseText(file: string, text: string): ConfigFile {
  const { root, problems } = parseYaml(file, text);
  return { file, text, root: problems.length > 0 ? emptyMap : root, problems };
}

/** Parses a file's content. */
export function parseBytes(file: string, bytes: Buffer): ConfigFile {
  const text = decodeText(bytes);
  return typeof text === "string" ? parseText(file, text) : failed(file, text.error);
}

function failed(file: string, error: Problem["error"]): ConfigFile {
  const origin = { kind: "file", file, line: 1, column: 1 } as const;
  return { file, text: "", root: emptyMap, problems: [{ severity: "error", error, origin, path: "" }] };
}

/** At most one byte more than a configuration may have: enough to see that it is too large. */
async function readBytes(file: string): Promise<Buffer | Error> {
  try {
    await using handle = await open(file, "r");
    const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length);
    }
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

function isMissing(error: Error): boolean {
  return ["ENOENT", "ENOTDIR"].includes(codeOf(error));
}

function unreadable(file: string, cause: Error): Problem["error"] {
  if (isMissing(cause)) return syntaxError("config-not-found", { details: { file }, cause });
  const reason = "code" in cause ? String(cause.code) : cause.message;
  return syntaxError("config-unreadable", { details: { file, reason }, cause });
}
