/** ANNOUNCE and RECORD (RFC 2326 §10.3, §10.11): a client says what it will send, and sends it. */
import { parseSdp } from "#formats/sdp/parse.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { RequestHandler } from "#protocols/rtsp/server/exchange.ts";
import { Publishing } from "#protocols/rtsp/server/publishing.ts";
import { asClosing } from "#protocols/rtsp/server/reply.ts";
import { readRequestTarget } from "#protocols/rtsp/server/request-target.ts";
import { sessionOf } from "./session-of.ts";

/** Takes a description and opens the publisher's session. */
export const announce: RequestHandler = async (exchange) => {
  const { request, services, caller } = exchange;
  if (exchange.session !== undefined) {
    throw rtspServerError("rtsp-method-not-valid", { details: { method: "ANNOUNCE", state: exchange.session.state } });
  }
  const type = request.headers.get("Content-Type") ?? "application/sdp";
  if (!/^application\/sdp\s*(;|$)/i.test(type)) return { status: 415 };
  const { path, query } = readRequestTarget(request.url);
  const access = await exchange.access("publish", path, query);
  if (access.kind === "refused") return access.reply;
  services.registry.checkPublish(path);
  const description = parseSdp(request.body.toString("utf8"));
  const session = caller.openSession(access.client);
  try {
    const what = { publisher: session, path, query, url: request.url, description, place: caller };
    session.become({ kind: "publishing", publishing: new Publishing(services, what) });
  } catch (error) {
    session.close(asClosing(error));
    throw error;
  }
  return { status: 200, session };
};

/** From here on the client's media feeds the path. */
export const record: RequestHandler = async (exchange) => {
  const session = sessionOf(exchange);
  const { publishing, state } = session;
  if (publishing === undefined || (state !== "set-up" && state !== "recording")) {
    throw rtspServerError("rtsp-method-not-valid", { details: { method: "RECORD", state } });
  }
  if (state === "set-up") {
    await publishing.record();
    exchange.services.log.info(session.summary, "publisher records");
  }
  return { status: 200, session };
};
