/** OPTIONS, TEARDOWN, GET_PARAMETER and SET_PARAMETER (RFC 2326 §10.1, §10.7–10.9). */
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { RequestHandler } from "#protocols/rtsp/server/exchange.ts";
import { sessionOf } from "./session-of.ts";

const METHODS = [
  "OPTIONS",
  "DESCRIBE",
  "ANNOUNCE",
  "SETUP",
  "PLAY",
  "PAUSE",
  "RECORD",
  "TEARDOWN",
  "GET_PARAMETER",
  "SET_PARAMETER",
];

/** Says what is spoken here. */
export const options: RequestHandler = ({ session }) => ({
  status: 200,
  headers: [["Public", METHODS.join(", ")]],
  ...(session === undefined ? {} : { session }),
});

/** Ends the session; its connection stays. */
export const teardown: RequestHandler = (exchange) => {
  const session = sessionOf(exchange);
  return { status: 200, session, afterwards: () => session.close(rtspServerError("rtsp-torn-down")) };
};

/** Players keep their session alive with it; no parameter has a value here, and asking for one is no reason to fail. */
export const getParameter: RequestHandler = ({ session }) => ({ status: 200, ...(session === undefined ? {} : { session }) });

/** There is nothing to set; without a body it keeps the session alive. */
export const setParameter: RequestHandler = ({ request, session }) => ({
  status: request.body.length === 0 ? 200 : 451,
  ...(session === undefined ? {} : { session }),
});
