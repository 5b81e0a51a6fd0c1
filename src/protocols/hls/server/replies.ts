/** Answers of the HLS server. */
import { gzipSync } from "node:zlib";
import type { SluiceError } from "#base/errors.ts";
import type { HttpReply, HttpRequest } from "#base/http.ts";
import type { MuxerFile } from "#protocols/hls/muxer/muxer.ts";
import { SUFFIX } from "#protocols/hls/muxer/playlists.ts";

/** Shorter texts aren't worth packing. */
export const MIN_GZIP = 1400;
/** The quickest: a playlist of 5 KB takes some 40 µs. */
export const GZIP_LEVEL = 1;
/** Media type of all playlists. */
export const PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
/** What the next viewer or the next moment may not get from a cache. */
export const PRIVATE = "private, no-cache";

/** HTTP status of errors that aren't the server's own. */
const STATUS: Readonly<Record<string, number>> = {
  "path-not-configured": 404,
  "path-no-stream": 404,
  "path-disabled": 404,
  "path-source-timeout": 404,
  "path-name-invalid": 400,
  "path-max-readers": 503,
  "hls-no-codec": 404,
  "hls-too-many": 503,
};

/** An error, as MediaMTX words them. */
export function refuse(status: number, error: SluiceError, headers: Readonly<Record<string, string>> = {}): HttpReply {
  return {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers },
    body: JSON.stringify({
      status: "error",
      error: error.message,
      code: error.code,
      remedy: error.remedy("en"),
      zh: error.describe("zh"),
    }),
  };
}

/** The answer that an error of the hub or a muxer stands for. */
export function refuseError(error: SluiceError): HttpReply {
  return refuse(STATUS[error.code] ?? 503, error);
}

/** A redirect to `path` below where the protocol is mounted. */
export function sendTo(request: HttpRequest, to: { path: string; query: string; cookie?: string | undefined }): HttpReply {
  const { path, query, cookie } = to;
  // Everything after the first slash is encoded, so that `//evil.com` can't become another host.
  const safe = `/${path.replace(/^\/+/, "").split("/").map(encodeURIComponent).join("/")}`;
  const mounted = new URL(request.base).pathname.replace(/\/$/, "");
  return {
    status: 302,
    headers: {
      Location: `${mounted}${safe}${query === "" ? "" : `?${query}`}`,
      "Cache-Control": PRIVATE,
      ...(cookie === undefined ? {} : { "Set-Cookie": cookie }),
    },
  };
}

/** A playlist with the viewer's query behind every address. */
export function sendPlaylist(
  request: HttpRequest,
  text: string,
  options: { suffix: string; cookie?: string | undefined; sent: (bytes: number) => void },
): HttpReply {
  const { suffix, cookie, sent } = options;
  const body = Buffer.from(text.replaceAll(SUFFIX, suffix));
  const packs = body.length >= MIN_GZIP && takesGzip(request.headers.get("accept-encoding") ?? "");
  return {
    status: 200,
    headers: {
      "Content-Type": PLAYLIST_TYPE,
      "Cache-Control": PRIVATE,
      Vary: "Accept-Encoding",
      ...(packs ? { "Content-Encoding": "gzip" } : {}),
      ...(cookie === undefined ? {} : { "Set-Cookie": cookie }),
    },
    body: packs ? gzipSync(body, { level: GZIP_LEVEL }) : body,
    sent,
  };
}

/** Whether a client that sends this Accept-Encoding takes gzip. */
export function takesGzip(acceptEncoding: string): boolean {
  return /\bgzip\b/.test(acceptEncoding);
}

/** iOS doesn't begin low latency with few segments: the missing ones are shown as gaps. VLC 3 would try to load those. */
export function wholeFor(userAgent: string): "whole" | "padded" {
  return userAgent.includes("AppleCoreMedia") ? "padded" : "whole";
}

/** Media; it is let go of when it has been sent. The listener knows the length of what is in memory. */
export function sendFile(file: MuxerFile, sent: (bytes: number) => void): HttpReply {
  return {
    status: 200,
    headers: {
      "Content-Type": file.type,
      "Cache-Control": PRIVATE,
      ...(Array.isArray(file.body) ? {} : { "Content-Length": String(file.bytes) }),
    },
    body: file.body,
    sent: (bytes) => {
      file.release();
      sent(bytes);
    },
  };
}
