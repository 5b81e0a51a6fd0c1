/**
 * The configuration while it is in force: the reloader that follows its file, and the store through which it is changed. Each
 * tells the other: what the store has saved is put into force by the reloader, what the reloader has read the store goes on from.
 */
import type { ConfigTrigger } from "#api/views.ts";
import type { Language } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { Config } from "#config/config.ts";
import type { ConfigDifference } from "#config/difference.ts";
import { loadConfig, loadDraft } from "#config/load.ts";
import type { LoadOptions, LoadResult } from "#config/load.ts";
import { ConfigStore } from "#config/store/config-store.ts";
import type { ApplyResult } from "#config/store/config-store.ts";
import { systemTextFiles } from "#platform/text-files.ts";
import { appError } from "../errors.ts";
import type { Machine } from "../machine.ts";
import { ConfigReloader } from "../reload/config-reloader.ts";
import type { ReloadResult } from "../reload/config-reloader.ts";

/** Whoever runs by the configuration. */
export interface Running {
  apply(config: Config): Promise<ConfigDifference>;
  tell(result: ReloadResult, trigger: ConfigTrigger): void;
}

/** What it is opened with. */
export interface ConfigurationParts {
  readonly config: Config;
  readonly loaded: LoadResult;
  readonly loadOptions: LoadOptions;
  readonly machine: Machine;
  readonly log: Logger;
  readonly language: Language;
  readonly running: () => Running;
  /** What of a configuration is put in force: all of it, but in safe mode. */
  readonly inForce: (config: Config) => Config;
  /** Another one is in force. */
  readonly applied: (loaded: LoadResult) => void;
}

/** Opens both. */
export function openConfiguration(parts: ConfigurationParts): { reloader: ConfigReloader; store: ConfigStore } {
  const { config, loaded, loadOptions, machine, log, language, running, inForce, applied } = parts;
  const reloader: ConfigReloader = new ConfigReloader({
    ...machine,
    log,
    language,
    loaded,
    load: (file) => loadConfig({ ...loadOptions, file }),
    apply: (changed) => running().apply(inForce(changed)),
    onReload: (result, trigger) => {
      if (result.kind === "applied") {
        adopt(store, reloader, trigger);
        applied(reloader.inForce);
      }
      running().tell(result, trigger);
    },
  });
  const store = new ConfigStore({
    ...machine,
    file: config.file,
    inForce: { config, text: loaded.text, problems: loaded.problems },
    load: (text) => Promise.resolve(loadDraft({ ...loadOptions, file: loaded.file }, text, reloader.inForce.over)),
    applier: { apply: async (next, by) => applyResult(await reloader.apply(next, by)) },
    files: systemTextFiles,
  });
  return { reloader, store };
}

/** The file was edited, or a signal came. */
function adopt(store: ConfigStore, reloader: ConfigReloader, trigger: ConfigTrigger): void {
  const { config, text, problems } = reloader.inForce;
  if (config !== undefined && (trigger === "file" || trigger === "signal")) store.adopt({ config, text, problems }, trigger);
}

function applyResult(result: ReloadResult): ApplyResult {
  switch (result.kind) {
    case "applied":
    case "unchanged":
      return { kind: "applied", restartNeeded: [] };
    case "refused":
      return result;
    case "invalid": {
      const reason = result.problems[0]?.error.message ?? "";
      return { kind: "refused", error: result.problems[0]?.error ?? appError("app-reload-failed", { details: { reason } }) };
    }
  }
}
