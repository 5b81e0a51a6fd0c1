import assert from "node:assert/strict";
import { test } from "node:test";
import { SluiceError } from "#base/errors.ts";
import { RtspHeaders } from "#formats/rtsp-message/headers.ts";
import { defaultLimits } from "#formats/rtsp-message/limits.ts";
import { parseHead, printRequest, printResponse, withBody } from "#formats/rtsp-message/message.ts";
import type { MessageHead } from "#formats/rtsp-message/message.ts";

function head(text: string, tolerant = false): MessageHead {
  return parseHead(Buffer.from(text), { ...defaultLimits, tolerant });
}

function codeOf(text: string, tolerant = false): string {
  try {
    head(text, tolerant);
  } catch (error) {
    assert.ok(error instanceof SluiceError);
    return error.code;
  }
  return "none";
}

const startLines: readonly { line: string; read: unknown[] }[] = [
  { line: "OPTIONS * RTSP/1.0", read: ["request", "OPTIONS", "*", "RTSP/1.0"] },
  { line: "DESCRIBE rtsp://h/p?a=b RTSP/1.0", read: ["request", "DESCRIBE", "rtsp://h/p?a=b", "RTSP/1.0"] },
  { line: "GET_PARAMETER rtsp://h/p RTSP/2.0", read: ["request", "GET_PARAMETER", "rtsp://h/p", "RTSP/2.0"] },
  { line: "SETUP  rtsp://h/p  RTSP/1.0 ", read: ["request", "SETUP", "rtsp://h/p", "RTSP/1.0"] },
  { line: "GET /tunnel HTTP/1.1", read: ["request", "GET", "/tunnel", "HTTP/1.1"] },
  { line: "POST /tunnel HTTP/1.0", read: ["request", "POST", "/tunnel", "HTTP/1.0"] },
  { line: "RTSP/1.0 200 OK", read: ["response", 200, "OK", "RTSP/1.0"] },
  { line: "RTSP/1.0 404 Stream Not Found", read: ["response", 404, "Stream Not Found", "RTSP/1.0"] },
  { line: "RTSP/1.0 200", read: ["response", 200, "", "RTSP/1.0"] },
  { line: "RTSP/1.0  461  Unsupported Transport ", read: ["response", 461, "Unsupported Transport", "RTSP/1.0"] },
  { line: "HTTP/1.0 401 Unauthorized", read: ["response", 401, "Unauthorized", "HTTP/1.0"] },
];
for (const { line, read } of startLines) {
  test(`reads the start line "${line}"`, () => {
    const { message } = head(`${line}\r\nCSeq: 1\r\n\r\n`);
    const fields = message.kind === "request" ? [message.method, message.url] : [message.status, message.reason];
    assert.deepEqual([message.kind, ...fields, message.protocol], read);
    assert.equal(message.headers.get("CSeq"), "1");
  });
}

const malformed = [
  "",
  "OPTIONS",
  "OPTIONS *",
  "OPTIONS * RTSP",
  "OPTIONS * RTSP/3.0",
  "OPTIONS * SIP/2.0",
  "OPTIONS a b RTSP/1.0",
  "OPTIONS  RTSP/1.0",
  "1OPTIONS * RTSP/1.0",
  `${"M".repeat(33)} * RTSP/1.0`,
  "RTSP/1.0 20 OK",
  "RTSP/1.0 2000 OK",
  "RTSP/1.0 OK",
  "rtsp/1.0 200 OK",
  "SSH-2.0-OpenSSH",
];
for (const line of malformed) {
  test(`refuses the start line "${line.slice(0, 20)}"`, () => {
    assert.equal(codeOf(`${line}\r\n\r\n`), "rtsp-start-line-malformed");
    assert.equal(codeOf(`${line}\r\n\r\n`, true), "rtsp-start-line-malformed");
  });
}

test("the text of an error shows the line without control characters, and not all of it", () => {
  assert.throws(
    () => head(`\x1b[31mEVIL${"x".repeat(500)}\r\n\r\n`),
    (error: SluiceError) => /first line/.test(error.message) && /\?\[31mEVIL/.test(error.message) && error.message.length < 200,
  );
});

const headerLines: readonly { line: string; name: string; value: string }[] = [
  { line: "CSeq: 7", name: "cseq", value: "7" },
  { line: "CSeq:7", name: "cseq", value: "7" },
  { line: "CSeq :  7  ", name: "cseq", value: "7" },
  { line: "Empty:", name: "empty", value: "" },
  { line: "Location: rtsp://h:554/p", name: "location", value: "rtsp://h:554/p" },
  { line: "Server: 摄像机", name: "server", value: "摄像机" },
];
for (const { line, name, value } of headerLines) {
  test(`reads the header line "${line}"`, () => {
    assert.equal(head(`RTSP/1.0 200 OK\r\n${line}\r\n\r\n`).message.headers.get(name), value);
    assert.equal(head(`RTSP/1.0 200 OK\n${line}\n\n`).message.headers.get(name), value);
  });
}

test("bytes that aren't UTF-8 are kept one by one", () => {
  const bytes = Buffer.from("RTSP/1.0 200 OK\r\nServer: caf\xe9\r\n\r\n", "latin1");
  assert.equal(parseHead(bytes, defaultLimits).message.headers.get("Server"), "caf\u00e9");
});

test("a header line without a name ends a strict reading, a tolerant one steps over it", () => {
  for (const line of ["no colon here", ": value", "=?"]) {
    assert.equal(codeOf(`RTSP/1.0 200 OK\r\n${line}\r\nCSeq: 1\r\n\r\n`), "rtsp-header-malformed");
    assert.equal(head(`RTSP/1.0 200 OK\r\n${line}\r\nCSeq: 1\r\n\r\n`, true).message.headers.get("CSeq"), "1");
  }
});

const limits: readonly { name: string; text: (extra: number) => string; code: string }[] = [
  {
    name: "a URL",
    text: (extra) => `DESCRIBE rtsp://h/${"p".repeat(2048 - 9 + extra)} RTSP/1.0\r\n\r\n`,
    code: "rtsp-url-too-long",
  },
  {
    name: "a header name",
    text: (extra) => `OPTIONS * RTSP/1.0\r\n${"n".repeat(512 + extra)}: 1\r\n\r\n`,
    code: "rtsp-header-name-too-long",
  },
  {
    name: "a header value",
    text: (extra) => `OPTIONS * RTSP/1.0\r\nA: ${"v".repeat(2048 + extra)}\r\n\r\n`,
    code: "rtsp-header-value-too-long",
  },
  {
    name: "the number of headers",
    text: (extra) => `OPTIONS * RTSP/1.0\r\n${"A: 1\r\n".repeat(255 + extra)}\r\n`,
    code: "rtsp-too-many-headers",
  },
  {
    name: "the body",
    text: (extra) => `OPTIONS * RTSP/1.0\r\nContent-Length: ${String(131072 + extra)}\r\n\r\n`,
    code: "rtsp-body-too-large",
  },
];
for (const { name, text, code } of limits) {
  test(`holds the limit of ${name} to the byte`, () => {
    assert.equal(codeOf(text(0)), "none");
    assert.equal(codeOf(text(1)), code);
  });
}

const lengths: readonly { header: string; bytes: number | string }[] = [
  { header: "Content-Length: 12", bytes: 12 },
  { header: "content-length:  12  ", bytes: 12 },
  { header: "Content-Length:", bytes: 0 },
  { header: "X: y", bytes: 0 },
  { header: "Content-Length: 12\r\nContent-Length: 13", bytes: 12 },
  { header: "Content-Length: -1", bytes: "rtsp-content-length-malformed" },
  { header: "Content-Length: 1e3", bytes: "rtsp-content-length-malformed" },
  { header: "Content-Length: 0x10", bytes: "rtsp-content-length-malformed" },
  { header: "Content-Length: twelve", bytes: "rtsp-content-length-malformed" },
  { header: "Content-Length: 99999999999999999999", bytes: "rtsp-content-length-malformed" },
  { header: "Content-Length: 4294967297", bytes: "rtsp-body-too-large" },
];
for (const { header, bytes } of lengths) {
  test(`${JSON.stringify(header)} announces ${String(bytes)}`, () => {
    const text = `RTSP/1.0 200 OK\r\n${header}\r\n\r\n`;
    if (typeof bytes === "number") assert.equal(head(text).bodyBytes, bytes);
    else assert.equal(codeOf(text), bytes);
  });
}

test("HTTP heads have no body here: what follows is the tunnel", () => {
  assert.equal(head("POST /t HTTP/1.1\r\nContent-Length: 32767\r\n\r\n").bodyBytes, 0);
  assert.equal(head("POST /t HTTP/1.1\r\nContent-Length: many\r\n\r\n").bodyBytes, 0);
});

test("prints a request with its headers in order, and its length last", () => {
  const headers = RtspHeaders.of({ CSeq: "3", "Content-Type": "application/sdp" });
  const bytes = printRequest({ method: "ANNOUNCE", url: "rtsp://h/p", headers, body: Buffer.from("v=0") });
  assert.equal(
    bytes.toString(),
    "ANNOUNCE rtsp://h/p RTSP/1.0\r\nCSeq: 3\r\nContent-Type: application/sdp\r\nContent-Length: 3\r\n\r\nv=0",
  );
  assert.equal(headers.has("Content-Length"), false);
});

test("prints a response without a body", () => {
  const bytes = printResponse({ status: 454, reason: "Session Not Found", headers: RtspHeaders.of({ CSeq: "3" }) });
  assert.equal(bytes.toString(), "RTSP/1.0 454 Session Not Found\r\nCSeq: 3\r\n\r\n");
});

test("a wrong Content-Length is put right, whatever the headers say", () => {
  const headers = RtspHeaders.of({ "content-length": "99", CSeq: "1" });
  assert.equal(printResponse({ status: 200, reason: "OK", headers }).toString(), "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
  const withText = printResponse({ status: 200, reason: "OK", headers, body: Buffer.from("ab") });
  assert.equal(withText.toString(), "RTSP/1.0 200 OK\r\nContent-Length: 2\r\nCSeq: 1\r\n\r\nab");
});

test("an HTTP request keeps the length it declares for its tunnel", () => {
  const headers = RtspHeaders.of({ "Content-Length": "32767" });
  const bytes = printRequest({ method: "POST", url: "/t", protocol: "HTTP/1.0", headers });
  assert.equal(bytes.toString(), "POST /t HTTP/1.0\r\nContent-Length: 32767\r\n\r\n");
});

test("no part of a start line can begin another line", () => {
  const bytes = printResponse({ status: 200, reason: "OK\r\nX: y", headers: new RtspHeaders() });
  assert.equal(bytes.toString(), "RTSP/1.0 200 OK  X: y\r\n\r\n");
});

test("reads back the messages it prints", () => {
  const headers = RtspHeaders.of({ CSeq: "1", Server: "相机", "X-Empty": "" });
  const request = head(printRequest({ method: "PLAY", url: "rtsp://h/p", headers }).toString()).message;
  assert.equal(
    printRequest(request as Parameters<typeof printRequest>[0]).toString(),
    printRequest({ method: "PLAY", url: "rtsp://h/p", headers }).toString(),
  );
  const body = Buffer.from("body");
  const { message, bodyBytes } = head(printResponse({ status: 200, reason: "OK", headers, body }).toString().slice(0, -4));
  assert.equal(bodyBytes, 4);
  assert.equal(withBody(message, body).body, body);
  assert.equal(withBody(message, body).headers, message.headers);
});
