/**
 * Content delivery networks (`hlsCDNSecret`): one that shows the secret as bearer token needs no user, since it asks its own
 * viewers. All it asks of a path is one session; addresses carry nothing of a viewer, and answers may be kept as long as they
 * stay true (RFC 8216bis, appendix B).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { HttpCredentials, HttpReply } from "#base/http.ts";
import type { Secret } from "#base/secret.ts";

/** Media never changes under its name; a muxer's names are its own. */
export const MEDIA_SECONDS = 3600;
/** A playlist that was waited for is final for its address, in target durations; any other is half a target duration old at most. */
const BLOCKING_TARGETS = 6;
const OTHER_TARGETS = 0.5;

/** Whether a request with these credentials is the network's. */
export function isCdn(secret: Secret, credentials: HttpCredentials): boolean {
  const expected = secret.reveal();
  if (expected === "" || credentials.kind !== "token") return false;
  return timingSafeEqual(hashOf(credentials.token), hashOf(expected));
}

/** How long a playlist may be kept. */
export function playlistSeconds(targetDuration: number, blocking: boolean): number {
  return Math.floor(targetDuration * (blocking ? BLOCKING_TARGETS : OTHER_TARGETS));
}

/** The reply, to be kept by caches for `seconds`. */
export function cacheable(reply: HttpReply, seconds: number): HttpReply {
  const control = seconds < 1 ? "public, no-cache" : `public, max-age=${String(seconds)}`;
  return { ...reply, headers: { ...reply.headers, "Cache-Control": control } };
}

function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
