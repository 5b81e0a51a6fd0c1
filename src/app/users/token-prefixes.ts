/** How tokens that are made here begin, so that they are told from anybody else's. */

/** Of a session of the page. */
export const SESSION_PREFIX = "sls_";
/** Of a token for scripts. */
export const TOKEN_PREFIX = "slc_";

/** Whether a token was made here. */
export function isOurs(token: string): boolean {
  return token.startsWith(SESSION_PREFIX) || token.startsWith(TOKEN_PREFIX);
}
