/**
 * Basic authentication (RFC 7617). User and password are UTF-8.
 */
import { createHash, timingSafeEqual } from "node:crypto";

const basicPattern = /^\s*Basic\s+([A-Za-z0-9+/_-]+=*)\s*$/i;

/** A basic answer. */
export interface BasicAuthorization {
  readonly scheme: "basic";
  readonly user: string;
  readonly password: string;
}

/** The value of an `Authorization` header. A colon in `user` can't be carried by the scheme. */
export function printBasic(credentials: { readonly user: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString("base64")}`;
}

/** Reads one; undefined for another scheme and for credentials without content (some recorders send an empty one first). */
export function parseBasic(value: string): BasicAuthorization | undefined {
  const encoded = basicPattern.exec(value)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  return { scheme: "basic", user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Whether both user and password are right, in a time that tells nothing about either. */
export function verifyBasic(given: BasicAuthorization, expected: { readonly user: string; readonly password: string }): boolean {
  const userMatches = equalSecrets(given.user, expected.user);
  const passwordMatches = equalSecrets(given.password, expected.password);
  return userMatches && passwordMatches;
}

/** Compares two secrets without telling where they differ or how long they are. */
export function equalSecrets(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
