/**
 * The Transport header (RFC 2326 §12.39): alternatives in a request, the chosen one in a response. Reading is tolerant: single
 * numbers stand for a pair, unreadable parameters are as if they weren't there, unknown ones are stepped over.
 */
import { parseDecimal, parseParameter, splitQuoted } from "../header-field/parameters.ts";

/** Alternatives read from one header; further ones are ignored. */
export const MAX_TRANSPORTS = 16;

const protocolPattern = /^[A-Z0-9/+._-]{1,64}$/;
/** What tells a protocol from a parameter. */
const namePattern = /^[A-Z0-9]+\/[A-Z0-9/+._-]+$/i;
const hostPattern = /^[\w.:%-]{1,255}$/;
const MAX_PORT = 65535;
const MAX_CHANNEL = 255;
const MAX_TTL = 255;

/** RTP and RTCP port, or RTP and RTCP channel. */
export type NumberPair = readonly [number, number];

/** One alternative. */
export interface TransportSpec {
  /** Upper-case as written: `RTP/AVP`, `RTP/AVP/TCP`, `RTP/AVP/UDP`, `RTP/SAVP`… */
  readonly protocol: string;
  /** Unicast when the header doesn't say. */
  readonly delivery: "unicast" | "multicast";
  /** Channels, 0…255. */
  readonly interleaved?: NumberPair | undefined;
  readonly clientPort?: NumberPair | undefined;
  readonly serverPort?: NumberPair | undefined;
  /** Ports of a multicast group. */
  readonly port?: NumberPair | undefined;
  readonly ttl?: number | undefined;
  /** Host or address, IPv6 without brackets. */
  readonly destination?: string | undefined;
  readonly source?: string | undefined;
  /** 32 bit, unsigned */
  readonly ssrc?: number | undefined;
  readonly mode?: "play" | "record" | undefined;
}

/** Reads all alternatives; an empty header gives none, one without a sensible protocol is left out. Never fails. */
export function parseTransport(value: string): TransportSpec[] {
  const specs = splitQuoted(value, ",").slice(0, MAX_TRANSPORTS).map(parseSpec);
  return specs.filter((spec) => protocolPattern.test(spec.protocol));
}

/** Writes one alternative. */
export function printTransport(spec: TransportSpec): string {
  const parts = [spec.protocol, spec.delivery];
  if (spec.destination !== undefined) parts.push(`destination=${spec.destination}`);
  if (spec.source !== undefined) parts.push(`source=${spec.source}`);
  if (spec.interleaved !== undefined) parts.push(`interleaved=${spec.interleaved.join("-")}`);
  if (spec.port !== undefined) parts.push(`port=${spec.port.join("-")}`);
  if (spec.ttl !== undefined) parts.push(`ttl=${String(spec.ttl)}`);
  if (spec.clientPort !== undefined) parts.push(`client_port=${spec.clientPort.join("-")}`);
  if (spec.serverPort !== undefined) parts.push(`server_port=${spec.serverPort.join("-")}`);
  if (spec.ssrc !== undefined) parts.push(`ssrc=${spec.ssrc.toString(16).toUpperCase().padStart(8, "0")}`);
  if (spec.mode !== undefined) parts.push(`mode=${spec.mode}`);
  return parts.join(";");
}

/** Whether media comes over the RTSP connection itself. `RTP/AVP` with channels means it too (cameras, recorders). */
export function isInterleaved(spec: TransportSpec): boolean {
  return spec.protocol.endsWith("/TCP") || (spec.interleaved !== undefined && spec.clientPort === undefined);
}

function parseSpec(text: string): TransportSpec {
  const parts = splitQuoted(text, ";");
  // Some clients put parameters before it.
  const at = Math.max(
    0,
    parts.findIndex((part) => namePattern.test(part)),
  );
  const [protocol = ""] = parts.slice(at);
  const rest = parts.filter((_part, index) => index !== at);
  const words = new Set<string>();
  const values = new Map<string, string>();
  for (const { name, value } of rest.map(parseParameter)) {
    if (value === undefined) words.add(name);
    else if (!values.has(name)) values.set(name, value);
  }
  return {
    protocol: protocol.toUpperCase(),
    delivery: words.has("multicast") ? "multicast" : "unicast",
    interleaved: parsePair(values.get("interleaved"), MAX_CHANNEL),
    clientPort: parsePair(values.get("client_port"), MAX_PORT),
    serverPort: parsePair(values.get("server_port"), MAX_PORT),
    port: parsePair(values.get("port"), MAX_PORT),
    ttl: parseDecimal(values.get("ttl"), 0, MAX_TTL),
    destination: parseHost(values.get("destination")),
    source: parseHost(values.get("source")),
    ssrc: parseSsrc(values.get("ssrc")),
    mode: parseMode(values.get("mode")),
  };
}

/** `n-m` or `n`, which stands for `n-(n+1)`. */
function parsePair(text: string | undefined, maximum: number): NumberPair | undefined {
  const [first, second] = text?.split("-", 2) ?? [];
  const low = parseDecimal(first, 0, maximum);
  if (low === undefined) return undefined;
  const high = second === undefined || second.trim() === "" ? Math.min(low + 1, maximum) : parseDecimal(second, 0, maximum);
  return high === undefined ? undefined : [low, high];
}

function parseHost(text: string | undefined): string | undefined {
  const host = text?.replace(/^\[(.*)\]$/, "$1").trim();
  return host !== undefined && hostPattern.test(host) ? host : undefined;
}

function parseSsrc(text: string | undefined): number | undefined {
  const digits = text?.trim();
  return digits !== undefined && /^[0-9a-f]{1,8}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** `receive` is an old spelling of `record` that ffmpeg still knows. */
function parseMode(text: string | undefined): "play" | "record" | undefined {
  const mode = text?.trim().toLowerCase();
  if (mode === "play") return "play";
  return mode === "record" || mode === "receive" ? "record" : undefined;
}
