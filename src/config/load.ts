/**
 * The configuration from where it comes to where it may be used: file, profile over it, variables put in, old names replaced,
 * environment over all, values read and checked. Nothing of a configuration with an error is used.
 */
import { resolve } from "node:path";
import { Config } from "./config.ts";
import { configError } from "./errors.ts";
import { applyEnvironment } from "./layers/environment.ts";
import { parseBytes, parseText, readFile, readProfile, readUsualFile } from "./layers/files.ts";
import type { ConfigFile } from "./layers/files.ts";
import { mergeTrees } from "./layers/merge.ts";
import { putInVariables } from "./layers/variables.ts";
import type { Environment } from "./layers/variables.ts";
import { replaceOldNames } from "./mediamtx/old-names.ts";
import { CONFIG_VERSION } from "./options.ts";
import { readConfig } from "./read-config.ts";
import { ProblemList } from "./read-value.ts";
import type { ConfigSchema } from "./schema.ts";
import { builtIn, emptyMap } from "./syntax/node.ts";
import type { MapNode, Problem } from "./syntax/node.ts";

/** What to load. */
export interface LoadOptions {
  readonly schema: ConfigSchema;
  /** The file somebody named; undefined looks in the usual places. */
  readonly file: string | undefined;
  /** `prod` lays `sluice-prod.yml` over `sluice.yml`. */
  readonly profile?: string | undefined;
  /** Folder that relative names are relative to. */
  readonly folder: string;
  readonly environment: Environment;
}

/** `config` is undefined when there is an error among `problems`. */
export interface LoadResult {
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
  /** The main file's name as it was given or found, and its text where it could be read. */
  readonly file: string | undefined;
  readonly text: string;
  /** The texts of all files by the names problems give them. */
  readonly texts: ReadonlyMap<string, string>;
  /** The profile that lies over the main file. */
  readonly over: ConfigFile | undefined;
  /** Everything that is set, each value with the place it comes from. */
  readonly root: MapNode;
}

/** Loads the configuration. */
export async function loadConfig(options: LoadOptions): Promise<LoadResult> {
  const { file, profile, folder } = options;
  const base = file === undefined ? await readUsualFile(folder) : await readFile(file, folder);
  const over = profile === undefined ? undefined : await readProfile(profile, base?.file ?? "sluice.yml", folder);
  return combine(options, base, over);
}

/** Loads `text` as if it were in the file that `options` name; `over` is the profile as it was loaded before. */
export function loadDraft(options: LoadOptions, text: string, over?: ConfigFile): LoadResult {
  return combine(options, parseBytes(options.file ?? "sluice.yml", Buffer.from(text)), over);
}

/** Loads from text alone, without variables of the environment; for text that isn't a file yet. */
export function loadText(schema: ConfigSchema, text: string, file = "sluice.yml"): LoadResult {
  return combine({ schema, file, folder: "", environment: {} }, parseText(file, text), undefined);
}

function combine(options: LoadOptions, base: ConfigFile | undefined, over: ConfigFile | undefined): LoadResult {
  const { schema, environment, folder } = options;
  const files = [base, over].filter((file) => file !== undefined);
  const about = { file: base?.file, text: base?.text ?? "", texts: new Map(files.map(({ file, text }) => [file, text])), over };
  const unread = files.flatMap((file) => file.problems);
  // What is wrong with the syntax of a file would be found as consequences everywhere else.
  if (unread.length > 0) return { config: undefined, problems: unread, root: emptyMap, ...about };
  const problems = new ProblemList();
  if (base === undefined && options.profile === undefined) problems.warn(configError("config-no-file"), builtIn, "");
  const used = new Set<string>();
  const trees = files.map(({ root }) => replaceOldNames(putInVariables(root, { environment, problems, used }), problems));
  const merged = trees.reduce(mergeTrees, emptyMap);
  checkVersion(merged, problems);
  const root = applyEnvironment(merged, environment, { schema, problems, used });
  const read = readConfig(schema, root);
  // A value whose variable is missing would be found wrong once more.
  const missing = new Set(problems.all.filter(({ severity }) => severity === "error").map(({ origin }) => origin));
  const all = [...problems.all, ...read.problems.filter(({ origin }) => !missing.has(origin))];
  const broken = all.some((problem) => problem.severity === "error");
  const file = base === undefined ? undefined : resolve(folder, base.file);
  return { config: broken ? undefined : new Config({ ...read, file }), problems: all, root, ...about };
}

/** A file of a later release may mean anything. */
function checkVersion(root: MapNode, problems: ProblemList): void {
  const version = root.entries.get("version")?.value;
  if (version?.kind !== "scalar" || !/^\d{1,6}$/.test(version.text) || Number(version.text) <= CONFIG_VERSION) return;
  const details = { version: version.text, known: CONFIG_VERSION };
  problems.error(configError("config-newer-version", { details }), version.origin, "version");
}
