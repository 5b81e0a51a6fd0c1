/** STUN and TURN servers for the page, as WHIP's Link headers (RFC 9725 §4.6). */
import { iceServerCredentials } from "#protocols/webrtc/nat/server-address.ts";
import type { WebRtcOptions } from "#protocols/webrtc/options.ts";

/** One header value per server. */
export function iceServerLinks(servers: WebRtcOptions["webrtcICEServers2"], wallNowMs: number): string[] {
  return servers.map((server) => {
    const { username, password } = iceServerCredentials(server, wallNowMs);
    const link = `<${server.url}>; rel="ice-server"`;
    if (username === "") return link;
    return `${link}; username="${quote(username)}"; credential="${quote(password)}"; credential-type="password"`;
  });
}

function quote(text: string): string {
  return text.replace(/[\\"]/g, "\\$&");
}
