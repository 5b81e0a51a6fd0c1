import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { clientGone } from "#api/http/client-gone.ts";

function response(writableFinished: boolean): ServerResponse {
  return Object.assign(new EventEmitter(), { writableFinished }) as unknown as ServerResponse;
}

test("a connection that ends before its answer is sent tells so", () => {
  const unanswered = response(false);
  const signal = clientGone(unanswered);
  assert.equal(signal.aborted, false);
  unanswered.emit("close");
  assert.equal(signal.aborted, true);
});

test("an answer that was sent whole is nobody's leaving", () => {
  const answered = response(true);
  const signal = clientGone(answered);
  answered.emit("close");
  assert.equal(signal.aborted, false);
});
