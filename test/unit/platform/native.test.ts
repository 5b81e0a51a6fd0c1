import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadNative } from "#platform/native.ts";
import { tempDir } from "#test/support/temp-dir.ts";

test("the native module can be switched off", () => {
  assert.deepEqual(loadNative({ SLUICE_NATIVE: "off" }), { native: undefined, reason: "switched off" });
});

test("a file that is no module means going without, with the reason", (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, `sluice-${process.arch}.node`), "not a module");
  const result = loadNative({ SLUICE_NATIVE_DIR: folder });
  assert.equal(result.native, undefined);
  assert.match("reason" in result ? result.reason : "", /sluice-.*\.node/);
});
