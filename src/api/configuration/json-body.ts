/**
 * JSON bodies whatever their type is said to be: people call MediaMTX's API with `curl -d`, which says they are a form.
 */
import type { FastifyInstance } from "fastify";
import { messageOf } from "#base/errors.ts";
import { apiError } from "../errors.ts";

/** Makes the routes of `scope` take JSON of any content type. Keys that would reach into prototypes are dropped. */
export function takeJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => {
    try {
      const text = String(body);
      done(null, text.trim() === "" ? undefined : JSON.parse(text, dropUnsafe));
    } catch (error) {
      // Brackets without end run out of stack, whatever the engine calls it.
      const reason = error instanceof RangeError ? "it is nested too deeply" : messageOf(error).slice(0, 100);
      done(apiError("api-bad-body", { details: { reason } }));
    }
  });
}

function dropUnsafe(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}
