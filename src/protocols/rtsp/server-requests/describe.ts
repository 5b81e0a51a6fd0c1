/** DESCRIBE (RFC 2326 §10.2): waits for the path's stream and prints its description. Doesn't count as a reader. */
import { stripCredentials } from "#formats/rtsp-message/url.ts";
import type { RequestHandler } from "#protocols/rtsp/server/exchange.ts";
import { printOffer } from "#protocols/rtsp/server/offer.ts";
import { asksForMulticast, readRequestTarget } from "#protocols/rtsp/server/request-target.ts";

/** Answers with the session description. */
export const describe: RequestHandler = async (exchange) => {
  const { request, services, caller, signal } = exchange;
  const { path: pathName, query } = readRequestTarget(request.url);
  const access = await exchange.access("read", pathName, query);
  if (access.kind === "refused") return access.reply;
  const path = await services.registry.describe(pathName, { query, signal });
  const text = printOffer({
    pathName,
    tracks: path.stream?.tracks ?? [],
    address: caller.channel.localAddress,
    multicast: asksForMulticast(query) ? services.multicast?.anyAddress : undefined,
  });
  const base = stripCredentials(request.url);
  const headers = /^rtsps?:\/\//i.test(base) ? [["Content-Base", base.endsWith("/") ? base : `${base}/`] as const] : [];
  return { status: 200, headers, body: { type: "application/sdp", text } };
};
