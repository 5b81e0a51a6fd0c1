/**
 * Where a listener listens, as configuration writes it: `:8554` (every interface), `127.0.0.1:8554`, `[::1]:8554`.
 */
import { isIP } from "node:net";

/** `host` undefined means every interface; port 0 takes any free one. */
export interface ListenAddress {
  readonly host: string | undefined;
  /** 0…65535 */
  readonly port: number;
}

/** Undefined where `text` isn't `[host]:port`. A host name is accepted as it stands; resolving it is the listener's job. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text);
  if (match === null) return undefined;
  const [, bracketed, plain, portText] = match;
  const port = Number(portText);
  if (port > 65_535) return undefined;
  if (bracketed !== undefined && isIP(bracketed) !== 6) return undefined;
  const host = bracketed ?? plain ?? "";
  return { host: host === "" ? undefined : host, port };
}

/** The spelling `parseListenAddress` reads. */
export function formatListenAddress(address: ListenAddress): string {
  const host = address.host ?? "";
  return `${host.includes(":") ? `[${host}]` : host}:${String(address.port)}`;
}
