/**
 * Loads the configuration for running it: a file of an older version is brought up to date on the disk, the old one staying
 * beside it (`sluice.yml.version-1`), and a warning tells so. Where it can't be written, it is used as it is.
 */
import { messageOf } from "#base/errors.ts";
import { configError } from "../errors.ts";
import { loadConfig, loadDraft } from "../load.ts";
import type { LoadOptions, LoadResult } from "../load.ts";
import { migrateText } from "../migration.ts";
import type { Migration } from "../migration.ts";
import { CONFIG_VERSION } from "../options.ts";
import { decodeText, MAX_FILE_BYTES } from "../syntax/limits.ts";
import type { Problem } from "../syntax/node.ts";
import type { TextFiles } from "./text-files.ts";

/** See the head of this file. */
export async function loadUpToDate(options: LoadOptions, files: TextFiles): Promise<LoadResult> {
  const loaded = await loadConfig(options);
  const { config, file, text, over } = loaded;
  if (config?.file === undefined || file === undefined) return loaded;
  const load = (draft: string): LoadResult => loadDraft({ ...options, file }, draft, over);
  const migration = migrateText(options.schema, { file, text }, load);
  if (migration === undefined) return loaded;
  try {
    const backup = `${config.file}.version-${String(migration.from)}`;
    await replace(files, { file: config.file, backup, before: text, after: migration.text });
    const details = { from: migration.from, to: CONFIG_VERSION, backup };
    return withWarning(load(migration.text), configError("config-migrated", { details }), file);
  } catch (error) {
    return withWarning(loaded, migrationFailed(migration, error), file);
  }
}

async function replace(
  files: TextFiles,
  what: { readonly file: string; readonly backup: string; readonly before: string; readonly after: string },
): Promise<void> {
  const { file, backup, before, after } = what;
  const disk = await files.read(file, MAX_FILE_BYTES);
  // What was loaded is the disk's content without byte-order mark and odd line ends.
  const same = disk !== undefined && decodeText(Buffer.from(disk)) === before;
  const result = same ? await files.replace({ file, text: after, expected: disk, backup }) : "changed-meanwhile";
  if (result === "changed-meanwhile") throw new Error("it is being changed by somebody else");
}

function migrationFailed({ from }: Migration, cause: unknown): Problem["error"] {
  const details = { from, to: CONFIG_VERSION, reason: messageOf(cause) };
  return configError("config-migration-failed", { details, cause });
}

function withWarning(loaded: LoadResult, error: Problem["error"], file: string): LoadResult {
  const origin = { kind: "file", file, line: 1, column: 1 } as const;
  return { ...loaded, problems: [...loaded.problems, { severity: "warning", error, origin, path: "version" }] };
}
