/**
 * `tokens.json` of the state folder: tokens of scripts by their hashes, for its owner alone, replaced whole. A file that can't be
 * used is put aside and told of, since no token is better than one nobody made.
 */
import { join } from "node:path";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { platformError } from "#platform/errors.ts";
import type { systemTextFiles } from "#platform/text-files.ts";
import type { KeptToken, TokenFile } from "./api-tokens.ts";

const NAME = "tokens.json";
/** 64 tokens take less than 32 KiB. */
const MAX_BYTES = 262_144;
/** Nobody else writes the file: once is already one too many. */
const ATTEMPTS = 3;

/** Opens the file in `folder`; without a folder there is none. */
export async function openTokenFile(
  folder: string | undefined,
  parts: { readonly files: Pick<typeof systemTextFiles, "read" | "replace" | "move">; readonly log: Logger },
): Promise<{ readonly file: TokenFile; readonly kept: readonly KeptToken[] } | undefined> {
  if (folder === undefined || folder === "") return undefined;
  const { files, log } = parts;
  const name = join(folder, NAME);
  const file = { save: (tokens: readonly KeptToken[]) => save(name, tokens, files) };
  try {
    const text = await files.read(name, MAX_BYTES);
    if (text === undefined) return { file, kept: [] };
    const kept = parse(text);
    if (kept !== undefined) return { file, kept };
    await files.move(name, `${name}.broken`);
    log.error({ file: name, keptAs: `${name}.broken` }, "the file of tokens is broken: scripts need new ones");
    return { file, kept: [] };
  } catch (error) {
    log.error({ reason: error instanceof Error ? error : messageOf(error) }, "tokens can't be kept: they end with this process");
    return undefined;
  }
}

async function save(
  name: string,
  tokens: readonly KeptToken[],
  files: Pick<typeof systemTextFiles, "read" | "replace">,
): Promise<void> {
  const text = `${JSON.stringify({ version: 1, tokens }, undefined, 2)}\n`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const expected = await files.read(name, MAX_BYTES);
    if ((await files.replace({ file: name, text, expected, backup: undefined })) === "replaced") return;
  }
  throw platformError("file-not-written", { details: { file: name, reason: "it keeps changing" } });
}

function parse(text: string): readonly KeptToken[] | undefined {
  try {
    const root: unknown = JSON.parse(text);
    if (!isMap(root) || root["version"] !== 1 || !Array.isArray(root["tokens"])) return undefined;
    return root["tokens"].every(isToken) ? root["tokens"] : undefined;
  } catch {
    return undefined;
  }
}

function isToken(value: unknown): value is KeptToken {
  if (!isMap(value)) return false;
  const { id, name, role, created, expires, hash } = value;
  const texts = [id, name, hash].every((text) => typeof text === "string");
  const times = typeof created === "number" && (expires === null || typeof expires === "number");
  return texts && times && (role === "admin" || role === "viewer");
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
