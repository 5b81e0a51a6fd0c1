/**
 * The pages at `/path/` and `/path/publish`: plain HTML, one script and one style sheet, nothing from other hosts and nothing
 * inline, so that they work under the strictest policy and without the internet.
 */
import type { HttpReply } from "#base/http.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import { PLAYER_PAGE, PUBLISH_PAGE } from "./markup.ts";
import { SCRIPT } from "./player-script.ts";
import { PUBLISH_SCRIPT } from "./publish-script.ts";
import { STYLE } from "./style.ts";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'";

const ASSETS: Readonly<Record<string, { readonly type: string; readonly body: string }>> = {
  "webrtc-player.js": { type: "text/javascript; charset=utf-8", body: SCRIPT },
  "webrtc-publish.js": { type: "text/javascript; charset=utf-8", body: PUBLISH_SCRIPT },
  "webrtc-style.css": { type: "text/css; charset=utf-8", body: STYLE },
};

/** The page for viewers or publishers. */
export function pageReply(mode: "read" | "publish"): HttpReply {
  return {
    status: 200,
    headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY, "Cache-Control": "no-cache" },
    body: mode === "read" ? PLAYER_PAGE : PUBLISH_PAGE,
  };
}

/** A page's script or style sheet. Throws `webrtc-not-found`. */
export function assetReply(name: string): HttpReply {
  const asset = Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;
  if (asset === undefined) throw webrtcError("webrtc-not-found");
  return { status: 200, headers: { "Content-Type": asset.type, "Cache-Control": "no-cache" }, body: asset.body };
}
