/** Requests to the box's API. What goes wrong is a value: a refusal with its explanation, or no answer at all. */
import type { ErrorAnswer } from "#api/contract/answers.ts";
import { browserClock } from "../browser/clock.ts";

/** Longest wait for an answer, unless told. */
const TIMEOUT_MS = 15_000;

/** How a request ended. */
export type Answer<T> =
  | { readonly kind: "ok"; readonly value: T; readonly etag: string | undefined }
  | { readonly kind: "refused"; readonly status: number; readonly error: ErrorAnswer }
  | { readonly kind: "unreachable" };

/** A request; `body` is sent as JSON. */
export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: object;
  /** ETag of the configuration that the caller has seen. */
  readonly ifMatch?: string;
  /** Also when the page goes away meanwhile. */
  readonly keepalive?: boolean;
  /** Longest wait for the answer. */
  readonly timeoutMs?: number;
}

/** Asks the box. `T` is what the contract promises for this route. */
export async function askBox<T>(path: string, ask: Ask = {}): Promise<Answer<T>> {
  const abort = new AbortController();
  const timer = browserClock.after(ask.timeoutMs ?? TIMEOUT_MS, () => abort.abort());
  let response: Response;
  let value: unknown;
  try {
    response = await fetch(path, { ...requestOf(ask), keepalive: ask.keepalive === true, signal: abort.signal });
    value = await bodyOf(response);
  } catch {
    return { kind: "unreachable" };
  } finally {
    timer.cancel();
  }
  if (response.ok) return { kind: "ok", value: value as T, etag: response.headers.get("ETag") ?? undefined };
  return { kind: "refused", status: response.status, error: refusalOf(value, response.status) };
}

/** Method, headers and body of a request; the session's cookie goes along by itself. */
export function requestOf({ method = "GET", body, ifMatch }: Ask): RequestInit {
  return {
    method,
    headers: {
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined; // not the box's answer, but something's between
  }
}

/** The box's explanation; where something between us and the box answered, its status is all there is. */
export function refusalOf(value: unknown, status: number): ErrorAnswer {
  if (typeof value === "object" && value !== null && "text" in value) return value as ErrorAnswer;
  const said = typeof value === "object" && value !== null && "error" in value ? String(value.error) : `HTTP ${String(status)}`;
  const none = { en: "", zh: "" };
  return { status: "error", error: said, code: "", details: {}, text: { en: said, zh: said }, remedy: none };
}
