/** This server as the command line of this machine may ask it: a secret of its own, and the file that tells of both. */
import { timingSafeEqual } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import { LOCAL_PREFIX } from "../users/token-prefixes.ts";
import { removeRunningFile, writeRunningFile } from "./running-file.ts";
import type { FolderEnvironment } from "./running-file.ts";

/** What it is made with. */
export interface LocalAccessParts {
  readonly environment: FolderEnvironment;
  readonly random: Pick<Random, "bytes">;
  readonly clock: Pick<Clock, "wallNow">;
  readonly configuration: string | undefined;
}

/** See the head of this file. */
export class LocalAccess {
  readonly #parts: LocalAccessParts;
  readonly #token: Buffer;
  readonly #startedAt: number;

  constructor(parts: LocalAccessParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.wallNow();
    this.#token = Buffer.from(`${LOCAL_PREFIX}${parts.random.bytes(32).toString("base64url")}`);
  }

  /** Whether this is the secret. */
  knows(token: string): boolean {
    const given = Buffer.from(token);
    return given.length === this.#token.length && timingSafeEqual(given, this.#token);
  }

  /** The API is there now; undefined where nothing carries it. */
  announce(url: string | undefined): void {
    const { environment, configuration } = this.#parts;
    const token = this.#token.toString();
    const server = {
      pid: process.pid,
      startedAt: this.#startedAt,
      configuration: configuration ?? null,
      url: url ?? null,
      token,
    };
    writeRunningFile(environment, server);
  }

  /** It is over. Idempotent. */
  close(): void {
    removeRunningFile(this.#parts.environment);
  }
}

/** Where a listener is reached from this machine. */
export function localUrl({ host, port }: ListenAddress, tls: boolean): string {
  const everywhere = host === undefined || host === "" || host === "0.0.0.0" || host === "::";
  const name = everywhere ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `${tls ? "https" : "http"}://${name}:${String(port)}`;
}
