/**
 * Keeps the configuration in force the one of its file: reads it again on every change of the file, on SIGHUP, or when asked,
 * one at a time, and applies it whole or not at all. Whatever is wrong with it, the one in force stays, and the log says what
 * is wrong, once for each content.
 */
import { createHash } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import { messageOf, SluiceError } from "#base/errors.ts";
import type { Language } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { ConfigStatusView, ConfigTrigger } from "#api/views.ts";
import type { Config } from "#config/config.ts";
import type { ConfigDifference } from "#config/difference.ts";
import type { LoadResult } from "#config/load.ts";
import { formatProblem } from "#config/report.ts";
import { builtIn } from "#config/syntax/node.ts";
import type { Problem } from "#config/syntax/node.ts";
import type { ServiceManager } from "#platform/service-manager/notification.ts";
import { appError } from "../errors.ts";

/** Problems of one file that are logged; whoever has more reads the first ones anyway. */
const MAX_LOGGED = 20;

/** What came of a reload; only `applied` has changed anything. */
export type ReloadResult =
  | { readonly kind: "applied"; readonly difference: ConfigDifference; readonly problems: readonly Problem[] }
  | { readonly kind: "unchanged"; readonly problems: readonly Problem[] }
  /** Errors among `problems`. */
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] }
  /** It is valid, and could not be applied: a port is taken, say. */
  | { readonly kind: "refused"; readonly error: SluiceError };

/** What the reloader works with. */
export interface ConfigReloaderOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly language: Language;
  readonly serviceManager: Pick<ServiceManager, "reloading" | "ready">;
  /** What is in force. */
  readonly loaded: LoadResult;
  /** Reads the configuration from `file`, or where it would be found at the start. */
  readonly load: (file: string | undefined) => Promise<LoadResult>;
  /** Puts a configuration in force; rejects where that isn't possible, having changed nothing. */
  readonly apply: (config: Config) => Promise<ConfigDifference>;
  /** Called after every reload that wasn't `unchanged`. */
  readonly onReload?: (result: ReloadResult, trigger: ConfigTrigger) => void;
}

/** See the head of this file. */
export class ConfigReloader implements ConfigStatusView {
  readonly #with: ConfigReloaderOptions;
  #loaded: LoadResult;
  #version: string;
  #loadedAt: number;
  #reloads = 0;
  #failures = 0;
  #failure: ConfigStatusView["failure"];
  #loggedFailure = "";
  #last: Promise<unknown> = Promise.resolve();
  #waiting: Promise<ReloadResult> | undefined;

  constructor(options: ConfigReloaderOptions) {
    this.#with = options;
    this.#loaded = options.loaded;
    this.#version = versionOf(options.loaded.texts);
    this.#loadedAt = options.clock.wallNow();
  }

  get file(): string | undefined {
    return this.#loaded.config?.file;
  }

  /** Names of all files it is made of, as they were given or found. */
  get files(): readonly string[] {
    return [...this.#loaded.texts.keys()];
  }

  /** What is in force, as it was read. */
  get inForce(): LoadResult {
    return this.#loaded;
  }

  get version(): string {
    return this.#version;
  }

  get loadedAt(): number {
    return this.#loadedAt;
  }

  get reloads(): number {
    return this.#reloads;
  }

  get failures(): number {
    return this.#failures;
  }

  get failure(): ConfigStatusView["failure"] {
    return this.#failure;
  }

  /**
   * Reads the files again and applies what they say. Never rejects. What is asked while one is under way is done after it;
   * several that wait become one.
   */
  reload(trigger: ConfigTrigger): Promise<ReloadResult> {
    this.#waiting ??= this.#enqueue(async () => {
      this.#waiting = undefined;
      return this.#change(this.#checkEmptied(await this.#with.load(this.#loaded.file)), trigger);
    });
    return this.#waiting;
  }

  /** Applies what a new text of the main file was loaded to; the caller writes the file. Never rejects. */
  apply(loaded: Pick<LoadResult, "config" | "text" | "problems">, trigger: ConfigTrigger): Promise<ReloadResult> {
    return this.#enqueue(() => {
      const { file, texts } = this.#loaded;
      const changed = file === undefined ? texts : new Map(texts).set(file, loaded.text);
      return this.#change({ ...this.#loaded, ...loaded, texts: changed }, trigger);
    });
  }

  /** Applies the configuration in force once more: how much of it applies has changed. Never rejects. */
  applyAgain(): Promise<ReloadResult> {
    return this.#enqueue(() => this.#use(this.#loaded));
  }

  #enqueue(run: () => Promise<ReloadResult>): Promise<ReloadResult> {
    const mine = this.#last.then(run);
    this.#last = mine;
    return mine;
  }

  async #change(loaded: LoadResult, trigger: ConfigTrigger): Promise<ReloadResult> {
    const { serviceManager } = this.#with;
    if (loaded.config !== undefined && loaded.text === this.#loaded.text && versionOf(loaded.texts) === this.#version) {
      this.#clearFailure();
      // Whoever sent the signal waits for the answer all the same.
      if (trigger === "signal") serviceManager.reloading("the configuration is as before");
      if (trigger === "signal") serviceManager.ready("running");
      return { kind: "unchanged", problems: loaded.problems };
    }
    serviceManager.reloading("reading the configuration");
    const former = this.#loggedFailure;
    const result = await this.#use(loaded);
    serviceManager.ready(result.kind === "applied" ? "running" : "running as before: the new configuration can't be used");
    // A file that can't be read is tried again and again: that it still can't is no news.
    if (trigger !== "file" || former === "" || this.#loggedFailure !== former) this.#with.onReload?.(result, trigger);
    return result;
  }

  /** A full disk and an editor in the middle of writing both leave an empty file behind. */
  #checkEmptied(loaded: LoadResult): LoadResult {
    const { config, file, text } = loaded;
    if (config === undefined || file === undefined || text.trim() !== "" || this.#loaded.text.trim() === "") return loaded;
    const error = appError("app-configuration-emptied", { details: { file } });
    return { ...loaded, config: undefined, problems: [{ severity: "error", error, origin: builtIn, path: "" }] };
  }

  async #use(loaded: LoadResult): Promise<ReloadResult> {
    const { log, language, clock } = this.#with;
    if (loaded.config === undefined) {
      const { problems } = loaded;
      this.#failed(loaded, { problems, at: clock.wallNow() });
      return { kind: "invalid", problems };
    }
    let difference: ConfigDifference;
    try {
      difference = await this.#with.apply(loaded.config);
    } catch (thrown) {
      const error =
        thrown instanceof SluiceError
          ? thrown
          : appError("app-reload-failed", { cause: thrown, details: { reason: messageOf(thrown) } });
      this.#failed(loaded, { problems: [{ severity: "error", error, origin: builtIn, path: "" }], at: clock.wallNow() });
      return { kind: "refused", error };
    }
    this.#loaded = loaded;
    this.#version = versionOf(loaded.texts);
    this.#loadedAt = clock.wallNow();
    this.#reloads += 1;
    this.#clearFailure();
    for (const problem of loaded.problems) log.warn({ problem: formatProblem(problem, language) }, "configuration");
    const { global, addedPaths, changedPaths, removedPaths } = difference;
    log.info({ changed: [...global, ...changedPaths], added: addedPaths, removed: removedPaths }, "configuration was changed");
    return { kind: "applied", difference, problems: loaded.problems };
  }

  #clearFailure(): void {
    this.#failure = undefined;
    this.#loggedFailure = "";
  }

  #failed(loaded: LoadResult, failure: { problems: readonly Problem[]; at: number }): void {
    const { log, language } = this.#with;
    this.#failures += 1;
    this.#failure = failure;
    const errors = failure.problems.filter(({ severity }) => severity === "error");
    const content = JSON.stringify([versionOf(loaded.texts), errors.map(({ error, path }) => [error.code, path])]);
    if (content === this.#loggedFailure) return;
    this.#loggedFailure = content;
    for (const problem of errors.slice(0, MAX_LOGGED)) log.error({ problem: formatProblem(problem, language) }, "configuration");
    log.error({ errors: errors.length }, "configuration was not changed: the former one stays in force");
  }
}

/** Names the content of files. */
function versionOf(texts: ReadonlyMap<string, string>): string {
  return createHash("sha256")
    .update(JSON.stringify([...texts]))
    .digest("hex")
    .slice(0, 32);
}
