import assert from "node:assert/strict";
import { test } from "node:test";
import { Splitter } from "#test/bench/load/splitter.ts";

const FRAME = Buffer.from([0x24, 2, 0, 3, 1, 2, 3]);
const REPLY = Buffer.from("RTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Length: 2\r\n\r\nhi");
const STREAM = Buffer.concat([REPLY, FRAME, FRAME, REPLY, REPLY, FRAME]);
const EXPECTED = ["message 7 hi", "frame 2 010203", "frame 2 010203", "message 7 hi", "message 7 hi", "frame 2 010203"];

function split(chunks: readonly Buffer[]): string[] {
  const seen: string[] = [];
  const splitter = new Splitter({
    onMessage: ({ headers, body }) => seen.push(`message ${headers.get("cseq") ?? ""} ${body}`),
    onFrame: (channel, buffer, { start, end }) => seen.push(`frame ${channel} ${buffer.toString("hex", start, end)}`),
  });
  for (const chunk of chunks) splitter.push(chunk, chunk.length);
  return seen;
}

test("messages and frames come apart however the bytes are cut", () => {
  for (let size = 1; size <= STREAM.length; size += 1) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < STREAM.length; at += size) chunks.push(STREAM.subarray(at, at + size));
    assert.deepEqual(split(chunks), EXPECTED, `chunks of ${size}`);
  }
});

test("bytes beyond the given end are not read", () => {
  const seen: number[] = [];
  const splitter = new Splitter({ onMessage: () => undefined, onFrame: (channel) => seen.push(channel) });
  splitter.push(Buffer.concat([FRAME, FRAME]), FRAME.length + 2);
  assert.deepEqual(seen, [2]);
});

test("a peer that speaks something else is an error", () => {
  assert.throws(() => split([Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]), /not an RTSP message/);
  assert.throws(() => split([Buffer.alloc(300_000, 0x41)]), /without an end/);
});
