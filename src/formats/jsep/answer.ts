/**
 * Answers to browsers (RFC 8829 §5.3, RFC 8839, RFC 8842): one bundle on one transport, ICE-lite, DTLS server. Media that
 * aren't taken are rejected in their place, with port 0, since every `m=` line of an offer needs its own in the answer.
 */
import { singleLine } from "../header-field/parameters.ts";
import type { SdpMediaKind } from "../sdp/parse.ts";
import type { Fingerprint, IceCredentials } from "./offer.ts";

/** Where we can be reached. */
export interface IceCandidate {
  readonly transport: "udp" | "tcp";
  readonly address: string;
  readonly port: number;
  /** `srflx`: as a STUN server sees us; `relay`: a TURN server's port. */
  readonly type: "host" | "srflx" | "relay";
  /** 32 bit. */
  readonly priority: number;
}

/** One format of an answered medium. */
export interface AnsweredFormat {
  readonly payloadType: number;
  readonly encodingName: string;
  readonly clockRate: number;
  readonly channels: number | undefined;
  /** "" for none. */
  readonly fmtp: string;
  /** `nack pli`, `transport-cc`. */
  readonly feedback: readonly string[];
}

/** One medium of an answer; `rejected` ones keep their place. */
export type AnsweredMedia =
  | {
      readonly kind: SdpMediaKind;
      readonly mid: string;
      readonly protocol: string;
      readonly rejected: true;
      /** Any of its formats. */
      readonly format: string;
    }
  | {
      readonly kind: SdpMediaKind;
      readonly mid: string;
      readonly protocol: string;
      readonly rejected: false;
      readonly direction: "sendonly" | "recvonly";
      readonly formats: readonly AnsweredFormat[];
      readonly extensions: readonly { readonly id: number; readonly uri: string }[];
      /** Of what we send: source, and its retransmissions' where there are any. */
      readonly source: { readonly ssrc: number; readonly retransmission: number | undefined; readonly cname: string } | undefined;
      /** Stream the medium belongs to in the page. */
      readonly streamId: string;
    };

/** An answer to write. */
export interface Answer {
  /** Decimal digits, names the session in `o=`. */
  readonly originId: string;
  /** False for full ICE. */
  readonly lite: boolean;
  readonly ice: IceCredentials;
  readonly fingerprint: Fingerprint;
  readonly setup: "passive" | "active";
  readonly candidates: readonly IceCandidate[];
  readonly media: readonly AnsweredMedia[];
}

/** The answer's text. */
export function printAnswer(answer: Answer): string {
  const bundled = answer.media.filter((media) => !media.rejected && media.mid !== "").map((media) => media.mid);
  const lines = [
    "v=0",
    `o=- ${answer.originId} 1 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    ...(bundled.length > 0 ? [`a=group:BUNDLE ${bundled.join(" ")}`] : []),
    ...(answer.lite ? ["a=ice-lite"] : []),
    "a=msid-semantic:WMS *",
  ];
  let transportWritten = false;
  for (const media of answer.media) {
    lines.push(...mediaLines(media, answer, !transportWritten));
    if (!media.rejected) transportWritten = true;
  }
  return `${lines.map(singleLine).join("\r\n")}\r\n`;
}

/** A trickled fragment with new credentials: the answer to an ICE restart (RFC 8840 §9, WHIP). */
export function printFragment(parts: {
  ice: IceCredentials;
  candidates: readonly IceCandidate[];
  lite: boolean;
  mid: string;
}): string {
  const lines = [
    ...(parts.lite ? ["a=ice-lite"] : []),
    `a=ice-ufrag:${parts.ice.ufrag}`,
    `a=ice-pwd:${parts.ice.pwd}`,
    "m=video 9 UDP/TLS/RTP/SAVPF 0",
    `a=mid:${parts.mid}`,
    ...parts.candidates.map(candidateLine),
    "a=end-of-candidates",
  ];
  return `${lines.map(singleLine).join("\r\n")}\r\n`;
}

function mediaLines(media: AnsweredMedia, answer: Answer, withCandidates: boolean): string[] {
  const mid = media.mid === "" ? [] : [`a=mid:${media.mid}`];
  if (media.rejected) {
    return [`m=${media.kind} 0 ${media.protocol} ${media.format}`, "c=IN IP4 0.0.0.0", ...mid, "a=inactive"];
  }
  const types = media.formats.map((format) => String(format.payloadType)).join(" ");
  return [
    `m=${media.kind} 9 ${media.protocol} ${types}`,
    "c=IN IP4 0.0.0.0",
    ...mid,
    `a=ice-ufrag:${answer.ice.ufrag}`,
    `a=ice-pwd:${answer.ice.pwd}`,
    `a=fingerprint:${answer.fingerprint.algorithm} ${answer.fingerprint.value}`,
    `a=setup:${answer.setup}`,
    `a=${media.direction}`,
    "a=rtcp-mux",
    "a=rtcp-rsize",
    ...media.extensions.map(({ id, uri }) => `a=extmap:${String(id)} ${uri}`),
    ...media.formats.flatMap(formatLines),
    ...sourceLines(media),
    ...(withCandidates ? [...answer.candidates.map(candidateLine), "a=end-of-candidates"] : []),
  ];
}

function formatLines(format: AnsweredFormat): string[] {
  const type = String(format.payloadType);
  const channels = format.channels === undefined || format.channels === 1 ? "" : `/${String(format.channels)}`;
  return [
    `a=rtpmap:${type} ${format.encodingName}/${String(format.clockRate)}${channels}`,
    ...(format.fmtp === "" ? [] : [`a=fmtp:${type} ${format.fmtp}`]),
    ...format.feedback.map((feedback) => `a=rtcp-fb:${type} ${feedback}`),
  ];
}

function sourceLines(media: Extract<AnsweredMedia, { rejected: false }>): string[] {
  const { source } = media;
  if (source === undefined) return [];
  const msid = `${media.streamId} ${media.kind}`;
  const ssrcs = source.retransmission === undefined ? [source.ssrc] : [source.ssrc, source.retransmission];
  return [
    `a=msid:${msid}`,
    ...(ssrcs.length > 1 ? [`a=ssrc-group:FID ${ssrcs.map(String).join(" ")}`] : []),
    ...ssrcs.flatMap((ssrc) => [`a=ssrc:${String(ssrc)} cname:${source.cname}`, `a=ssrc:${String(ssrc)} msid:${msid}`]),
  ];
}

/** RFC 8839 §5.1; over TCP we are the passive side (RFC 6544 §4.5). */
function candidateLine(candidate: IceCandidate): string {
  const { transport, address, port, type, priority } = candidate;
  const foundation = `${transport}${address}`.replace(/[^A-Za-z0-9]/g, "").slice(0, 32);
  // RFC 8839 §5.1 wants a related address of those; ours is nobody's business (RFC 8828 §5).
  const related = type === "host" ? "" : " raddr 0.0.0.0 rport 9";
  const tail = `${related}${transport === "tcp" ? " tcptype passive" : ""}`;
  return `a=candidate:${foundation} 1 ${transport} ${String(priority)} ${address} ${String(port)} typ ${type}${tail}`;
}
