/** Where a path can be had, as this browser reaches the box. Pure. */
import type { ServicePorts } from "#api/contract/device.ts";

/** Kinds of addresses; the words are in the dictionaries under `links.`. */
export type LinkKind = "rtsp" | "rtsps" | "hls" | "whep";

/** How the page was reached. */
export interface Reached {
  /** As in an address: IPv6 in brackets. */
  readonly hostname: string;
  readonly origin: string;
  readonly secure: boolean;
  /** A token that players give as a password. */
  readonly token?: string | undefined;
}

/** Addresses of what is served. Ports of HLS and WebRTC speak HTTP as the page does, unless the page is behind a TLS proxy. */
export function streamLinks(
  path: string,
  ports: ServicePorts,
  { hostname, origin, secure, token }: Reached,
): readonly { readonly kind: LinkKind; readonly address: string }[] {
  const name = path.split("/").map(encodeURIComponent).join("/");
  const account = token === undefined ? "" : `token:${token}@`;
  const host = `${account}${hostname}`;
  const links: { kind: LinkKind; address: string }[] = [];
  if (ports.rtsp !== null) links.push({ kind: "rtsp", address: `rtsp://${host}:${String(ports.rtsp)}/${name}` });
  if (ports.rtsps !== null) links.push({ kind: "rtsps", address: `rtsps://${host}:${String(ports.rtsps)}/${name}` });
  const at = (port: number): string =>
    secure ? `${origin.replace("//", `//${account}`)}/live` : `http://${host}:${String(port)}`;
  if (ports.hls !== null) links.push({ kind: "hls", address: `${at(ports.hls)}/${name}/index.m3u8` });
  if (ports.webrtc !== null) links.push({ kind: "whep", address: `${at(ports.webrtc)}/${name}/whep` });
  return links;
}
