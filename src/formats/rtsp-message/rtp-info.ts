/**
 * The RTP-Info header (RFC 2326 §12.33): where each track's timeline stands when playing begins.
 */
import { parseDecimal } from "../header-field/parameters.ts";

/** Entries read from one header; further ones are ignored. */
export const MAX_RTP_INFO_ENTRIES = 64;

const MAX_SEQUENCE = 0xffff;
const MAX_RTP_TIME = 0xffffffff;

/** One track's entry. */
export interface RtpInfoEntry {
  /** As written: absolute, or relative to the request's. */
  readonly url: string;
  /** Sequence number of the first packet, 0…65535. */
  readonly sequence: number | undefined;
  /** RTP timestamp of the range's start, 32 bit. */
  readonly rtpTime: number | undefined;
}

/** Reads the entries; those without URL are left out. Never fails. */
export function parseRtpInfo(value: string): RtpInfoEntry[] {
  const entries: RtpInfoEntry[] = [];
  // URLs may hold commas and semicolons: an entry begins at "url=", its parameters are looked for at its end.
  for (const part of value.split(/(?:^|,)\s*url\s*=/i).slice(1, MAX_RTP_INFO_ENTRIES + 1)) {
    let url = part.trim();
    let sequence: number | undefined;
    let rtpTime: number | undefined;
    for (;;) {
      const semicolon = url.lastIndexOf(";");
      if (semicolon < 0) break;
      const [name = "", text] = url.slice(semicolon + 1).split("=", 2);
      const parameter = name.trim().toLowerCase();
      if (parameter === "seq") sequence = parseDecimal(text, 0, MAX_SEQUENCE);
      else if (parameter === "rtptime") rtpTime = parseDecimal(text, 0, MAX_RTP_TIME);
      else if (parameter !== "" && parameter !== "ssrc") break;
      url = url.slice(0, semicolon).trimEnd();
    }
    if (url !== "") entries.push({ url, sequence, rtpTime });
  }
  return entries;
}

/** Writes the entries. */
export function printRtpInfo(entries: readonly RtpInfoEntry[]): string {
  return entries.map(printEntry).join(",");
}

function printEntry(entry: RtpInfoEntry): string {
  const sequence = entry.sequence === undefined ? "" : `;seq=${String(entry.sequence)}`;
  const rtpTime = entry.rtpTime === undefined ? "" : `;rtptime=${String(entry.rtpTime)}`;
  return `url=${entry.url}${sequence}${rtpTime}`;
}
