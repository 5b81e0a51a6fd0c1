/** PLAY and PAUSE (RFC 2326 §10.5, §10.6) of a live stream: there is no other position than now. */
import { parseRange, printRange } from "#formats/rtsp-message/range.ts";
import { printRtpInfo } from "#formats/rtsp-message/rtp-info.ts";
import { stripCredentials } from "#formats/rtsp-message/url.ts";
import type { PlayPosition } from "#protocols/rtsp/from-stream.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { Exchange, RequestHandler } from "#protocols/rtsp/server/exchange.ts";
import { trackControl } from "#protocols/rtsp/server/offer.ts";
import type { Session } from "#protocols/rtsp/server/session.ts";
import { sessionOf } from "./session-of.ts";

/** Starts or goes on; the answer comes before the first packet. Playing already, it only keeps the session alive. */
export const play: RequestHandler = (exchange) => {
  const session = sessionOf(exchange);
  const { reading } = session;
  if (reading === undefined) throw notValid(exchange, session);
  const started = reading.play();
  const headers: [string, string][] = [["Range", answeredRange(exchange)]];
  if (started !== undefined) exchange.services.log.info(session.summary, "reader plays");
  const info = started === undefined ? "" : rtpInfo(exchange.request.url, started.positions);
  if (info !== "") headers.push(["RTP-Info", info]);
  return { status: 200, session, headers, ...(started === undefined ? {} : { afterwards: started.start }) };
};

/** Stops for a while; before PLAY there is nothing to stop, and that is fine. A publisher leaves its path until RECORD. */
export const pause: RequestHandler = (exchange) => {
  const session = sessionOf(exchange);
  if (session.reading !== undefined) session.reading.pause();
  else if (session.state === "recording") session.publishing?.pause();
  else throw notValid(exchange, session);
  return { status: 200, session };
};

/** Whatever was asked for, it begins now; players that asked from 0 expect to read 0. */
function answeredRange({ request }: Exchange): string {
  const asked = parseRange(request.headers.get("Range") ?? "");
  const fromNow = asked === undefined || (asked.kind === "npt" && asked.start === "now");
  return printRange({ kind: "npt", start: fromNow ? "now" : 0, end: undefined });
}

function rtpInfo(url: string, positions: readonly PlayPosition[]): string {
  if (!/^rtsps?:\/\//i.test(url)) return "";
  const base = stripCredentials(url)
    .replace(/\/trackID=\d+\/?$/, "")
    .replace(/\/$/, "");
  return printRtpInfo(
    positions.map(({ track, sequence, rtpTime }) => ({ url: `${base}/${trackControl(track)}`, sequence, rtpTime })),
  );
}

function notValid({ request }: Exchange, session: Session): Error {
  return rtspServerError("rtsp-method-not-valid", { details: { method: request.method, state: session.state } });
}
