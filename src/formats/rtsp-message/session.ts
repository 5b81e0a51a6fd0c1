/**
 * The Session header (RFC 2326 §12.37). Cameras write it with blanks around everything, or without a time-out.
 */
import { parseDecimal } from "../header-field/parameters.ts";

/** Time-out when the server names none (RFC 2326 §12.37), seconds. */
export const DEFAULT_SESSION_TIMEOUT_SECONDS = 60;

const MAX_TIMEOUT_SECONDS = 86400 * 365;

/** A session's identity. */
export interface SessionHeader {
  /** Opaque; "" when the header is empty. */
  readonly id: string;
  /** Seconds, ≥ 1; undefined when missing or unreadable. */
  readonly timeoutSeconds: number | undefined;
}

/** Reads `id[;timeout=seconds]`. Never fails. */
export function parseSession(value: string): SessionHeader {
  const [id = "", ...parameters] = value.split(";");
  let timeoutSeconds: number | undefined;
  for (const parameter of parameters) {
    const [name = "", seconds] = parameter.split("=", 2);
    if (name.trim().toLowerCase() === "timeout") timeoutSeconds ??= parseDecimal(seconds, 1, MAX_TIMEOUT_SECONDS);
  }
  return { id: id.trim(), timeoutSeconds };
}

/** Writes it. */
export function printSession(session: { readonly id: string; readonly timeoutSeconds?: number | undefined }): string {
  return session.timeoutSeconds === undefined ? session.id : `${session.id};timeout=${String(session.timeoutSeconds)}`;
}
