/**
 * What an RTSP request's address names: a path of ours, its query, and one of its tracks (RFC 2326 §3.2, §C.1.1). Path
 * names are checked here, before anything looks them up: `.` and `..` segments, doubled slashes, control characters and
 * spaces are refused; one slash at the end is no part of the name. Clients append the control attribute to the whole
 * address, query included, or put it between path and query (GStreamer), so a track is looked for at the end of the path
 * and at the end of the query.
 */
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";

const MAX_PATH_CHARACTERS = 1024;
const MAX_TRACK_DIGITS = 3;
const TRACK_SUFFIX = new RegExp(`/trackID=(\\d{1,${String(MAX_TRACK_DIGITS)}})/?$`);

/** A request's address, taken apart. */
export interface RequestTarget {
  /** Clean path name without slashes at its ends. */
  readonly path: string;
  /** After `?`, without it; "" for none. */
  readonly query: string;
  /** Number of our control attribute `trackID=N`, where the address ends with one. */
  readonly track: number | undefined;
}

/** Path and query of an absolute or relative address as written, without scheme and authority; begins with `/` or `?`, or is "". */
export function pathAndQuery(url: string): string {
  const withoutFragment = url.replace(/#.*$/s, "");
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*(.*)$/is.exec(withoutFragment);
  return match?.[1] ?? withoutFragment;
}

/** An address (path and query) up to its query. */
export function withoutQuery(address: string): string {
  return address.replace(/\?.*$/s, "");
}

/** Takes an address apart. Throws `rtsp-path-invalid`. */
export function readRequestTarget(url: string): RequestTarget {
  const whole = pathAndQuery(url);
  const found = TRACK_SUFFIX.exec(whole) ?? TRACK_SUFFIX.exec(withoutQuery(whole));
  const bare = found === null ? whole : whole.slice(0, found.index) + whole.slice(found.index + found[0].length);
  const mark = bare.indexOf("?");
  const query = mark < 0 ? "" : bare.slice(mark + 1).replace(/\/$/, "");
  return {
    path: cleanPath(mark < 0 ? bare : bare.slice(0, mark)),
    query,
    track: found?.[1] === undefined ? undefined : Number(found[1]),
  };
}

/** The path name behind a written path. Throws `rtsp-path-invalid`. */
function cleanPath(written: string): string {
  if (written.length > MAX_PATH_CHARACTERS) throw invalid("it is too long");
  const name = decode(written).replace(/^\//, "").replace(/\/$/, "");
  if (name === "") throw invalid("it is empty");
  for (const segment of name.split("/")) {
    if (segment === "") throw invalid("it has two slashes in a row");
    if (segment === "." || segment === "..") throw invalid("it has a '.' or '..' part");
    if (/[\u0000-\u0020\u007f\\]/.test(segment)) throw invalid("it has a space, backslash or control character");
  }
  return name;
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    throw invalid("its percent encoding is broken");
  }
}

function invalid(reason: string): Error {
  return rtspServerError("rtsp-path-invalid", { details: { reason } });
}

/** Whether the client asks for multicast by a word in the query, as players do that can't choose a transport. */
export function asksForMulticast(query: string): boolean {
  return query.split("&").some((part) => part === "vlcmulticast" || part.startsWith("vlcmulticast="));
}
