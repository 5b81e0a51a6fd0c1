/** What the box asks of a new password or passphrase. */

/** Shorter ones it refuses; every sign counts as one. */
export const MIN_PASSWORD = 15;

/** Whether something was typed that is too short. */
export function isTooShort(password: string): boolean {
  return password !== "" && [...password].length < MIN_PASSWORD;
}
