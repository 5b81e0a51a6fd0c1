import assert from "node:assert/strict";
import { test } from "node:test";
import { ResyncWindow, WINDOW_BYTES, beginsMessage } from "#formats/rtsp-message/resync-window.ts";

function last(text: string): string {
  const window = new ResyncWindow();
  let match = "none";
  for (const byte of Buffer.from(text, "latin1")) match = window.push(byte);
  return match;
}

const cases: readonly { bytes: string; match: string }[] = [
  { bytes: "RTSP/", match: "message" },
  { bytes: "HTTP/", match: "message" },
  { bytes: "OPTIO", match: "message" },
  { bytes: "GET_P", match: "message" },
  { bytes: "SET_P", match: "message" },
  { bytes: "ANNOU", match: "message" },
  { bytes: "xxRTSP/", match: "message" },
  { bytes: "RTSP", match: "none" },
  { bytes: "rtsp/", match: "none" },
  { bytes: "HELLO", match: "none" },
  { bytes: "$\0\0\x08\x80", match: "frame" },
  { bytes: "$\xff\xff\xff\xbf", match: "frame" },
  { bytes: "$\0\0\x04\x81", match: "frame" },
  { bytes: "$\0\0\x03\x80", match: "none" },
  { bytes: "$\0\0\x08\x40", match: "none" },
  { bytes: "$\0\0\x08\xc0", match: "none" },
  { bytes: "$$\0\0\x08\x80", match: "frame" },
  { bytes: "\0\0\0\0\0", match: "none" },
];
for (const { bytes, match } of cases) {
  test(`${JSON.stringify(bytes)} ends in ${match}`, () => {
    assert.equal(last(bytes), match);
  });
}

test("after clearing, five new bytes are needed", () => {
  const window = new ResyncWindow();
  for (const byte of Buffer.from("RTSP")) window.push(byte);
  assert.equal(window.filled, 4);
  window.clear();
  assert.equal(window.filled, 0);
  assert.equal(window.push(0x2f), "none");
});

test("looks at five bytes wherever they lie", () => {
  assert.equal(beginsMessage(Buffer.from("..TEARDOWN"), 2), true);
  assert.equal(beginsMessage(Buffer.from("..TEARDOWN"), 1), false);
  assert.equal(WINDOW_BYTES, 5);
});
