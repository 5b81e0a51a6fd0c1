import assert from "node:assert/strict";
import { test } from "node:test";
import { readPermissions } from "#app/users/external/token-permissions.ts";

test("a list of permissions, as it is or as JSON", () => {
  const wanted = [
    { action: "read", path: "" },
    { action: "publish", path: "~^a" },
  ];
  const claim = [{ action: "read" }, { action: "publish", path: "~^a" }];
  assert.deepEqual(readPermissions(claim), wanted);
  assert.deepEqual(readPermissions(JSON.stringify(claim)), wanted);
  assert.deepEqual(readPermissions([]), []);
});

test("anything else permits nothing", () => {
  for (const claim of [
    undefined,
    null,
    "",
    "{",
    "7",
    {},
    [1],
    [null],
    [{ action: "all" }],
    [{ action: "read", path: 1 }],
    [{ action: "read", paht: "x" }],
  ])
    assert.equal(readPermissions(claim), undefined, JSON.stringify(claim));
  assert.equal(readPermissions(Array.from({ length: 1001 }, () => ({ action: "read" }))), undefined);
});
