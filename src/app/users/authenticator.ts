/**
 * Who may do what, asked alike by every protocol and the API: the users of the configuration, or who is asked instead of them. A
 * user counts when name, password, address and a permission all fit; without any user, this machine itself may do everything and
 * nobody else anything. Tokens and sessions that were made here count whoever is asked. Whoever shows wrong credentials waits for the answer, and after some of them is not even looked at for a while.
 */
import type { Role } from "#api/contract/answers.ts";
import type { Clock } from "#base/clock.ts";
import { isLoopback } from "#base/ip-range.ts";
import type { Random } from "#base/random.ts";
import { Turns } from "#base/turns.ts";
import type { Action, User } from "#config/options.ts";
import type { AccessQuestion, Caller, GivenCredentials } from "./access-question.ts";
import type { ExternalAccess } from "./external/external-access.ts";
import { GuessLimits } from "./guessing/guess-limits.ts";
import type { Attempt } from "./guessing/guess-limits.ts";
import { matchesCredential } from "./password.ts";
import { isOurs } from "./token-prefixes.ts";
import { UserRule } from "./user-rule.ts";
import { VerifiedCredentials } from "./guessing/verified-credentials.ts";

/** A refusal of credentials comes after this long, so that guessing is slow and its delay tells nothing, milliseconds. */
const REFUSAL_MS = { min: 1000, spread: 1500 } as const;
/** Refusals that may wait; beyond, they come at once. */
const MAX_WAITING = 256;
/**
 * Credentials that wait to be looked at, one after the other: hashes are made to be expensive, and guesses made at the same time
 * would each find the door open that the first of them closes.
 */
const MAX_TURNS = 64;
/** Longest name and password looked at. */
const MAX_CREDENTIAL = 1024;
/** What was right counts this long without being computed again. */
const KEEP_MS = 60_000;
/** When a computation isn't even tried, since too many wait. */
const BUSY_MS = 2000;

/** The answer; `user` is "" for anonymous. `retryAfterMs`: not even looked at, ask again then. */
export type AccessAnswer =
  { readonly kind: "granted"; readonly user: string } | { readonly kind: "refused"; readonly retryAfterMs?: number };

/** What a caller is to Sluice's own API; `role` undefined for nobody. */
export type Standing =
  | { readonly kind: "known"; readonly role: Role | undefined; readonly user: string }
  | { readonly kind: "refused"; readonly retryAfterMs?: number };

/** Who somebody has proved to be, and by which entries of the configuration; a script's token has a role instead. */
type Identity =
  | { readonly kind: "user"; readonly user: string; readonly rules: readonly UserRule[] }
  | { readonly kind: "role"; readonly user: string; readonly role: Role };

/** Whose session it is: somebody who once proved entries of the configuration (by their keys), or whom `by` let in. */
export type SessionOwner =
  | { readonly kind: "user"; readonly user: string; readonly keys: ReadonlySet<string> }
  | { readonly kind: "outside"; readonly user: string; readonly role: Role; readonly by: ExternalAccess };

/** Who a token stands for: the owner of a session, or a role. */
export type TokenOwner = SessionOwner | { readonly kind: "role"; readonly user: string; readonly role: Role };

/** Where tokens of scripts and sessions of the page are looked up. */
export interface TokenLookup {
  find(token: string): TokenOwner | undefined;
}

/** What came of a login; `until`, ms since 1970: when what was proved runs out. */
export type LoginAnswer =
  | { readonly kind: "in"; readonly role: Role; readonly owner: SessionOwner; readonly until?: number }
  | { readonly kind: "refused"; readonly retryAfterMs?: number };

/** Collaborators. */
export interface AuthenticatorParts {
  readonly clock: Pick<Clock, "now" | "wallNow" | "sleep">;
  readonly random: Random;
  readonly tokens?: TokenLookup;
  /** Who decides instead of the users. */
  readonly external?: ExternalAccess | undefined;
  /** Where they outlast the process. */
  readonly limits?: GuessLimits | undefined;
}

type Proof =
  | { readonly kind: "proved"; readonly identity: Identity }
  | { readonly kind: "wrong" }
  | { readonly kind: "not-now"; readonly retryAfterMs: number };

const WRONG: Proof = { kind: "wrong" };

/** See the head of this file. */
export class UserAuthenticator {
  readonly #parts: AuthenticatorParts;
  readonly #limits: GuessLimits;
  readonly #verified: VerifiedCredentials<Proof>;
  readonly #turns = new Turns(MAX_TURNS);
  #rules: readonly UserRule[];
  #external: ExternalAccess | undefined;
  #waiting = 0;

  constructor(users: readonly User[], parts: AuthenticatorParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? new GuessLimits(parts);
    this.#verified = new VerifiedCredentials({ ...parts, keepMs: KEEP_MS, counts: ({ kind }) => kind === "proved" });
    this.#rules = users.map((user) => new UserRule(user));
    this.#external = parts.external;
  }

  /** False until users are configured: then only this machine itself is served. */
  get claimed(): boolean {
    return this.#external !== undefined || this.#rules.length > 0;
  }

  /** Who decides instead of the configuration's users; undefined where they do. */
  get external(): ExternalAccess | undefined {
    return this.#external;
  }

  /** Other users from now on, or somebody else who decides; who has failed how often stays. */
  replaceUsers(users: readonly User[], external?: ExternalAccess): void {
    this.#rules = external === undefined ? users.map((user) => new UserRule(user)) : [];
    this.#external = external;
    this.#verified.clear();
  }

  /** Decides; late for wrong credentials. Never rejects but with the signal's reason. */
  async authorize(asked: AccessQuestion, signal: AbortSignal): Promise<AccessAnswer> {
    const question = this.#withToken(asked);
    const outside = this.#outside(question);
    if (outside !== undefined) {
      if (outside.excludes(question)) return { kind: "granted", user: "" };
      const answer = await this.#askOutside(question, signal, () => outside.decide(question, signal));
      return answer.kind === "granted" ? { kind: "granted", user: answer.user } : answer;
    }
    if (!this.claimed) return isLoopback(question.address) ? { kind: "granted", user: "" } : { kind: "refused" };
    if (this.#rules.some((rule) => rule.everybody && permits(rule, question))) return { kind: "granted", user: "" };
    if (question.credentials.kind === "none") return { kind: "refused" };
    const proof = await this.#prove(question, signal);
    if (proof.kind === "proved" && may(proof.identity, question)) return { kind: "granted", user: proof.identity.user };
    await this.#delayRefusal(signal);
    return { kind: "refused", ...waitOf(proof) };
  }

  /** What `caller` is to Sluice's own API; late for wrong credentials. Never rejects but with the signal's reason. */
  async standing(asked: Caller, signal: AbortSignal): Promise<Standing> {
    const caller = this.#withToken(asked);
    const { address, local = isLoopback(address), credentials } = caller;
    const outside = this.#outside(caller);
    if (outside !== undefined) {
      const everybody = outsideRole(outside);
      if (credentials.kind === "none") return { kind: "known", role: everybody, user: "" };
      const answer = await this.#askOutside(caller, signal, () => outside.standing(caller, signal));
      return answer.kind === "known" ? { kind: "known", role: answer.role, user: answer.user } : answer;
    }
    if (!this.claimed) return { kind: "known", role: local ? "admin" : undefined, user: "" };
    const everybody = this.#rules.filter((rule) => rule.everybody);
    if (credentials.kind === "none") return { kind: "known", role: roleOf(everybody, address), user: "" };
    const proof = await this.#prove(caller, signal);
    if (proof.kind === "proved") {
      const { identity } = proof;
      const role = identity.kind === "role" ? identity.role : roleOf([...identity.rules, ...everybody], address);
      return { kind: "known", role, user: identity.user };
    }
    await this.#delayRefusal(signal);
    return { kind: "refused", ...waitOf(proof) };
  }

  /** What somebody who signs in is; late for wrong credentials. Never rejects but with the signal's reason. */
  async login(given: { user: string; password: string; address: string }, signal: AbortSignal): Promise<LoginAnswer> {
    const { address, user, password } = given;
    const outside = this.#external;
    if (outside !== undefined) {
      const caller: Caller = { address, credentials: { kind: "password", user, password } };
      const answer = await this.#askOutside(caller, signal, () => outside.standing(caller, signal));
      if (answer.kind !== "known") return answer;
      const { role, until } = answer;
      const owner = { kind: "outside", user: answer.user, role, by: outside } as const;
      return { kind: "in", role, owner, ...(until !== undefined && { until }) };
    }
    const proof = await this.#prove({ address, credentials: { kind: "password", user, password } }, signal);
    if (proof.kind === "proved" && proof.identity.kind === "user") {
      const { rules } = proof.identity;
      const role = roleOf(rules, address);
      if (role !== undefined)
        return { kind: "in", role, owner: { kind: "user", user, keys: new Set(rules.map((rule) => rule.key)) } };
    }
    await this.#delayRefusal(signal);
    return { kind: "refused", ...waitOf(proof) };
  }

  /** Users by name, as far as names aren't hashed, and what they are to the own API. */
  users(): readonly { readonly name: string; readonly role: Role }[] {
    const named = this.#rules.filter((rule) => !rule.everybody && !/^(?:sha256|argon2):/.test(rule.name));
    return [...Map.groupBy(named, (rule) => rule.name)].flatMap(([name, rules]) => {
      const role = roleOf(rules, undefined);
      return role === undefined ? [] : [{ name, role }];
    });
  }

  /** Players know names and passwords only: a token counts as a password too, with any name. */
  #withToken<C extends Caller>(caller: C): C {
    const { credentials } = caller;
    if (credentials.kind !== "password" || !isOurs(credentials.password)) return caller;
    const token = credentials.password;
    return this.#parts.tokens?.find(token) === undefined ? caller : { ...caller, credentials: { kind: "token", token } };
  }

  /** Who decides about these credentials, where that isn't us; what was made here we know ourselves. */
  #outside({ credentials }: Caller): ExternalAccess | undefined {
    const ours = credentials.kind === "token" && isOurs(credentials.token);
    return ours ? undefined : this.#external;
  }

  /** Asks, unless the door is closed for such credentials; late for wrong ones. */
  async #askOutside<A extends { readonly kind: string }>(
    caller: Caller,
    signal: AbortSignal,
    ask: () => Promise<A>,
  ): Promise<Exclude<A, { kind: "wrong" | "not-permitted" | "unavailable" }> | { kind: "refused"; retryAfterMs?: number }> {
    const { address, credentials } = caller;
    const shown = credentials.kind !== "none";
    const attempt = { address, account: "user" in credentials ? credentials.user.slice(0, MAX_CREDENTIAL) : undefined };
    const wait = shown ? this.#limits.waitFor(attempt) : 0;
    if (wait > 0) return { kind: "refused", retryAfterMs: wait };
    const answer = await ask();
    if (answer.kind === "wrong" && shown) this.#limits.failed(attempt);
    if (answer.kind !== "wrong" && answer.kind !== "not-permitted" && answer.kind !== "unavailable") {
      if (shown) this.#limits.succeeded(attempt);
      return answer as Exclude<A, { kind: "wrong" | "not-permitted" | "unavailable" }>; // the other kinds were looked at
    }
    if (shown) await this.#delayRefusal(signal);
    return answer.kind === "unavailable" ? { kind: "refused", retryAfterMs: BUSY_MS } : { kind: "refused" };
  }

  /** Who these credentials prove somebody to be. */
  async #prove({ address, credentials }: Caller, signal: AbortSignal): Promise<Proof> {
    const account = "user" in credentials ? credentials.user.slice(0, MAX_CREDENTIAL) : undefined;
    const attempt = { address, account };
    const wait = this.#limits.waitFor(attempt);
    const look = (): Promise<Proof> => this.#lookInTurn(attempt, credentials);
    if (credentials.kind !== "password") {
      if (wait > 0) return { kind: "not-now", retryAfterMs: wait };
    } else {
      const { user, password } = credentials;
      if (user.length > MAX_CREDENTIAL || password.length > MAX_CREDENTIAL) return WRONG;
      // For whom the door is closed, only what was right a moment ago counts.
      const known = wait === 0 || this.#limits.mayPeek(address) ? this.#verified.find([user, password]) : undefined;
      if (known !== undefined) return known;
      if (wait > 0) return { kind: "not-now", retryAfterMs: wait };
      const proof = await this.#verified.verify([user, password], look);
      signal.throwIfAborted();
      return proof;
    }
    const proof = await look();
    signal.throwIfAborted();
    return proof;
  }

  async #lookInTurn(attempt: Attempt, credentials: GivenCredentials): Promise<Proof> {
    const proof = await this.#turns.run(async (): Promise<Proof> => {
      const wait = this.#limits.waitFor(attempt);
      if (wait > 0) return { kind: "not-now", retryAfterMs: wait };
      const identity = await this.#identify(credentials);
      if (identity === undefined) this.#limits.failed(attempt);
      else this.#limits.succeeded(attempt);
      return identity === undefined ? WRONG : { kind: "proved", identity };
    });
    return proof === "busy" ? { kind: "not-now", retryAfterMs: BUSY_MS } : proof;
  }

  async #identify(credentials: GivenCredentials): Promise<Identity | undefined> {
    if (credentials.kind === "none") return undefined;
    if (credentials.kind === "token") return this.#ownerOf(credentials.token);
    const { user } = credentials;
    const rules: UserRule[] = [];
    for (const rule of this.#rules) {
      if (rule.everybody || !(await matchesCredential(rule.name, user))) continue;
      const fits =
        credentials.kind === "digest"
          ? credentials.proves(rule.password)
          : await matchesCredential(rule.password, credentials.password);
      if (fits) rules.push(rule);
    }
    return rules.length === 0 ? undefined : { kind: "user", user, rules };
  }

  #ownerOf(token: string): Identity | undefined {
    const owner = this.#parts.tokens?.find(token);
    if (owner?.kind === "outside")
      return owner.by === this.#external ? { kind: "role", user: owner.user, role: owner.role } : undefined;
    if (owner?.kind !== "user") return owner;
    const rules = this.#rules.filter((rule) => owner.keys.has(rule.key));
    return rules.length === 0 ? undefined : { kind: "user", user: owner.user, rules };
  }

  async #delayRefusal(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#waiting >= MAX_WAITING) return;
    this.#waiting += 1;
    try {
      const { clock, random } = this.#parts;
      await clock.sleep("wrong credentials", REFUSAL_MS.min + random.unit() * REFUSAL_MS.spread, signal);
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** What everybody is to the own API where others decide. */
function outsideRole(external: ExternalAccess): Role | undefined {
  if (external.excludes({ action: "api", path: "" })) return "admin";
  return external.excludes({ action: "read", path: "" }) ? "viewer" : undefined;
}

function may(identity: Identity, question: AccessQuestion): boolean {
  if (identity.kind === "user") return identity.rules.some((rule) => permits(rule, question));
  return identity.role === "admin" || question.action === "read";
}

function permits(rule: UserRule, question: AccessQuestion): boolean {
  const { or } = question;
  return rule.permits(question) || (or !== undefined && rule.permits({ ...question, action: or }));
}

/** `api` makes an admin, `read` a viewer; without an address, wherever they come from. */
function roleOf(rules: readonly UserRule[], address: string | undefined): Role | undefined {
  const may = (action: Action) => (rule: UserRule) =>
    rule.actions.has(action) && (address === undefined || rule.comesFrom(address));
  if (rules.some(may("api"))) return "admin";
  return rules.some(may("read")) ? "viewer" : undefined;
}

function waitOf(proof: Proof): { retryAfterMs?: number } {
  return proof.kind === "not-now" ? { retryAfterMs: proof.retryAfterMs } : {};
}
