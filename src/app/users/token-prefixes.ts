/** How tokens that are made here begin, so that they are told from anybody else's. */

/** Of a session of the page. */
export const SESSION_PREFIX = "sls_";
/** Of a token for scripts. */
export const TOKEN_PREFIX = "slc_";

/** In front of the secret of this machine's command line. */
export const LOCAL_PREFIX = "sll_";

/** Whether a token was made here. */
export function isOurs(token: string): boolean {
  return [SESSION_PREFIX, TOKEN_PREFIX, LOCAL_PREFIX].some((prefix) => token.startsWith(prefix));
}
