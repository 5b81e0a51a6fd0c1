/**
 * When nobody waits for an answer any more. Fastify's own signal of a request isn't that: it fires as soon as the body has been
 * read, in the middle of answering it.
 */
import type { ServerResponse } from "node:http";
import { apiError } from "../errors.ts";

/** Aborted when the connection ends before the answer is sent whole. */
export function clientGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(apiError("api-client-gone"));
  });
  return gone.signal;
}
