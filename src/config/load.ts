/**
 * Finds, reads and validates the configuration. Nothing of a file with an error is used. The text is kept for showing the
 * lines that errors are about.
 */
import { open } from "node:fs/promises";
import { join, resolve } from "node:path";
import { messageOf } from "#base/errors.ts";
import { Config } from "./config.ts";
import { applyEnvironment } from "./environment.ts";
import { configError } from "./errors.ts";
import { readConfig } from "./read-config.ts";
import { ProblemList } from "./read-value.ts";
import type { ConfigSchema } from "./schema.ts";
import { syntaxError } from "./syntax/errors.ts";
import { decodeText, MAX_FILE_BYTES } from "./syntax/limits.ts";
import { builtIn, emptyMap } from "./syntax/node.ts";
import type { MapNode, Origin, Problem } from "./syntax/node.ts";
import { parseYaml } from "./syntax/parse-yaml.ts";

/** Where a configuration is looked for when none is named: ours first, then MediaMTX's places. */
export function usualFiles(folder: string): readonly string[] {
  const names = ["sluice.yml", "rtsp-simple-server.yml", "mediamtx.yml"];
  const places = ["/usr/local/etc/mediamtx.yml", "/usr/etc/mediamtx.yml", "/etc/mediamtx/mediamtx.yml", "/etc/sluice/sluice.yml"];
  return [...names.map((name) => join(folder, name)), ...places];
}

/** What to load. */
export interface LoadOptions {
  readonly schema: ConfigSchema;
  /** The file somebody named; undefined looks in the usual places. */
  readonly file: string | undefined;
  /** Folder that relative names are relative to. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `config` is undefined when there is an error among `problems`. */
export interface LoadResult {
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
  /** The file's name as it was given or found, and its text where it could be read. */
  readonly file: string | undefined;
  readonly text: string;
}

/** Loads the configuration. */
export async function loadConfig(options: LoadOptions): Promise<LoadResult> {
  const found = await readFirst(options);
  if (found === undefined) {
    const warning: Problem = { severity: "warning", error: configError("config-no-file"), origin: builtIn, path: "" };
    return finish(options, { root: emptyMap, problems: [warning], file: undefined, text: "" });
  }
  const { file, content } = found;
  const origin: Origin = { kind: "file", file, line: 1, column: 1 };
  const fail = (error: Problem["error"]): LoadResult => ({
    config: undefined,
    problems: [{ severity: "error", error, origin, path: "" }],
    file,
    text: "",
  });
  if (content instanceof Error) return fail(unreadable(file, content));
  const text = decodeText(content);
  if (typeof text !== "string") return fail(text.error);
  const parsed = parseYaml(file, text);
  if (parsed.problems.length > 0) return { config: undefined, problems: parsed.problems, file, text };
  return finish(options, { root: parsed.root, problems: [], file, text });
}

/** Reads a configuration from text, without environment variables; for tests and for text that isn't a file yet. */
export function loadText(schema: ConfigSchema, text: string, file = "sluice.yml"): LoadResult {
  const parsed = parseYaml(file, text);
  if (parsed.problems.length > 0) return { config: undefined, problems: parsed.problems, file, text };
  return finish({ schema, file, folder: "", environment: {} }, { root: parsed.root, problems: [], file, text });
}

function finish(
  options: LoadOptions,
  from: { root: MapNode; problems: readonly Problem[]; file: string | undefined; text: string },
): LoadResult {
  const list = new ProblemList();
  const root = applyEnvironment(from.root, options.environment, { schema: options.schema, problems: list });
  const read = readConfig(options.schema, root);
  const problems = [...from.problems, ...list.all, ...read.problems];
  const broken = problems.some((problem) => problem.severity === "error");
  const file = from.file === undefined ? undefined : resolve(options.folder, from.file);
  const config = broken ? undefined : new Config({ ...read, file });
  return { config, problems, file: from.file, text: from.text };
}

/** The named file, or the first of the usual ones that exists. */
async function readFirst(options: LoadOptions): Promise<{ file: string; content: Buffer | Error } | undefined> {
  if (options.file !== undefined) {
    return { file: options.file, content: await readBytes(resolve(options.folder, options.file)) };
  }
  for (const file of usualFiles(options.folder)) {
    const content = await readBytes(file);
    if (!(content instanceof Error && isMissing(content))) return { file, content };
  }
  return undefined;
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
  return "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function unreadable(file: string, cause: Error): Problem["error"] {
  if (isMissing(cause)) return syntaxError("config-not-found", { details: { file }, cause });
  const reason = "code" in cause ? String(cause.code) : cause.message;
  return syntaxError("config-unreadable", { details: { file, reason }, cause });
}
