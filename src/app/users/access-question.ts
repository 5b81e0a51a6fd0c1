/** What is asked about access: who, by which credentials, wants what. */
import type { Action } from "#config/options.ts";

/** How somebody proves who they are; `proves` tells whether a password is the one a digest was made with. */
export type GivenCredentials =
  | { readonly kind: "none" }
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "digest"; readonly user: string; readonly proves: (password: string) => boolean };

/** Who asks. */
export interface Caller {
  /** Numeric. */
  readonly address: string;
  /** Whether it is this machine itself; by the address where left out. */
  readonly local?: boolean;
  readonly credentials: GivenCredentials;
}

/** Who wants what. */
export interface AccessQuestion extends Caller {
  readonly action: Action;
  /** The permission for this will do as well. */
  readonly or?: Action | undefined;
  /** "" for actions that concern no path. */
  readonly path: string;
  /** Without `?`. */
  readonly query?: string;
  /** How somebody comes; undefined for the API and the metrics. */
  readonly protocol?: string;
  /** Of the session or connection, where there is one already. */
  readonly id?: string | undefined;
  readonly userAgent?: string;
}
