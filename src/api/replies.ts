/** The shapes every answer has, as MediaMTX's clients read them. */
import type { FastifyReply } from "fastify";
import type { SluiceError } from "#base/errors.ts";

/** Answers with MediaMTX's error shape, and our code and remedy beside it. */
export function sendError(reply: FastifyReply, status: number, error: SluiceError): FastifyReply {
  return reply.code(status).send(errorBody(error));
}

/** The body of an error. */
export function errorBody(error: SluiceError): object {
  return { status: "error", error: error.message, code: error.code, remedy: error.remedy("en") };
}

/** Answers a write that succeeded. */
export function sendOk(reply: FastifyReply): FastifyReply {
  return reply.send({ status: "ok" });
}

/** Milliseconds since 1970 as RFC 3339. */
export function printTime(ms: number): string {
  return new Date(ms).toISOString();
}
