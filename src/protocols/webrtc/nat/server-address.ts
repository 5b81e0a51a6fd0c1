/** Addresses of STUN and TURN servers as configuration has them (RFC 7064, RFC 7065). */
import { createHmac } from "node:crypto";
import type { WebRtcOptions } from "#protocols/webrtc/options.ts";

const SECRET_USER = "AUTH_SECRET";
const VALID_SECONDS = 86_400;
const DEFAULT_PORT = 3478;
const URL_PATTERN = /^(stun|turn):(?:\/\/)?(?:\[([0-9A-Fa-f:.]+)\]|([^:/?\s]+))(?::(\d{1,5}))?(?:\?transport=(udp|tcp))?$/;

/** A server. */
export type IceServerOptions = WebRtcOptions["webrtcICEServers2"][number];

/** Where a server is asked. */
export interface ServerAddress {
  readonly kind: "stun" | "turn";
  readonly host: string;
  readonly port: number;
}

/** Where this machine can ask it: over UDP alone; undefined for TLS and TCP, which only browsers use. */
export function readServerAddress(url: string): ServerAddress | undefined {
  const [, kind, six, host, port, transport] = URL_PATTERN.exec(url) ?? [];
  if (kind === undefined || transport === "tcp") return undefined;
  const number = Number(port ?? DEFAULT_PORT);
  if (number < 1 || number > 65_535) return undefined;
  return { kind: kind === "turn" ? "turn" : "stun", host: six ?? host ?? "", port: number };
}

/**
 * Credentials to use now. With the user name `AUTH_SECRET` the password is the secret shared with the TURN server, and
 * credentials are made that hold for a day (draft-uberti-behave-turn-rest).
 */
export function iceServerCredentials(
  server: IceServerOptions,
  wallNowMs: number,
): { readonly username: string; readonly password: string } {
  const password = server.password.reveal();
  if (server.username !== SECRET_USER) return { username: server.username, password };
  const username = `${String(Math.floor(wallNowMs / 1000) + VALID_SECONDS)}:sluice`;
  return { username, password: createHmac("sha1", password).update(username).digest("base64") };
}
