/** Puts the user administration together. */
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Random } from "#base/random.ts";
import type { AuthOptions } from "#config/options.ts";
import { UserAccounts } from "./accounts.ts";
import type { UserStore } from "./accounts.ts";
import { ApiTokens } from "./tokens/api-tokens.ts";
import type { KeptToken, TokenFile } from "./tokens/api-tokens.ts";
import { ExternalAccess } from "./external/external-access.ts";
import type { ExternalParts } from "./external/external-access.ts";
import { UserAuthenticator } from "./authenticator.ts";
import type { GuessLimits } from "./guessing/guess-limits.ts";
import { PageSessions } from "./page-sessions.ts";

/** Collaborators; users can be changed where there is a store, tokens outlast the process where there is a file. */
export interface UserParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly store?: UserStore | undefined;
  /** Whether a token is the one of this machine's command line. */
  readonly isLocal?: (token: string) => boolean;
  readonly limits?: GuessLimits | undefined;
  readonly tokens?: { readonly file: TokenFile; readonly kept: readonly KeptToken[] } | undefined;
}

/** The users of a configuration or who decides instead of them, asked by everything, and their administration. */
export function openUsers(
  options: AuthOptions,
  parts: UserParts,
): { readonly authenticator: UserAuthenticator; readonly accounts: UserAccounts } {
  const { store, limits, tokens: kept, ...common } = parts;
  const sessions = new PageSessions(common);
  const tokens = new ApiTokens({ ...common, file: kept?.file }, kept?.kept ?? []);
  const lookup = {
    find: (token: string) => {
      if (parts.isLocal?.(token) === true) return { kind: "role", user: "", role: "admin" } as const;
      return sessions.find(token) ?? tokens.find(token);
    },
  };
  const external = ExternalAccess.of(options, common);
  const authenticator = new UserAuthenticator(usersOf(options), { ...common, tokens: lookup, external, limits });
  return { authenticator, accounts: new UserAccounts({ ...common, authenticator, sessions, tokens, store }) };
}

/** Has others decide from now on, as the options say. */
export function changeUsers(authenticator: UserAuthenticator, options: AuthOptions, parts: ExternalParts): void {
  authenticator.replaceUsers(usersOf(options), ExternalAccess.of(options, parts));
}

function usersOf({ authMethod, authInternalUsers }: AuthOptions): AuthOptions["authInternalUsers"] {
  return authMethod === "internal" ? authInternalUsers : [];
}
