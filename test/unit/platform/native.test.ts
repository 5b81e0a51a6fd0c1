import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadNative } from "#platform/native.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const FILE = `sluice-${process.arch}.node`;
const BUILT = join(ROOT, "build", "native", FILE);

test("the native module can be switched off", () => {
  assert.deepEqual(loadNative({ SLUICE_NATIVE: "off" }), { native: undefined, reason: "switched off" });
});

test("a file that is no module means going without, with the reason", (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, FILE), "not a module");
  const result = loadNative({ SLUICE_NATIVE_DIR: folder });
  assert.equal(result.native, undefined);
  assert.match("reason" in result ? result.reason : "", /sluice-.*\.node/);
});

test("a module built from other sources is refused before it is opened", { skip: !existsSync(BUILT) && "not built" }, (t) => {
  const folder = tempDir(t);
  const bytes = readFileSync(BUILT);
  const id = bytes.indexOf("sluice-source:") + "sluice-source:".length;
  bytes.write(bytes[id] === 0x30 ? "1" : "0", id, "latin1");
  writeFileSync(join(folder, FILE), bytes);
  const result = loadNative({ SLUICE_NATIVE_DIR: folder });
  assert.equal(result.native, undefined);
  assert.match("reason" in result ? result.reason : "", /built from other sources/);
  assert.notEqual(loadNative({}).native, undefined, "the one in the tree is up to date");
});
