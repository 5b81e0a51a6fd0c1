import assert from "node:assert/strict";
import { test } from "node:test";
import { defineErrors, errorFactory, SluiceError } from "#base/errors.ts";

const failure = errorFactory(
  defineErrors({
    "area-gone": { en: "{what} is gone", zh: "{what} 不见了", remedyEn: "look for {what}", remedyZh: "找一找 {what}" },
    "area-closed": { en: "closed", zh: "已关闭", remedyEn: "open it", remedyZh: "打开" },
  }),
);

test("texts are filled from the details, in both languages; what isn't known stays as written", () => {
  const error = failure("area-gone", { details: { what: "the camera" } });
  assert.equal(error.message, "the camera is gone");
  assert.equal(error.describe("zh"), "the camera 不见了");
  assert.equal(error.remedy("en"), "look for the camera");
  assert.equal(failure("area-gone", {}).message, "{what} is gone");
});

test("an error without anything of its own is the same one each time, another one never", () => {
  assert.equal(failure("area-closed"), failure("area-closed"));
  const cause = new Error("why");
  const caused = failure("area-closed", { cause, retryable: true });
  assert.notEqual(caused, failure("area-closed"));
  assert.deepEqual([caused.cause, caused.retryable, failure("area-closed").cause], [cause, true, undefined]);
});

test("expected errors carry no stack, others still do", () => {
  assert.ok(failure("area-closed") instanceof SluiceError);
  assert.doesNotMatch(failure("area-closed").stack ?? "", /at /);
  assert.match(new Error("unexpected").stack ?? "", /at /);
});
