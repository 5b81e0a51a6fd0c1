import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSession, printSession } from "#formats/rtsp-message/session.ts";

const cases: readonly { value: string; id: string; timeoutSeconds: number | undefined }[] = [
  { value: "12345678", id: "12345678", timeoutSeconds: undefined },
  { value: "12345678;timeout=60", id: "12345678", timeoutSeconds: 60 },
  { value: " 12345678 ; timeout = 12 ", id: "12345678", timeoutSeconds: 12 },
  { value: "ab$-_.+;TIMEOUT=30", id: "ab$-_.+", timeoutSeconds: 30 },
  { value: "1;x=y;timeout=5;timeout=6", id: "1", timeoutSeconds: 5 },
  { value: "1;timeout=", id: "1", timeoutSeconds: undefined },
  { value: "1;timeout=0", id: "1", timeoutSeconds: undefined },
  { value: "1;timeout=-5", id: "1", timeoutSeconds: undefined },
  { value: "1;timeout=soon", id: "1", timeoutSeconds: undefined },
  { value: "1;timeout=99999999999", id: "1", timeoutSeconds: undefined },
  { value: "1;timeout", id: "1", timeoutSeconds: undefined },
  { value: "", id: "", timeoutSeconds: undefined },
  { value: ";timeout=60", id: "", timeoutSeconds: 60 },
];
for (const { value, id, timeoutSeconds } of cases) {
  test(`reads ${JSON.stringify(value)}`, () => {
    assert.deepEqual(parseSession(value), { id, timeoutSeconds });
  });
}

test("reads back what it writes", () => {
  for (const session of [
    { id: "abc", timeoutSeconds: undefined },
    { id: "abc", timeoutSeconds: 60 },
  ]) {
    assert.deepEqual(parseSession(printSession(session)), session);
  }
  assert.equal(printSession({ id: "abc", timeoutSeconds: 60 }), "abc;timeout=60");
});
