import assert from "node:assert/strict";
import { test } from "node:test";
import { ASSET_FOLDERS, isPacked, listAssets, readAsset } from "#platform/assets.ts";

test("from source an asset is the file of the checkout", () => {
  assert.equal(isPacked(), false);
  assert.equal(readAsset("demo.clip")?.toString("latin1", 0, 11), "SLUICECLIP1");
});

test("what isn't there is undefined, not an error", () => {
  for (const name of ["", "nothing", "native/none.node", "web", "toString"]) assert.equal(readAsset(name), undefined, name);
});

test("a name can't leave its folder", () => {
  assert.equal(readAsset("native/../../package.json"), undefined);
});

test("names below a prefix are sorted and can be read", () => {
  for (const prefix of Object.keys(ASSET_FOLDERS)) {
    const names = listAssets(prefix);
    assert.deepEqual(names, [...names].sort());
    for (const name of names) assert.ok(readAsset(name) !== undefined, name);
  }
});
