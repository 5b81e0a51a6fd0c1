/**
 * RTSP requests and responses (RFC 2326 §4–7), and the few HTTP ones that open tunnels on the same port: their shape, printing,
 * and reading of a complete head. The incremental reader is stream-reader.ts.
 */
import { isUtf8 } from "node:buffer";
import { formatError } from "../errors.ts";
import { parseDecimal, singleLine } from "../header-field/parameters.ts";
import { RtspHeaders } from "./headers.ts";
import type { RtspLimits } from "./limits.ts";

const SHOWN_LINE_CHARACTERS = 80;
/** UTF-8 bytes of one UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/** Protocol and version of a start line; HTTP appears only where a tunnel is opened. */
export type RtspProtocol = "RTSP/1.0" | "RTSP/2.0" | "HTTP/1.0" | "HTTP/1.1";

/** A request. */
export interface RtspRequest {
  readonly kind: "request";
  /** Upper-case in all standard methods; compared with case (RFC 2326 §6.1). */
  readonly method: string;
  /** As sent: absolute URL, `*`, or a path (HTTP). */
  readonly url: string;
  readonly protocol: RtspProtocol;
  readonly headers: RtspHeaders;
  readonly body: Buffer;
}

/** A response. */
export interface RtspResponse {
  readonly kind: "response";
  /** 100…999 */
  readonly status: number;
  readonly reason: string;
  readonly protocol: RtspProtocol;
  readonly headers: RtspHeaders;
  readonly body: Buffer;
}

/** Either; told apart by `kind`. */
export type RtspMessage = RtspRequest | RtspResponse;

/** What a request is printed from; RTSP/1.0 and no body by default. */
export type PrintableRequest = Pick<RtspRequest, "method" | "url" | "headers"> & Partial<RtspRequest>;

/** What a response is printed from; RTSP/1.0 and no body by default. */
export type PrintableResponse = Pick<RtspResponse, "status" | "reason" | "headers"> & Partial<RtspResponse>;

/** A message without its body, as the reader finds it. */
export interface MessageHead {
  /** With an empty body. */
  readonly message: RtspMessage;
  /** Bytes of body that follow; 0 for HTTP, whose tunnels declare lengths nobody means. */
  readonly bodyBytes: number;
}

const EMPTY = Buffer.alloc(0);

/** A request as it goes onto the wire. Content-Length follows the body. */
export function printRequest(request: PrintableRequest): Buffer {
  const protocol = request.protocol ?? "RTSP/1.0";
  return printMessage(`${request.method} ${request.url} ${protocol}`, { ...request, protocol });
}

/** A response as it goes onto the wire. Content-Length follows the body. */
export function printResponse(response: PrintableResponse): Buffer {
  const protocol = response.protocol ?? "RTSP/1.0";
  return printMessage(`${protocol} ${String(response.status)} ${response.reason}`, { ...response, protocol });
}

/** The same message with `body`. */
export function withBody(message: RtspMessage, body: Buffer): RtspMessage {
  return { ...message, body };
}

/** Reads a complete head: start line, headers, blank line. Throws `rtsp-…` on what it can't read or what is over a limit. */
export function parseHead(bytes: Buffer, limits: RtspLimits): MessageHead {
  const text = withoutControls(decodeText(bytes));
  const headers = new RtspHeaders();
  let startLine: string | undefined;
  let count = 0;
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end).trim();
    at = end + 1;
    if (startLine === undefined) startLine = line;
    else if (line !== "") {
      count += 1;
      if (count > limits.maxHeaders) throw formatError("rtsp-too-many-headers", { details: { limit: limits.maxHeaders } });
      readHeaderLine(line, headers, limits);
    }
  }
  const message = parseStartLine(startLine ?? "", headers, limits);
  return { message, bodyBytes: message.protocol.startsWith("HTTP/") ? 0 : bodyBytes(headers, limits) };
}

function printMessage(startLine: string, parts: { protocol: RtspProtocol; headers: RtspHeaders; body?: Buffer }): Buffer {
  const body = parts.body ?? EMPTY;
  const head = `${singleLine(startLine)}\r\n${printHeaders(parts.headers, parts.protocol, body)}\r\n`;
  return body.length === 0 ? Buffer.from(head) : Buffer.concat([Buffer.from(head), body]);
}

/** A wrong Content-Length would make the peer read the next message as body, so RTSP's is always that of the body. */
function printHeaders(headers: RtspHeaders, protocol: RtspProtocol, body: Buffer): string {
  const declared = headers.get("Content-Length");
  const actual = String(body.length);
  if (protocol.startsWith("HTTP/") && body.length === 0) return headers.print();
  if (declared === (body.length === 0 ? undefined : actual)) return headers.print();
  const copy = new RtspHeaders();
  for (const [name, value] of headers.entries()) copy.append(name, value);
  if (body.length === 0) copy.delete("Content-Length");
  else copy.set("Content-Length", actual);
  return copy.print();
}

/** UTF-8 where it is; otherwise each byte one character, so that odd encodings pass without loss of length. */
function decodeText(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString("utf8") : bytes.toString("latin1");
}

/** A CR that doesn't end a line, or a zero byte, counts as a blank. */
function withoutControls(text: string): string {
  return /\0|\r(?!\n)/.test(text) ? text.replace(/\0|\r(?!\n)/g, " ") : text;
}

function parseStartLine(line: string, headers: RtspHeaders, limits: RtspLimits): RtspMessage {
  // No method has a slash.
  const answers = line.startsWith("RTSP/") || line.startsWith("HTTP/");
  const response = answers ? /^(RTSP\/[12]\.0|HTTP\/1\.[01]) +(\d{3})(?: +(.*))?$/.exec(line) : null;
  if (response !== null) {
    const [, protocol = "", status = "", reason = ""] = response;
    return { kind: "response", status: Number(status), reason, protocol: protocol as RtspProtocol, headers, body: EMPTY };
  }
  const request = /^([A-Za-z][A-Za-z_-]{0,31}) +(\S+) +(RTSP\/[12]\.0|HTTP\/1\.[01])$/.exec(line);
  if (request === null) throw formatError("rtsp-start-line-malformed", { details: { line: shown(line) } });
  const [, method = "", url = "", protocol = ""] = request;
  if (isLonger(url, limits.maxUrlBytes)) {
    throw formatError("rtsp-url-too-long", { details: { limit: limits.maxUrlBytes } });
  }
  return { kind: "request", method, url, protocol: protocol as RtspProtocol, headers, body: EMPTY };
}

/** `Name: value`. A line without colon ends a strict reading; a tolerant one steps over it (cameras wrap long values). */
function readHeaderLine(line: string, headers: RtspHeaders, limits: RtspLimits): void {
  const colon = line.indexOf(":");
  const name = line.slice(0, Math.max(colon, 0)).trim();
  if (name === "") {
    if (limits.tolerant) return;
    throw formatError("rtsp-header-malformed", { details: { line: shown(line) } });
  }
  const value = line.slice(colon + 1).trim();
  if (isLonger(name, limits.maxHeaderNameBytes)) {
    throw formatError("rtsp-header-name-too-long", { details: { limit: limits.maxHeaderNameBytes } });
  }
  if (isLonger(value, limits.maxHeaderValueBytes)) {
    throw formatError("rtsp-header-value-too-long", { details: { limit: limits.maxHeaderValueBytes } });
  }
  headers.append(name, value);
}

/** Whether `text` has more than `bytes` bytes; those of short ones, nearly all, needn't be counted. */
function isLonger(text: string, bytes: number): boolean {
  return text.length * MAX_BYTES_PER_UNIT > bytes && Buffer.byteLength(text) > bytes;
}

function bodyBytes(headers: RtspHeaders, limits: RtspLimits): number {
  const text = headers.get("Content-Length");
  if (text === undefined || text === "") return 0;
  const bytes = parseDecimal(text, 0, Number.MAX_SAFE_INTEGER);
  if (bytes === undefined) throw formatError("rtsp-content-length-malformed", { details: { value: shown(text) } });
  if (bytes > limits.maxBodyBytes) {
    throw formatError("rtsp-body-too-large", { details: { bytes, limit: limits.maxBodyBytes } });
  }
  return bytes;
}

/** The beginning of a peer's text, printable characters only. */
function shown(text: string): string {
  return text.slice(0, SHOWN_LINE_CHARACTERS).replace(/[^\x20-\x7e\u00a0-\uffff]/g, "?");
}
