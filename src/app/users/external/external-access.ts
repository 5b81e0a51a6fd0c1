/**
 * Who may do what where others decide: what everybody may needs no question, a token is taken from where MediaMTX takes it,
 * and the rest is asked of the method in force.
 */
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import type { AuthOptions } from "#config/options.ts";
import { askHttp } from "#platform/http/ask.ts";
import type { AccessQuestion, Caller, GivenCredentials } from "../access-question.ts";
import { permissionRules } from "../user-rule.ts";
import type { PermissionRule } from "../user-rule.ts";
import { HttpMethod } from "./http-method.ts";
import { JwtMethod } from "./jwt-method.ts";
import type { ExternalAnswer, ExternalCaller, ExternalMethod, ExternalStanding } from "./method.ts";

/** Longest name, password or query that is passed on. */
const MAX_TEXT = 8192;

/** Collaborators. */
export interface ExternalParts {
  readonly clock: Pick<Clock, "now" | "wallNow">;
  readonly random: Pick<Random, "bytes">;
  readonly log: Logger;
}

/** See the head of this file. */
export class ExternalAccess {
  readonly #options: AuthOptions;
  readonly #method: ExternalMethod;
  readonly #everybody: readonly PermissionRule[];

  private constructor(options: AuthOptions, method: ExternalMethod) {
    this.#options = options;
    this.#method = method;
    this.#everybody = permissionRules(options.authMethod === "jwt" ? options.authJWTExclude : options.authHTTPExclude);
  }

  /** Undefined where users are those of the configuration. */
  static of(options: AuthOptions, parts: ExternalParts): ExternalAccess | undefined {
    const log = parts.log.child({ part: "authentication" });
    const all = { ...parts, log, ask: askHttp };
    switch (options.authMethod) {
      case "internal":
        return undefined;
      case "http":
        return new ExternalAccess(options, new HttpMethod(options, all));
      case "jwt":
        return new ExternalAccess(options, new JwtMethod(options, all));
    }
  }

  /** Whether everybody may. */
  excludes({ action, or, path }: Pick<AccessQuestion, "action" | "or" | "path">): boolean {
    return this.#everybody.some((rule) => (rule.action === action || rule.action === or) && rule.covers(path));
  }

  /** Decides. Rejects with the signal's reason only. */
  async decide(question: AccessQuestion, signal: AbortSignal): Promise<ExternalAnswer> {
    const caller = this.#callerOf(question);
    if (caller === undefined) return { kind: "wrong" };
    const { action, or, path, protocol = "", id } = question;
    const common = { ...caller, path, protocol: protocol === "rtsps" ? "rtsp" : protocol, id };
    const answer = await this.#method.decide({ ...common, action }, signal);
    return answer.kind === "granted" || or === undefined ? answer : this.#method.decide({ ...common, action: or }, signal);
  }

  /** What a caller is to the own API. */
  async standing(caller: Caller, signal: AbortSignal): Promise<ExternalStanding> {
    const shown = this.#callerOf(caller);
    return shown === undefined ? { kind: "wrong" } : this.#method.standing(shown, signal);
  }

  /** Fetches again what is decided by. Rejects with why it can't. */
  refresh(): Promise<void> {
    return this.#method.refresh();
  }

  #callerOf({ address, credentials, ...question }: Caller & Partial<AccessQuestion>): ExternalCaller | undefined {
    const { user, password, token } = textsOf(credentials);
    const { query = "", userAgent = "", protocol = "" } = question;
    const inQuery = token === "" && password === "" && this.#takesQuery(protocol) ? tokenOf(query) : "";
    // A password counts as a token too, as in MediaMTX.
    const all = {
      query,
      address,
      userAgent,
      user,
      password,
      token: [token, password, inQuery].find((text) => text !== "") ?? "",
    };
    return Object.values(all).some((text) => text.length > MAX_TEXT) ? undefined : all;
  }

  /** Players of RTSP have no other place for it. */
  #takesQuery(protocol: string): boolean {
    return protocol.startsWith("rtsp") || (this.#options.authMethod === "jwt" && this.#options.authJWTInHTTPQuery);
  }
}

function textsOf(credentials: GivenCredentials): Pick<ExternalCaller, "user" | "password" | "token"> {
  switch (credentials.kind) {
    case "password":
      return { user: credentials.user, password: credentials.password, token: "" };
    case "token":
      return { user: "", password: "", token: credentials.token };
    case "none":
    case "digest":
      return { user: "", password: "", token: "" };
  }
}

function tokenOf(query: string): string {
  const values = new URLSearchParams(query);
  for (const name of ["token", "jwt"]) {
    const [only, ...more] = values.getAll(name);
    if (only !== undefined && more.length === 0) return only;
  }
  return "";
}
