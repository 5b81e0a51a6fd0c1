/** A configuration store over memory, for tests of what stands on it. */
import assert from "node:assert/strict";
import { SystemClock } from "#base/clock.ts";
import { systemRandom } from "#base/random.ts";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import type { ConfigSchema } from "#config/schema.ts";
import { ConfigStore } from "#config/store/config-store.ts";
import type { ApplyResult, LoadedConfig } from "#config/store/config-store.ts";
import { MemoryFiles } from "./memory-files.ts";

/** Where the file of a test is. */
export const CONFIG_FILE = "/etc/sluice/sluice.yml";

/** A store and what it stands on. */
export interface TestStore {
  readonly store: ConfigStore;
  readonly schema: ConfigSchema;
  readonly files: MemoryFiles;
  /** Everything that was put into force. */
  readonly applied: LoadedConfig[];
  /** Answers the next applications; applied by default. */
  applyNext: (next: LoadedConfig) => ApplyResult;
}

/** Opens a store over `text`; without a file where `file` is undefined. */
export function openTestStore(text: string, { file = CONFIG_FILE }: { file?: string | null } = {}): TestStore {
  const schema = createSchema();
  const files = new MemoryFiles(file === null ? {} : { [file]: text });
  const loaded = loadText(schema, text);
  assert.ok(loaded.config, loaded.problems.map(({ error }) => error.message).join("; "));
  const test: TestStore = {
    schema,
    files,
    applied: [],
    applyNext: () => ({ kind: "applied", restartNeeded: [] }),
    store: new ConfigStore({
      file: file ?? undefined,
      inForce: { config: loaded.config, text, problems: loaded.problems },
      load: (draft) => Promise.resolve(loadText(schema, draft)),
      applier: {
        apply: (next) => {
          const result = test.applyNext(next);
          if (result.kind === "applied") test.applied.push(next);
          return Promise.resolve(result);
        },
      },
      files,
      clock: new SystemClock(),
      random: systemRandom,
    }),
  };
  return test;
}
