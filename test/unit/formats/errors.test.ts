import assert from "node:assert/strict";
import { test } from "node:test";
import { formatError, formatErrors } from "#formats/errors.ts";

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();

for (const [code, text] of Object.entries(formatErrors)) {
  test(`${code} says the same in both languages`, () => {
    assert.match(code, /^(rtsp|sdp|jsep)(-[a-z]+)+$/);
    assert.deepEqual(placeholders(text.en), placeholders(text.zh));
    for (const part of [text.en, text.zh, text.remedyEn, text.remedyZh]) assert.notEqual(part.trim(), "");
    assert.match(text.zh, /[\u4e00-\u9fff]/);
    assert.match(text.remedyZh, /[\u4e00-\u9fff]/);
  });
}

test("an error fills its text and carries its code", () => {
  const error = formatError("rtsp-body-too-large", { details: { bytes: 5, limit: 4 } });
  assert.equal(error.code, "rtsp-body-too-large");
  assert.equal(error.message, "The body of an RTSP message is 5 bytes; 4 are allowed");
  assert.equal(error.describe("zh"), "RTSP 消息正文为 5 字节,上限为 4 字节");
});
