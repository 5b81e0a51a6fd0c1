/**
 * The player page at `/path/`: plain HTML, scripts and a style sheet of our own, nothing from other hosts and nothing inline,
 * so that it works under the strictest policy and without the internet.
 */
import type { HttpReply } from "#base/http.ts";
import { PLAYER_STYLE } from "#base/pages/player-page.ts";
import { PAGE } from "./markup.ts";
import { SCRIPT } from "./script.ts";

/** The library's worker and the media it makes are blobs of the page's own. */
const POLICY =
  "default-src 'none'; script-src 'self' blob:; worker-src 'self' blob:; style-src 'self'; connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'";
const LIBRARY = "hls.min.js";
const SCRIPT_TYPE = "text/javascript; charset=utf-8";

/** The page. */
export function pageReply(): HttpReply {
  return {
    status: 200,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" },
    body: PAGE,
  };
}

/** One of the page's files; undefined where there is none of this name. `library` is hls.js. */
export function assetReply(name: string, library: () => Buffer | undefined): HttpReply | undefined {
  if (name === "hls-player.js") return asset(SCRIPT_TYPE, SCRIPT);
  if (name === "hls-player.css") return asset("text/css; charset=utf-8", PLAYER_STYLE);
  const bytes = name === LIBRARY ? library() : undefined;
  return bytes === undefined ? undefined : asset(SCRIPT_TYPE, bytes);
}

function asset(type: string, body: string | Buffer): HttpReply {
  return { status: 200, headers: { "Content-Type": type, "Cache-Control": "max-age=3600" }, body };
}
