import assert from "node:assert/strict";
import { test } from "node:test";
import type { SluiceError } from "#base/errors.ts";
import { MAX_HEADERS, RtspHeaders } from "#formats/rtsp-message/headers.ts";

test("finds a header whatever its case, and prints it as it was given", () => {
  const headers = RtspHeaders.of({ CSeq: "1", "User-Agent": "Sluice" });
  assert.equal(headers.get("cseq"), "1");
  assert.equal(headers.get("CSEQ"), "1");
  assert.equal(headers.has("user-agent"), true);
  assert.equal(headers.get("Session"), undefined);
  assert.equal(headers.has("Session"), false);
  assert.equal(headers.print(), "CSeq: 1\r\nUser-Agent: Sluice\r\n");
});

test("keeps several entries of one name in order", () => {
  const headers = new RtspHeaders();
  headers.append("WWW-Authenticate", "Basic");
  headers.append("CSeq", "2");
  headers.append("www-authenticate", "Digest");
  assert.deepEqual(headers.all("WWW-Authenticate"), ["Basic", "Digest"]);
  assert.deepEqual(headers.all("Session"), []);
  assert.equal(headers.get("WWW-Authenticate"), "Basic");
  assert.equal(headers.size, 3);
});

test("setting a header keeps its place and leaves one entry", () => {
  const headers = RtspHeaders.of({ CSeq: "1", Session: "a", Range: "npt=0-" });
  headers.append("session", "b");
  headers.set("SESSION", "c");
  assert.deepEqual(
    [...headers.entries()],
    [
      ["CSeq", "1"],
      ["SESSION", "c"],
      ["Range", "npt=0-"],
    ],
  );
  headers.set("Scale", "1");
  assert.equal(headers.print(), "CSeq: 1\r\nSESSION: c\r\nRange: npt=0-\r\nScale: 1\r\n");
});

test("deletes every entry of a name", () => {
  const headers = RtspHeaders.of({ A: "1", B: "2" });
  headers.append("a", "3");
  headers.delete("A");
  headers.delete("missing");
  assert.deepEqual([...headers.entries()], [["B", "2"]]);
});

test("names of JavaScript's own objects are names like others", () => {
  const headers = new RtspHeaders();
  assert.equal(headers.get("constructor"), undefined);
  headers.append("__proto__", "x");
  assert.equal(headers.get("__PROTO__"), "x");
});

test("no name or value can begin another line", () => {
  const headers = new RtspHeaders();
  headers.append("A\r\nX", "1\r\nB: 2\nC: 3\0");
  assert.equal(headers.print(), "A  X: 1  B: 2 C: 3 \r\n");
});

test("takes a bounded number of entries", () => {
  const headers = new RtspHeaders();
  for (let index = 0; index < MAX_HEADERS; index++) headers.append("X", String(index));
  assert.throws(
    () => {
      headers.append("X", "one too many");
    },
    (error: SluiceError) => error.code === "rtsp-too-many-headers",
  );
});
