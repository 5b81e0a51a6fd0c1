/**
 * What is known beforehand of a make of camera: data only, matched by what the camera says of itself. Nothing here changes
 * how a protocol works, since protocols take every camera as it comes; it says what to tell a person about this make.
 */

/** A sentence in both languages. */
export interface Advice {
  readonly en: string;
  readonly zh: string;
}

/** What one make of camera is known for. */
export interface CameraQuirk {
  /** Stable id: the make in kebab-case. */
  readonly id: string;
  /** Patterns for what the camera says of itself; all that are given must match. */
  readonly match: { readonly server?: RegExp; readonly realm?: RegExp };
  /** How long an address is locked out after wrong passwords, minutes. */
  readonly lockoutMinutes?: number;
  /** Clients at a time per stream. */
  readonly maxClients?: number;
  /** What to do when the password is refused. */
  readonly credentials?: Advice;
  /** What to do when the camera refuses or brings nothing. */
  readonly refused?: Advice;
}
