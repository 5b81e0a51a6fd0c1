/**
 * STUN and TURN servers for the page, as WHIP's Link headers (RFC 9725 §4.6). With the user name `AUTH_SECRET` the password is
 * the secret shared with the TURN server, and credentials are made that hold for a day (draft-uberti-behave-turn-rest).
 */
import { createHmac } from "node:crypto";
import type { WebRtcOptions } from "#protocols/webrtc/options.ts";

const SECRET_USER = "AUTH_SECRET";
const VALID_SECONDS = 86_400;

/** One header value per server. */
export function iceServerLinks(servers: WebRtcOptions["webrtcICEServers2"], wallNowMs: number): string[] {
  return servers.map((server) => {
    const { username, password } = iceServerCredentials(server, wallNowMs);
    const link = `<${server.url}>; rel="ice-server"`;
    if (username === "") return link;
    return `${link}; username="${quote(username)}"; credential="${quote(password)}"; credential-type="password"`;
  });
}

/** Credentials to use now. */
function iceServerCredentials(
  server: WebRtcOptions["webrtcICEServers2"][number],
  wallNowMs: number,
): { readonly username: string; readonly password: string } {
  const password = server.password.reveal();
  if (server.username !== SECRET_USER) return { username: server.username, password };
  const username = `${String(Math.floor(wallNowMs / 1000) + VALID_SECONDS)}:sluice`;
  return { username, password: createHmac("sha1", password).update(username).digest("base64") };
}

function quote(text: string): string {
  return text.replace(/[\\"]/g, "\\$&");
}
