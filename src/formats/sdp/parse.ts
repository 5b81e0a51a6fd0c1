/**
 * Session descriptions as cameras write them (RFC 8866, RFC 2326 C): a line-tolerant reader that takes what streaming needs
 * (media, formats, control, direction, connection) and steps over everything else, well-formed or not.
 *
 * Cameras seen in the field send `c=IN ` without address, no or two `s=` lines, negative or fractional numbers in `o=`,
 * `o=` without address, media types of their own, blanks at line ends, LF alone, and no line end at the end. None of it matters.
 * Doesn't judge whether a format is usable: codecs do.
 */
import { formatError } from "../errors.ts";
import { parseDecimal } from "../header-field/parameters.ts";
import { staticPayloadTypes } from "./static-payload-types.ts";

/** Characters of one description. */
export const MAX_SDP_LENGTH = 131072;
/** Media sections read; those after are ignored. */
export const MAX_MEDIA = 64;
/** Formats of one media section; further ones are ignored. */
export const MAX_FORMATS = 32;
/** Attributes kept per section, and parameters per format; further ones are ignored. */
export const MAX_ATTRIBUTES = 128;

const DEFAULT_VIDEO_CLOCK_RATE = 90000;
const DEFAULT_AUDIO_CLOCK_RATE = 8000;
const MAX_CLOCK_RATE = 1_000_000_000;
const MAX_CHANNELS = 255;

/** Kind of a media section; types other than video and audio (metadata, text, vendors' own) are `application`. */
export type SdpMediaKind = "video" | "audio" | "application";

/** Direction attribute, seen from who wrote the description. */
export type SdpDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive";

/** A whole description. Attribute names are lower-case; of several equal ones the first stays; flags have the value "". */
export interface SessionDescription {
  /** First non-empty `s=`, else "". */
  readonly name: string;
  /** `a=control` of the session: base of the media's controls, as written. */
  readonly control: string | undefined;
  /** `a=range` as written; see rtsp-message/range.ts. */
  readonly range: string | undefined;
  /** Address of `c=` as written, for multicast with its `/ttl`; undefined when missing or broken. */
  readonly connection: string | undefined;
  readonly attributes: ReadonlyMap<string, string>;
  /** In order of their `m=` lines; never empty. */
  readonly media: readonly MediaDescription[];
}

/** One `m=` section. */
export interface MediaDescription {
  readonly kind: SdpMediaKind;
  /** Upper-case, `RTP/AVP` when missing. */
  readonly protocol: string;
  /** 0 when missing or unreadable. */
  readonly port: number;
  readonly control: string | undefined;
  /** The section's own, else the session's. */
  readonly direction: SdpDirection | undefined;
  /** Like the session's; the section's own only. */
  readonly connection: string | undefined;
  /** In order of preference: those of the `m=` line, then those that only have an rtpmap. */
  readonly formats: readonly RtpMap[];
  /** Without rtpmap, fmtp, control and direction. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** One payload type of a media section. Same shape as the codecs' format description. */
export interface RtpMap {
  readonly kind: SdpMediaKind;
  /** 0…127 */
  readonly payloadType: number;
  /** Upper-case; from the static table where there is no rtpmap; "" when unknown. */
  readonly encodingName: string;
  /** Hz, > 0 */
  readonly clockRate: number;
  readonly channels: number | undefined;
  /** Keys lower-case, values as written. */
  readonly fmtp: ReadonlyMap<string, string>;
}

interface Section {
  control: string | undefined;
  connection: string | undefined;
  direction: SdpDirection | undefined;
  readonly attributes: Map<string, string>;
}

interface MediaSection extends Section {
  readonly kind: SdpMediaKind;
  readonly protocol: string;
  readonly port: number;
  readonly payloadTypes: number[];
  readonly encodings: Map<number, Encoding>;
  readonly parameters: Map<number, Map<string, string>>;
  /** Parameters of fmtp lines that name no payload type; they go to the first format. */
  readonly orphanParameters: Map<string, string>;
}

interface Encoding {
  readonly encodingName: string;
  readonly clockRate: number | undefined;
  readonly channels: number | undefined;
}

/** Reads a description. Throws `sdp-no-media` when it has no `m=` line and `sdp-too-large`; nothing else is an error. */
export function parseSdp(text: string): SessionDescription {
  if (text.length > MAX_SDP_LENGTH) {
    throw formatError("sdp-too-large", { details: { bytes: text.length, limit: MAX_SDP_LENGTH } });
  }
  const session = emptySection();
  const media: MediaSection[] = [];
  let name = "";
  let section: Section | MediaSection = session;
  for (const raw of text.split(/[\r\n\0]+/)) {
    const line = raw.trim();
    if (line[1] !== "=") continue;
    const value = line.slice(2).trim();
    switch (line[0]) {
      case "s":
        if (name === "") name = value;
        break;
      case "c":
        section.connection ??= parseConnection(value);
        break;
      case "a":
        readAttribute(section, value);
        break;
      case "m": {
        const opened = parseMediaLine(value);
        if (media.length < MAX_MEDIA) media.push(opened);
        section = opened;
        break;
      }
      default:
    }
  }
  if (media.length === 0) throw formatError("sdp-no-media");
  return {
    name,
    control: session.control,
    range: session.attributes.get("range"),
    connection: session.connection,
    attributes: session.attributes,
    media: media.map((each) => finishMedia(each, session.direction)),
  };
}

function emptySection(): Section {
  return { control: undefined, connection: undefined, direction: undefined, attributes: new Map() };
}

/** `<media> <port>[/<count>] <proto> <fmt> …` (RFC 8866 §5.14). */
function parseMediaLine(value: string): MediaSection {
  const [type = "", port = "", protocol = "", ...formats] = value.split(/\s+/, MAX_FORMATS + 3);
  const payloadTypes: number[] = [];
  for (const format of formats) {
    const payloadType = parseDecimal(format, 0, 127);
    if (payloadType !== undefined && !payloadTypes.includes(payloadType)) payloadTypes.push(payloadType);
  }
  return {
    ...emptySection(),
    kind: mediaKind(type),
    protocol: protocol === "" ? "RTP/AVP" : protocol.toUpperCase(),
    port: parseDecimal(port.split("/", 1)[0], 0, 65535) ?? 0,
    payloadTypes,
    encodings: new Map(),
    parameters: new Map(),
    orphanParameters: new Map(),
  };
}

function mediaKind(type: string): SdpMediaKind {
  const lower = type.toLowerCase();
  return lower === "video" || lower === "audio" ? lower : "application";
}

/** `IN IP4 <address>[/ttl[/count]]` (RFC 8866 §5.7). */
function parseConnection(value: string): string | undefined {
  const [network = "", type = "", address] = value.split(/\s+/, 3);
  return network.toUpperCase() === "IN" && /^IP[46]$/i.test(type) ? address : undefined;
}

function readAttribute(section: Section | MediaSection, text: string): void {
  const colon = text.indexOf(":");
  const name = (colon < 0 ? text : text.slice(0, colon)).trim().toLowerCase();
  const value = colon < 0 ? "" : text.slice(colon + 1).trim();
  switch (name) {
    case "control":
      section.control ??= value;
      return;
    case "sendrecv":
    case "sendonly":
    case "recvonly":
    case "inactive":
      section.direction = name;
      return;
    case "rtpmap":
      if ("encodings" in section) readRtpMap(section, value);
      return;
    case "fmtp":
      if ("encodings" in section) readFormatParameters(section, value);
      return;
    default:
      if (name !== "") setFirst(section.attributes, name, value);
  }
}

/** `<payload type> <encoding name>/<clock rate>[/<channels>]` (RFC 8866 §6.6). */
function readRtpMap(section: MediaSection, value: string): void {
  const parts = /^(\d{1,3})\s+(.*)$/.exec(value);
  const payloadType = parseDecimal(parts?.[1], 0, 127);
  if (parts === null || payloadType === undefined || section.encodings.has(payloadType)) return;
  if (section.encodings.size >= MAX_FORMATS) return;
  const [encodingName = "", clockRate, channels] = (parts[2] ?? "").split("/", 3);
  section.encodings.set(payloadType, {
    encodingName: encodingName.trim().toUpperCase(),
    clockRate: parseDecimal(clockRate, 1, MAX_CLOCK_RATE),
    channels: parseDecimal(channels, 1, MAX_CHANNELS),
  });
}

/** `<payload type> key=value;key=value…` (RFC 8866 §6.15). */
function readFormatParameters(section: MediaSection, value: string): void {
  const parts = /^(\d{1,3})(?:\s+(.*))?$/.exec(value);
  const payloadType = parseDecimal(parts?.[1], 0, 127);
  let parameters = section.orphanParameters;
  if (payloadType !== undefined) {
    const known = section.parameters.get(payloadType);
    if (known === undefined && section.parameters.size >= MAX_FORMATS) return;
    parameters = known ?? new Map<string, string>();
    section.parameters.set(payloadType, parameters);
  }
  for (const pair of (payloadType === undefined ? value : (parts?.[2] ?? "")).split(";", MAX_ATTRIBUTES)) {
    const equals = pair.indexOf("=");
    const key = (equals < 0 ? pair : pair.slice(0, equals)).trim().toLowerCase();
    if (key !== "") setFirst(parameters, key, equals < 0 ? "" : pair.slice(equals + 1).trim());
  }
}

function setFirst(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key) && map.size < MAX_ATTRIBUTES) map.set(key, value);
}

function finishMedia(section: MediaSection, sessionDirection: SdpDirection | undefined): MediaDescription {
  const payloadTypes = new Set([...section.payloadTypes, ...section.encodings.keys()]);
  const formats = [...payloadTypes]
    .slice(0, MAX_FORMATS)
    .map((payloadType, index) => finishFormat(section, payloadType, index === 0));
  return {
    kind: section.kind,
    protocol: section.protocol,
    port: section.port,
    control: section.control,
    direction: section.direction ?? sessionDirection,
    connection: section.connection,
    formats,
    attributes: section.attributes,
  };
}

function finishFormat(section: MediaSection, payloadType: number, first: boolean): RtpMap {
  const encoding = section.encodings.get(payloadType);
  const fixed = staticPayloadTypes.get(payloadType);
  const known = encoding?.encodingName === "" ? undefined : encoding;
  const own = section.parameters.get(payloadType);
  const fmtp = first ? new Map([...section.orphanParameters, ...(own ?? [])]) : (own ?? new Map<string, string>());
  return {
    kind: section.kind,
    payloadType,
    encodingName: known?.encodingName ?? fixed?.encodingName ?? "",
    clockRate: known?.clockRate ?? fixed?.clockRate ?? defaultClockRate(section.kind),
    channels: known === undefined ? fixed?.channels : known.channels,
    fmtp,
  };
}

function defaultClockRate(kind: SdpMediaKind): number {
  return kind === "audio" ? DEFAULT_AUDIO_CLOCK_RATE : DEFAULT_VIDEO_CLOCK_RATE;
}
