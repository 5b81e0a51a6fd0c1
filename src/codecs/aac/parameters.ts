/**
 * What an mpeg4-generic SDP line says (RFC 3640 §4.1), made whole: cameras leave out `config`, `mode` or the field lengths.
 * Missing ones become AAC-hbr's (§3.3.6); a missing configuration is guessed from clock rate and channels.
 */
import type { RtpFormat } from "../codec.ts";
import { channelsOf, fmtpHex, fmtpInteger, printableFmtp } from "../rtp-format.ts";
import type { AudioSpecificConfig } from "./audio-specific-config.ts";
import { guessAudioSpecificConfig, MAX_CONFIG_BYTES, parseAudioSpecificConfig } from "./audio-specific-config.ts";

/** Field lengths of AU headers, bits, at most. */
const MAX_FIELD_BITS = 32;

/** Lengths of the AU header's fields, bits; 0 = the field is absent. */
export interface AuHeaderLayout {
  readonly sizeBits: number;
  readonly indexBits: number;
  readonly indexDeltaBits: number;
  readonly ctsDeltaBits: number;
  readonly dtsDeltaBits: number;
  readonly randomAccess: boolean;
  readonly streamStateBits: number;
  /** Bits of the length of the auxiliary section; 0 = there is none. */
  readonly auxiliarySizeBits: number;
  /** Bytes of every access unit where the header doesn't tell; 0 = unknown. */
  readonly constantSize: number;
}

/** A configuration and its bytes. */
export interface AacConfig {
  readonly bytes: Buffer;
  readonly config: AudioSpecificConfig;
  /** Whether SDP gave it; otherwise it is a guess, to be replaced by what the stream shows. */
  readonly origin: "sdp" | "guess" | "adts";
}

/** AU header layout of `format`, AAC-hbr's or AAC-lbr's where it says nothing. */
export function auHeaderLayout(format: RtpFormat): AuHeaderLayout {
  const isLowRate = format.fmtp.get("mode")?.toLowerCase() === "aac-lbr";
  const constantSize = fmtpInteger(format, "constantsize") ?? 0;
  const silent = ["sizelength", "indexlength", "constantsize"].every((key) => fmtpInteger(format, key) === undefined);
  const field = (key: string, otherwise: number): number =>
    Math.min(MAX_FIELD_BITS, fmtpInteger(format, key) ?? (silent ? otherwise : 0));
  return {
    sizeBits: field("sizelength", isLowRate ? 6 : 13),
    indexBits: field("indexlength", isLowRate ? 2 : 3),
    indexDeltaBits: field("indexdeltalength", isLowRate ? 2 : 3),
    ctsDeltaBits: field("ctsdeltalength", 0),
    dtsDeltaBits: field("dtsdeltalength", 0),
    randomAccess: fmtpInteger(format, "randomaccessindication") === 1,
    streamStateBits: field("streamstateindication", 0),
    auxiliarySizeBits: field("auxiliarydatasizelength", 0),
    constantSize,
  };
}

/** The configuration SDP gives or lets guess; undefined when neither. */
export function aacConfig(format: RtpFormat): AacConfig | undefined {
  const given = fmtpHex(format, "config");
  const config = given === undefined ? undefined : parseAudioSpecificConfig(given);
  if (given !== undefined && config !== undefined) return { bytes: given, config, origin: "sdp" };
  const guessed = guessAudioSpecificConfig(format.clockRate, channelsOf(format));
  return guessed === undefined ? undefined : withOrigin(guessed, "guess");
}

/** A configuration from its bytes; undefined when they make no sense. */
export function withOrigin(bytes: Buffer, origin: AacConfig["origin"]): AacConfig | undefined {
  const config = bytes.length > MAX_CONFIG_BYTES ? undefined : parseAudioSpecificConfig(bytes);
  return config === undefined ? undefined : { bytes, config, origin };
}

/** The source's fmtp values with what was missing or broken put right. */
export function mendedFmtp(format: RtpFormat, config: AacConfig | undefined): Map<string, string> {
  const values = printableFmtp(format.fmtp);
  const layout = auHeaderLayout(format);
  if (!values.has("streamtype")) values.set("streamtype", "5");
  if (!values.has("profile-level-id")) values.set("profile-level-id", "1");
  if (!values.has("mode")) values.set("mode", "AAC-hbr");
  if (layout.sizeBits > 0) values.set("sizelength", String(layout.sizeBits));
  if (layout.indexBits > 0) values.set("indexlength", String(layout.indexBits));
  if (layout.indexDeltaBits > 0) values.set("indexdeltalength", String(layout.indexDeltaBits));
  values.delete("config");
  if (config !== undefined) values.set("config", config.bytes.toString("hex"));
  return values;
}
