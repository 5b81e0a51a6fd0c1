/**
 * Session descriptions of browsers (RFC 8829): what WebRTC needs beside the media formats, which `formats/sdp` reads: ICE and
 * DTLS parameters, bundle, header extensions, feedback. Unlike a camera's description, one that lacks what it must have is
 * refused. Everything of a bundle travels on one transport, so its parameters are taken from the first medium that has them.
 */
import { isIP } from "node:net";
import { formatError } from "../errors.ts";
import { parseSdp, type RtpMap, type SdpDirection, type SdpMediaKind } from "../sdp/parse.ts";

/** Characters of an ICE user fragment and password (RFC 8839 §5.4), and of a medium's name. */
const MAX_ICE_LENGTH = 256;
const MAX_MID_LENGTH = 16;
/** Header extensions, feedback lines and sources looked at per medium. */
const MAX_LINES = 64;
/** Candidates looked at, and characters of a fragment. */
const MAX_CANDIDATES = 32;
const MAX_FRAGMENT_LENGTH = 64 * 1024;

const ICE_CHARACTERS = /^[A-Za-z0-9+/]+$/;
const TOKEN = /^[A-Za-z0-9+._~-]+$/;
const FINGERPRINT = /^(sha-(?:1|224|256|384|512))\s+((?:[0-9a-f]{2}:){15,63}[0-9a-f]{2})$/i;

/** Credentials of the other side. */
export interface IceCredentials {
  readonly ufrag: string;
  readonly pwd: string;
}

/** A certificate's fingerprint, as RFC 8122 writes it. */
export interface Fingerprint {
  /** `sha-256` */
  readonly algorithm: string;
  /** `AB:CD:…` */
  readonly value: string;
}

/** One medium of an offer. */
export interface OfferedMedia {
  readonly kind: SdpMediaKind;
  /** As written in `m=`: `UDP/TLS/RTP/SAVPF`. */
  readonly protocol: string;
  /** `a=mid`; "" where the offer doesn't bundle. */
  readonly mid: string;
  readonly direction: SdpDirection;
  readonly formats: readonly RtpMap[];
  /** Identifier of each header extension by its URI. */
  readonly extensions: ReadonlyMap<string, number>;
  /** `payload type feedback`: `96 nack pli`, `* transport-cc`. */
  readonly feedback: readonly string[];
  /** Sources announced, in order; the first of each is the medium's own. */
  readonly sources: readonly number[];
  /** Source groups: `FID` pairs a source with its retransmissions. */
  readonly groups: readonly { readonly semantics: string; readonly sources: readonly number[] }[];
}

/** An offer. */
export interface Offer {
  readonly ice: IceCredentials;
  readonly fingerprints: readonly Fingerprint[];
  readonly setup: "actpass" | "active" | "passive";
  /** Names of the media in the bundle. */
  readonly bundle: readonly string[];
  readonly media: readonly OfferedMedia[];
  /** Where the other side may come from, as far as it says; UDP only, numeric. */
  readonly candidates: readonly OfferedCandidate[];
}

/** An address of the other side's. */
export interface OfferedCandidate {
  readonly address: string;
  readonly port: number;
}

/** Reads an offer. Throws `jsep-offer-invalid` with the reason, and what `parseSdp` throws. */
export function parseOffer(text: string): Offer {
  if (!text.startsWith("v=")) throw invalid("it does not begin with v=");
  const description = parseSdp(text);
  const [session = [], ...sections] = split(text);
  const lines = sections.slice(0, description.media.length);
  const everywhere = [...lines, session];
  const ufrag = firstValue(everywhere, "ice-ufrag");
  const pwd = firstValue(everywhere, "ice-pwd");
  const media = description.media.map((each, index) => {
    const own = lines[index] ?? [];
    const mid = valueOf(own, "mid") ?? "";
    if (mid !== "" && (mid.length > MAX_MID_LENGTH || !TOKEN.test(mid))) throw invalid("a=mid can't be read");
    return {
      kind: each.kind,
      protocol: each.protocol,
      mid,
      direction: each.direction ?? ("sendrecv" as const),
      formats: each.formats,
      extensions: extensionsOf(own),
      feedback: valuesOf(own, "rtcp-fb"),
      sources: sourcesOf(own),
      groups: groupsOf(own),
    };
  });
  return {
    ice: credentials(ufrag, pwd),
    fingerprints: fingerprintsOf(everywhere),
    setup: setupOf(firstValue(everywhere, "setup")),
    bundle: (valuesOf(session, "group").find((group) => group.startsWith("BUNDLE")) ?? "").split(/\s+/).slice(1),
    media,
    candidates: candidatesOf(everywhere),
  };
}

/** Candidates of a trickled fragment. */
export function parseFragmentCandidates(text: string): OfferedCandidate[] {
  return candidatesOf(split(text.slice(0, MAX_FRAGMENT_LENGTH)));
}

/** Credentials of the ICE part of a trickled fragment (RFC 8840), to tell a restart by; undefined where it has none. */
export function parseFragmentCredentials(text: string): IceCredentials | undefined {
  const everywhere = split(text.slice(0, MAX_FRAGMENT_LENGTH));
  const ufrag = firstValue(everywhere, "ice-ufrag");
  const pwd = firstValue(everywhere, "ice-pwd");
  return ufrag === undefined && pwd === undefined ? undefined : credentials(ufrag, pwd);
}

function credentials(ufrag: string | undefined, pwd: string | undefined): IceCredentials {
  if (ufrag === undefined || ufrag.length < 4 || ufrag.length > MAX_ICE_LENGTH || !ICE_CHARACTERS.test(ufrag)) {
    throw invalid("a=ice-ufrag is missing or can't be read");
  }
  if (pwd === undefined || pwd.length < 22 || pwd.length > MAX_ICE_LENGTH || !ICE_CHARACTERS.test(pwd)) {
    throw invalid("a=ice-pwd is missing or can't be read");
  }
  return { ufrag, pwd };
}

/** Attribute lines, without `a=`, of the session and of each medium. */
function split(text: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("m=")) sections.push([]);
    else if (line.startsWith("a=")) sections.at(-1)?.push(line.slice(2).trim());
  }
  return sections;
}

function valuesOf(lines: readonly string[], name: string): string[] {
  const prefix = `${name}:`;
  return lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length).trim());
}

function valueOf(lines: readonly string[], name: string): string | undefined {
  return valuesOf(lines, name)[0];
}

function firstValue(sections: readonly (readonly string[])[], name: string): string | undefined {
  for (const lines of sections) {
    const value = valueOf(lines, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** RFC 8839 §5.1. Names (`….local`, which only hide an address) are left out. */
function candidatesOf(sections: readonly (readonly string[])[]): OfferedCandidate[] {
  const lines = sections.flatMap((section) => valuesOf(section, "candidate")).slice(0, MAX_CANDIDATES);
  return lines.flatMap((line) => {
    const [, , transport = "", , address = "", port = ""] = line.split(/\s+/, 7);
    const number = Number(port);
    const isUsable = transport.toLowerCase() === "udp" && isIP(address) !== 0 && Number.isInteger(number);
    return isUsable && number > 0 && number < 65_536 ? [{ address, port: number }] : [];
  });
}

function fingerprintsOf(sections: readonly (readonly string[])[]): Fingerprint[] {
  const found = sections.find((lines) => valueOf(lines, "fingerprint") !== undefined) ?? [];
  const fingerprints = valuesOf(found, "fingerprint").flatMap((value) => {
    const [, algorithm, digest] = FINGERPRINT.exec(value) ?? [];
    return algorithm === undefined || digest === undefined ? [] : [{ algorithm: algorithm.toLowerCase(), value: digest }];
  });
  if (fingerprints.length === 0) throw invalid("a=fingerprint is missing or can't be read");
  return fingerprints;
}

function setupOf(value: string | undefined): Offer["setup"] {
  if (value === undefined || value === "actpass" || value === "active") return value ?? "actpass";
  if (value === "passive") return value;
  throw invalid("a=setup can't be read");
}

/** `a=extmap:3/recvonly uri` (RFC 8285 §8). */
function extensionsOf(lines: readonly string[]): Map<string, number> {
  const extensions = new Map<string, number>();
  for (const value of valuesOf(lines, "extmap").slice(0, MAX_LINES)) {
    const [, id, uri] = /^(\d{1,3})(?:\/\w+)?\s+(\S+)/.exec(value) ?? [];
    if (id !== undefined && uri !== undefined && !extensions.has(uri)) extensions.set(uri, Number(id));
  }
  return extensions;
}

function sourcesOf(lines: readonly string[]): number[] {
  const sources = new Set<number>();
  for (const value of valuesOf(lines, "ssrc")) {
    const ssrc = Number(/^\d{1,10}/.exec(value)?.[0] ?? Number.NaN);
    if (ssrc <= 0xffffffff && sources.size < MAX_LINES) sources.add(ssrc);
  }
  return [...sources];
}

function groupsOf(lines: readonly string[]): { semantics: string; sources: number[] }[] {
  return valuesOf(lines, "ssrc-group")
    .slice(0, MAX_LINES)
    .map((value) => {
      const [semantics = "", ...sources] = value.split(/\s+/, MAX_LINES);
      return { semantics, sources: sources.map(Number).filter((ssrc) => ssrc <= 0xffffffff) };
    });
}

function invalid(reason: string): Error {
  return formatError("jsep-offer-invalid", { details: { reason } });
}
