/**
 * The user administration as the own API has it: roles, sessions of the page, the claim of a new box, users that are written
 * to the configuration, tokens of scripts. Decisions about credentials are the authenticator's.
 */
import type { Accounts, ApiCaller, ApiStanding, LoginResult } from "#api/accounts.ts";
import type { Role } from "#api/contract/answers.ts";
import type { MadeToken, NewToken, NewUser, TokenView, UserChange, UserView } from "#api/contract/session.ts";
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import type { UserAuthenticator } from "./authenticator.ts";
import type { ApiTokens } from "./tokens/api-tokens.ts";
import { ClaimCode } from "./claim-code.ts";
import { userError } from "./errors.ts";
import { SESSION_MS } from "./page-sessions.ts";
import type { PageSessions } from "./page-sessions.ts";
import { hashPassword } from "./password.ts";
import { checkNewPassword, checkUserName, permissionsOf, withRole } from "./written-user.ts";
import type { WrittenUser } from "./written-user.ts";

/** Where users are written. */
export interface UserStore {
  /** Changes the entries of `authInternalUsers`, as they are written; resolves when the change is in force. */
  change(edit: (written: readonly WrittenUser[]) => readonly WrittenUser[]): Promise<void>;
}

/** Collaborators. */
export interface AccountsParts {
  readonly authenticator: UserAuthenticator;
  readonly sessions: PageSessions;
  readonly tokens: ApiTokens;
  /** Undefined where users can't be changed. */
  readonly store: UserStore | undefined;
  readonly clock: Pick<Clock, "now" | "wallNow">;
  readonly random: Random;
  readonly log: Logger;
}

/** Whether somebody may still come in isn't known here where others decide: they are asked again after this long. */
const OUTSIDE_SESSION_MS = 12 * 3_600_000;

/** See the head of this file. */
export class UserAccounts implements Accounts {
  readonly #parts: AccountsParts;
  readonly #code: ClaimCode;

  constructor(parts: AccountsParts) {
    this.#parts = parts;
    this.#code = new ClaimCode(parts);
  }

  get claimed(): boolean {
    return this.#parts.authenticator.claimed;
  }

  /** What has to be entered to claim the box. */
  get claimCode(): string {
    return this.#code.text;
  }

  standing(caller: ApiCaller, signal: AbortSignal): Promise<ApiStanding> {
    return this.#parts.authenticator.standing(caller, signal);
  }

  async login(given: { user: string; password: string; address: string }, signal: AbortSignal): Promise<LoginResult> {
    const { authenticator, clock, sessions, log } = this.#parts;
    const answer = await authenticator.login(given, signal);
    if (answer.kind === "refused") {
      log.warn({ address: given.address }, "a login was refused");
      return answer;
    }
    const { role, owner, until } = answer;
    const { user } = owner;
    log.info({ address: given.address, user, role }, "login");
    const longest = owner.kind === "outside" ? OUTSIDE_SESSION_MS : SESSION_MS;
    const maxAgeMs = until === undefined ? longest : Math.max(0, Math.min(longest, until - clock.wallNow()));
    return { kind: "in", token: sessions.open(owner, maxAgeMs), maxAgeMs, role, user };
  }

  async claim(
    given: { code: string; user: string; password: string; address: string },
    signal: AbortSignal,
  ): Promise<LoginResult> {
    if (this.claimed) throw userError("user-claimed");
    const { code, user, password, address } = given;
    const right = this.#code.check(code);
    if (right !== true) {
      this.#parts.log.warn({ address }, "a claim was refused");
      return { kind: "refused", ...(right === false ? {} : right) };
    }
    await this.addUser({ name: user, password, role: "admin" });
    this.#parts.log.info({ address, user }, "the box was claimed");
    return this.login({ user, password, address }, signal);
  }

  logout(token: string, scope: "here" | "everywhere"): void {
    const { sessions } = this.#parts;
    const owner = sessions.find(token);
    if (owner === undefined) return;
    if (scope === "here") sessions.close(token);
    else sessions.closeAll(owner.user);
  }

  users(): readonly UserView[] {
    return this.#parts.authenticator.users();
  }

  async addUser({ name, password, role }: NewUser): Promise<void> {
    checkUserName(name);
    checkNewPassword(name, password);
    if (!this.claimed && role !== "admin") throw userError("user-first-admin");
    const pass = await hashPassword(password, this.#parts.random);
    await this.#change((written) => {
      if (written.some((user) => user["user"] === name)) throw userError("user-exists", { details: { name } });
      return [...written, { user: name, pass, permissions: permissionsOf(role) }];
    });
    this.#parts.log.info({ user: name, role }, "a user was added");
  }

  async changeUser(name: string, { password, role }: UserChange): Promise<void> {
    if (password !== undefined) checkNewPassword(name, password);
    if (role !== undefined && role !== "admin") this.#keepAnAdmin(name);
    const pass = password === undefined ? undefined : await hashPassword(password, this.#parts.random);
    await this.#change((written) => {
      if (!written.some((user) => user["user"] === name)) throw userError("user-unknown", { details: { name } });
      return written.map((user) =>
        user["user"] === name
          ? { ...(role === undefined ? user : withRole(user, role)), ...(pass !== undefined && { pass }) }
          : user,
      );
    });
    if (password !== undefined) this.#parts.sessions.closeAll(name);
    this.#parts.log.info({ user: name, role, password: password !== undefined }, "a user was changed");
  }

  async removeUser(name: string): Promise<void> {
    this.#keepAnAdmin(name);
    await this.#change((written) => {
      const left = written.filter((user) => user["user"] !== name);
      if (left.length === written.length) throw userError("user-unknown", { details: { name } });
      return left;
    });
    this.#parts.sessions.closeAll(name);
    this.#parts.log.info({ user: name }, "a user was removed");
  }

  tokens(): readonly TokenView[] {
    return this.#parts.tokens.list();
  }

  get tokensLast(): boolean {
    return this.#parts.tokens.lasting;
  }

  async addToken(token: NewToken): Promise<MadeToken> {
    const made = await this.#parts.tokens.add(token);
    this.#parts.log.info({ token: made.id, role: made.role }, "a token was made");
    return made;
  }

  async removeToken(id: string): Promise<void> {
    await this.#parts.tokens.remove(id);
    this.#parts.log.info({ token: id }, "a token was revoked");
  }

  async refreshKeys(): Promise<void> {
    await this.#parts.authenticator.external?.refresh();
  }

  async #change(edit: (written: readonly WrittenUser[]) => readonly WrittenUser[]): Promise<void> {
    if (this.#parts.store === undefined) throw userError("user-not-writable");
    if (this.#parts.authenticator.external !== undefined) throw userError("user-not-here");
    await this.#parts.store.change(edit);
  }

  #keepAnAdmin(name: string): void {
    const admins = this.users().filter((user): boolean => isAdmin(user.role));
    if (admins.length === 1 && admins[0]?.name === name) throw userError("user-last-admin", { details: { name } });
  }
}

function isAdmin(role: Role): boolean {
  return role === "admin";
}
