/** The shapes every answer has: as MediaMTX's clients read them, and below `/api/` as the contract says. */
import type { FastifyReply } from "fastify";
import type { SluiceError } from "#base/errors.ts";
import type { ErrorAnswer } from "./contract/answers.ts";
import { explain, explainProblems } from "./explain.ts";
import type { Failure } from "./failures.ts";

/** Answers with an error, in the shape of the address that was asked. */
export function sendError(reply: FastifyReply, status: number, error: SluiceError): FastifyReply {
  return sendFailure(reply, { status, error });
}

/** Answers with a failure, in the shape of the address that was asked. */
export function sendFailure(reply: FastifyReply, { status, error, problems = [] }: Failure): FastifyReply {
  if (!reply.request.url.startsWith("/api/")) return reply.code(status).send(errorBody(error));
  const found = problems.length === 0 ? {} : { problems: explainProblems(problems) };
  const body: ErrorAnswer = { status: "error", error: error.message, ...explain(error), ...found };
  return reply.code(status).send(body);
}

/** The body of an error in MediaMTX's shape, with our code and remedy beside it. */
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
