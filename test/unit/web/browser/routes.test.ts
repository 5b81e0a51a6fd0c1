import assert from "node:assert/strict";
import { test } from "node:test";
import { cameraAddress, routeOf } from "#web/browser/routes.ts";

test("addresses are pages, both ways", () => {
  assert.deepEqual(routeOf("/"), { page: "home" });
  assert.deepEqual(routeOf("/device"), { page: "device" });
  for (const name of ["yard", "yard/main", "门/1", "a b%c?d#e"]) {
    assert.deepEqual(routeOf(cameraAddress(name)), { page: "camera", camera: name }, name);
    assert.deepEqual(routeOf(cameraAddress(name, "edit")), { page: "edit", camera: name }, name);
  }
});

test("what isn't a page is nowhere, broken escapes too", () => {
  for (const path of ["/x", "/camera/", "/camera/%E0%A4%A", "/settings/x", "/constructor"])
    assert.deepEqual(routeOf(path), { page: "nowhere" }, path);
});
