/**
 * `authMethod: http`: a server of the owner's is asked by POST, with the JSON that MediaMTX sends, and permits by a status of
 * 2xx; 403 says that somebody is known and may not, everything else that the credentials are wrong. What it has permitted counts
 * for `KEEP_MS` more for the same question; questions wait for each other beyond `MAX_ASKED`, and nothing else waits for them.
 */
import type { Clock } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import type { AuthOptions } from "#config/options.ts";
import type { askHttp } from "#platform/http/ask.ts";
import { VerifiedCredentials } from "../guessing/verified-credentials.ts";
import type { ExternalAnswer, ExternalCaller, ExternalMethod, ExternalQuestion, ExternalStanding } from "./method.ts";
import { Places } from "./places.ts";

const TIMEOUT_MS = 5000;
/** Longest answer read; only its status counts. */
const MAX_ANSWER = 128 * 1024;
/** Asked at the same time; who else comes waits, up to as many again. */
const MAX_ASKED = 16;
const KEEP_MS = 10_000;
/** A server that can't be asked is told of this often. */
const TELL_MS = 60_000;

/** Collaborators. */
export interface HttpMethodParts {
  readonly clock: Pick<Clock, "now">;
  readonly random: Pick<Random, "bytes">;
  readonly log: Logger;
  readonly ask: typeof askHttp;
}

/** See the head of this file. */
export class HttpMethod implements ExternalMethod {
  readonly #options: Pick<AuthOptions, "authHTTPAddress" | "authHTTPFingerprint">;
  readonly #parts: HttpMethodParts;
  readonly #known: VerifiedCredentials<ExternalAnswer>;
  readonly #places = new Places({ atOnce: MAX_ASKED, waiting: MAX_ASKED });
  #toldAt: number | undefined;

  constructor(options: Pick<AuthOptions, "authHTTPAddress" | "authHTTPFingerprint">, parts: HttpMethodParts) {
    this.#options = options;
    this.#parts = parts;
    this.#known = new VerifiedCredentials({ ...parts, keepMs: KEEP_MS, counts: ({ kind }) => kind === "granted" });
  }

  async decide(question: ExternalQuestion, signal: AbortSignal): Promise<ExternalAnswer> {
    const { id: _, ...rest } = question;
    const key = Object.values(rest);
    const answer = this.#known.find(key) ?? (await this.#known.verify(key, () => this.#ask(question)));
    signal.throwIfAborted();
    return answer;
  }

  /** Whoever may use the API is an admin; whoever may read, without a path, a viewer. */
  async standing(caller: ExternalCaller, signal: AbortSignal): Promise<ExternalStanding> {
    const common = { ...caller, path: "", protocol: "", id: undefined };
    const asAdmin = await this.decide({ ...common, action: "api" }, signal);
    if (asAdmin.kind === "granted") return { kind: "known", role: "admin", user: asAdmin.user };
    if (asAdmin.kind === "unavailable") return asAdmin;
    const asViewer = await this.decide({ ...common, action: "read" }, signal);
    if (asViewer.kind === "granted") return { kind: "known", role: "viewer", user: asViewer.user };
    return asViewer.kind === "wrong" ? asAdmin : asViewer;
  }

  /** There is nothing to fetch. */
  refresh(): Promise<void> {
    return Promise.resolve();
  }

  /** Shared by all who ask the same at the same time, so nobody's leaving ends it. */
  async #ask(question: ExternalQuestion): Promise<ExternalAnswer> {
    const { authHTTPAddress: url, authHTTPFingerprint: fingerprint } = this.#options;
    const { address, user, password, token, action, path, protocol, id, query, userAgent } = question;
    const body = JSON.stringify({ ip: address, user, password, token, action, path, protocol, id: id ?? null, query, userAgent });
    const asked = { url, method: "POST", body, fingerprint, timeoutMs: TIMEOUT_MS, maxBytes: MAX_ANSWER } as const;
    try {
      const answer = await this.#places.run(() => this.#parts.ask(asked));
      if (answer === "busy") return this.#unavailable("too many questions wait for its answers");
      if (answer.status >= 200 && answer.status <= 299) return { kind: "granted", user };
      if (answer.status >= 500) return this.#unavailable(`it answers with ${String(answer.status)}`);
      return { kind: answer.status === 403 ? "not-permitted" : "wrong" };
    } catch (error) {
      return this.#unavailable(messageOf(error));
    }
  }

  #unavailable(reason: string): ExternalAnswer {
    const { clock, log } = this.#parts;
    if (this.#toldAt === undefined || clock.now() - this.#toldAt >= TELL_MS) {
      this.#toldAt = clock.now();
      log.error({ reason }, "authHTTPAddress can't be asked: nobody is let in whom it would have to permit");
    }
    return { kind: "unavailable" };
  }
}
