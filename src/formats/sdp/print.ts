/**
 * Session descriptions as we offer them (RFC 8866; RTSP's use of it in RFC 2326 C). Strict in what it writes: CRLF, all
 * mandatory lines, no value can break out of its line.
 */
import { singleLine } from "../header-field/parameters.ts";
import type { SdpDirection, SdpMediaKind } from "./parse.ts";

/** A description to write. */
export interface PrintedSession {
  /** Decimal digits; names this stream's description in `o=`. */
  readonly originId: string;
  /** Our numeric address, IPv4 or IPv6, in `o=`. */
  readonly address: string;
  /** `s=`; "" is written as `-`. */
  readonly name: string;
  /** `a=control` of the session, `*` by default. */
  readonly control?: string;
  readonly media: readonly PrintedMedia[];
}

/** A media section with one format. */
export interface PrintedMedia {
  readonly kind: SdpMediaKind;
  readonly payloadType: number;
  /** "" leaves the rtpmap out. */
  readonly encodingName: string;
  readonly clockRate: number;
  readonly channels?: number | undefined;
  /** Without `a=fmtp:N `; "" for none. */
  readonly fmtp: string;
  readonly control: string;
  /** Multicast address, with `/ttl` for IPv4. */
  readonly connection?: string | undefined;
  /** 0 by default: chosen in SETUP. */
  readonly port?: number | undefined;
  readonly direction?: SdpDirection | undefined;
  /** `RTP/AVP` by default. */
  readonly protocol?: string | undefined;
}

/** The description's text. */
export function printSdp(session: PrintedSession): string {
  const lines = [
    "v=0",
    `o=- ${session.originId} 1 IN ${addressType(session.address)} ${session.address}`,
    `s=${session.name.trim() === "" ? "-" : session.name}`,
    `c=IN ${addressType(session.address)} ${session.address.includes(":") ? "::" : "0.0.0.0"}`,
    "t=0 0",
    `a=control:${session.control ?? "*"}`,
    ...session.media.flatMap(mediaLines),
  ];
  return `${lines.map(singleLine).join("\r\n")}\r\n`;
}

function mediaLines(media: PrintedMedia): string[] {
  const lines = [`m=${media.kind} ${String(media.port ?? 0)} ${media.protocol ?? "RTP/AVP"} ${String(media.payloadType)}`];
  if (media.connection !== undefined) lines.push(`c=IN ${addressType(media.connection)} ${media.connection}`);
  if (media.encodingName !== "") {
    const channels = media.channels === undefined ? "" : `/${String(media.channels)}`;
    lines.push(`a=rtpmap:${String(media.payloadType)} ${media.encodingName}/${String(media.clockRate)}${channels}`);
  }
  if (media.fmtp !== "") lines.push(`a=fmtp:${String(media.payloadType)} ${media.fmtp}`);
  if (media.direction !== undefined) lines.push(`a=${media.direction}`);
  lines.push(`a=control:${media.control}`);
  return lines;
}

function addressType(address: string): "IP4" | "IP6" {
  return address.includes(":") ? "IP6" : "IP4";
}
