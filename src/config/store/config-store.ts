/**
 * The one way by which the configuration changes: one change after the other is made to the text, loaded like any file, saved
 * whole, and put into force. What waits is taken together (each change is still checked by itself), so that a thousand
 * callers cost a few writes. A change made to the file by somebody else is never overwritten: nothing is written, and the
 * caller is told. Without a file, changes last until the process ends.
 */
import { createHmac } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Random } from "#base/random.ts";
import type { TextFiles } from "./text-files.ts";
import type { Config } from "../config.ts";
import type { LoadResult } from "../load.ts";
import { MAX_FILE_BYTES } from "../syntax/limits.ts";
import type { Problem } from "../syntax/node.ts";
import { Backups } from "./backups.ts";
import type { Backup } from "./backups.ts";
import { storeError } from "./errors.ts";

/** Changes that may wait; each belongs to an open connection, of which there are fewer. */
const MAX_WAITING = 4096;
/** Changes saved together. */
const MAX_BATCH = 64;

/** Who changes the configuration. */
export type ConfigAuthor = "file" | "signal" | "api" | "rollback";

/** A configuration with the text it was read from. */
export interface LoadedConfig {
  readonly config: Config;
  readonly text: string;
  /** Warnings. */
  readonly problems: readonly Problem[];
}

/** How putting a configuration into force went; with `refused` the former one is in force. */
export type ApplyResult =
  | { readonly kind: "applied"; readonly restartNeeded: readonly string[] }
  | { readonly kind: "refused"; readonly error: SluiceError };

/** Puts configurations into force. */
export interface ConfigApplier {
  apply(next: LoadedConfig, by: ConfigAuthor): Promise<ApplyResult>;
}

/** What a store works with. */
export interface ConfigStoreOptions {
  /** Absolute name; undefined where there is no file. */
  readonly file: string | undefined;
  readonly inForce: LoadedConfig;
  /** Loads a text as if it were the file. */
  readonly load: (text: string) => Promise<LoadResult>;
  readonly applier: ConfigApplier;
  readonly files: TextFiles;
  readonly clock: Clock;
  readonly random: Random;
}

/** A change. */
export interface ConfigRequest {
  /** The new text, given the one before; throws a `SluiceError` to refuse. */
  readonly edit: (before: LoadedConfig) => string;
  readonly by: ConfigAuthor;
  /** Looks at what the new text loads to; throws a `SluiceError` to refuse. */
  readonly verify?: (after: LoadedConfig) => void;
  /** Only if the configuration is this one still. */
  readonly ifMatch?: string | undefined;
  /** Checks and changes nothing. */
  readonly dryRun?: boolean;
  /** The text replaces the file whatever is in it: `ifMatch` is compared with what is on the disk. */
  readonly overDisk?: boolean;
}

/** What became of a change. */
export interface ConfigOutcome extends LoadedConfig {
  readonly etag: string;
  readonly saved: "file" | "memory";
  readonly restartNeeded: readonly string[];
}

/** The file as it is on the disk. */
export interface DiskState {
  readonly text: string;
  readonly etag: string;
  readonly inForce: boolean;
  readonly problems: readonly Problem[];
}

/** A refused change that has more to say than its error: what is wrong, place by place. */
export class ConfigRefusal extends Error {
  readonly error: SluiceError;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const first = problems.find((problem) => problem.severity === "error");
    const place = first === undefined || first.path === "" ? "" : `${first.path}: `;
    const error = storeError("config-refused", {
      details: {
        reason: place + (first?.error.message ?? ""),
        reasonZh: place + (first?.error.describe("zh") ?? ""),
      },
    });
    super(error.message);
    this.error = error;
    this.problems = problems;
  }
}

interface Waiting {
  readonly request: ConfigRequest;
  readonly resolve: (outcome: ConfigOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** See the head of this file. */
export class ConfigStore {
  readonly file: string | undefined;
  readonly #options: ConfigStoreOptions;
  readonly #key: Buffer;
  readonly #backups: Backups | undefined;
  readonly #listeners = new Set<(loaded: LoadedConfig, by: ConfigAuthor) => void>();
  readonly #queue: Waiting[] = [];
  #inForce: LoadedConfig;
  #working: Promise<void> | undefined;

  constructor(options: ConfigStoreOptions) {
    this.file = options.file;
    this.#options = options;
    this.#inForce = options.inForce;
    this.#key = options.random.bytes(16);
    this.#backups = options.file === undefined ? undefined : new Backups(options.file, options.files);
  }

  /** What is in force. */
  get inForce(): LoadedConfig {
    return this.#inForce;
  }

  /** Of the configuration in force. */
  get etag(): string {
    return this.etagOf(this.#inForce.text);
  }

  /** Tells texts apart without telling what is in them. */
  etagOf(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("hex").slice(0, 24);
  }

  /** Calls back after each change, whoever made it. */
  onChange(run: (loaded: LoadedConfig, by: ConfigAuthor) => void): () => void {
    this.#listeners.add(run);
    return () => this.#listeners.delete(run);
  }

  /** Whoever reads the file by other ways (watcher, signal) tells what was put into force. */
  adopt(loaded: LoadedConfig, by: ConfigAuthor): void {
    const same = loaded.text === this.#inForce.text;
    this.#inForce = loaded;
    if (same && by === "file") return;
    for (const run of this.#listeners) run(loaded, by);
  }

  /** Whether changes can be saved. */
  async writable(): Promise<boolean> {
    return this.file !== undefined && (await this.#options.files.writable(this.file));
  }

  /** The file as it is now; where there is none, what is in force. */
  async onDisk(): Promise<DiskState> {
    const text = (await this.#readDisk()) ?? "";
    const inForce = text === this.#inForce.text;
    const problems = inForce ? this.#inForce.problems : (await this.#options.load(text)).problems;
    return { text, etag: this.etagOf(text), inForce, problems };
  }

  /** Previous good ones, the newest first. */
  async history(): Promise<readonly Backup[]> {
    return (await this.#backups?.list()) ?? [];
  }

  /** Makes a change. Rejects with a `ConfigRefusal` or a `config-…` error, nothing being changed then. */
  change(request: ConfigRequest): Promise<ConfigOutcome> {
    return new Promise((resolve, reject) => {
      if (this.#queue.length >= MAX_WAITING) {
        reject(storeError("config-store-busy", { retryable: true }));
        return;
      }
      this.#queue.push({ request, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    let size = MAX_BATCH;
    while (this.#queue.length > 0) {
      const batch = this.#take(size);
      try {
        const retry = await this.#turn(batch);
        // One of several could not be put into force: find out which, one by one.
        size = retry.length > 0 ? 1 : MAX_BATCH;
        this.#queue.unshift(...retry);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#working = undefined;
  }

  /** The next changes to make together; one that replaces the file is made by itself. */
  #take(size: number): readonly Waiting[] {
    const first = this.#queue.findIndex(({ request }) => request.overDisk === true);
    const end = first === 0 ? 1 : first === -1 ? this.#queue.length : first;
    return this.#queue.splice(0, Math.min(size, end));
  }

  /** Makes the changes of a batch; answers those that must be tried again by themselves. */
  async #turn(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const disk = await this.#readDisk();
    const overDisk = batch[0]?.request.overDisk === true;
    if (disk !== this.#inForce.text && !overDisk) {
      const broken = disk !== undefined && (await this.#options.load(disk)).config === undefined;
      throw storeError(broken ? "config-file-broken" : "config-changed-on-disk");
    }
    const base: LoadedConfig = disk === this.#inForce.text ? this.#inForce : { ...this.#inForce, text: disk ?? "" };
    const { draft, accepted } = await this.#draft(base, batch);
    if (accepted.length === 0) return [];
    const author = accepted[0]?.request.by ?? "api";
    if (draft.text !== this.#inForce.text || draft.text !== disk) {
      if ((await this.#save(draft.text, disk)) === "changed-meanwhile") throw storeError("config-changed-on-disk");
    }
    if (draft.text === this.#inForce.text) {
      this.#finish(accepted, { draft, restartNeeded: [] });
      return [];
    }
    const applied = await this.#options.applier.apply(draft, author);
    if (applied.kind === "refused") {
      if (disk !== undefined) await this.#save(disk, draft.text, false);
      if (accepted.length > 1) return accepted;
      const { error } = applied;
      throw storeError("config-not-applied", { details: { reason: error.message }, cause: error });
    }
    this.#inForce = draft;
    this.#finish(accepted, { draft, restartNeeded: applied.restartNeeded });
    for (const run of this.#listeners) run(draft, author);
    return [];
  }

  /** Makes one change after the other, each from what the one before left; those that can't be are refused by themselves. */
  async #draft(base: LoadedConfig, batch: readonly Waiting[]): Promise<{ draft: LoadedConfig; accepted: readonly Waiting[] }> {
    let draft = base;
    const accepted: Waiting[] = [];
    for (const waiting of batch) {
      const { request, resolve, reject } = waiting;
      try {
        const next = await this.#make(request, draft);
        if (request.dryRun === true) resolve({ ...next, ...this.#facts(draft.text), restartNeeded: [] });
        else {
          draft = next;
          accepted.push(waiting);
        }
      } catch (error) {
        reject(error);
      }
    }
    return { draft, accepted };
  }

  async #make(request: ConfigRequest, before: LoadedConfig): Promise<LoadedConfig> {
    const { ifMatch } = request;
    if (ifMatch !== undefined && !matches(ifMatch, this.etagOf(before.text))) throw storeError("config-etag-mismatch");
    const text = request.edit(before);
    if (text === before.text && text === this.#inForce.text) return before;
    // A large file takes some ten milliseconds to change, and as long to load: streams go on between the two.
    await this.#options.clock.sleep("configuration change", 0);
    const { config, problems } = await this.#options.load(text);
    if (config === undefined) throw new ConfigRefusal(problems);
    const after = { config, text, problems };
    request.verify?.(after);
    return after;
  }

  #finish(accepted: readonly Waiting[], done: { draft: LoadedConfig; restartNeeded: readonly string[] }): void {
    const { draft, restartNeeded } = done;
    for (const { resolve } of accepted) resolve({ ...draft, ...this.#facts(draft.text), restartNeeded });
  }

  #facts(text: string): { etag: string; saved: "file" | "memory" } {
    return { etag: this.etagOf(text), saved: this.file === undefined ? "memory" : "file" };
  }

  async #readDisk(): Promise<string | undefined> {
    if (this.file === undefined) return this.#inForce.text;
    return this.#options.files.read(this.file, MAX_FILE_BYTES);
  }

  /** Replaces the file; what was there stays as a backup when it was the one in force. */
  async #save(text: string, expected: string | undefined, keep = true): Promise<"replaced" | "changed-meanwhile"> {
    const { file } = this;
    if (file === undefined) return "replaced";
    const wasGood = keep && expected !== undefined && expected === this.#inForce.text;
    const backup = wasGood ? await this.#backups?.make() : undefined;
    return this.#options.files.replace({ file, text, expected, backup });
  }
}

/** RFC 9110 §13.1.1: `*`, or a list of tags in quotes; a tag without quotes is taken too. */
function matches(ifMatch: string, etag: string): boolean {
  return ifMatch.split(",").some((part) => {
    const tag = part.trim();
    return tag === "*" || tag.replace(/^"|"$/g, "") === etag;
  });
}
