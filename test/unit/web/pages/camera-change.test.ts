import assert from "node:assert/strict";
import { test } from "node:test";
import { cameraChange } from "#web/pages/camera-change.ts";
import { isPathName } from "#web/pages/path-name.ts";
import { offsetOf } from "#web/pages/settings/text-position.ts";
import { cameraOf } from "../../../peers/fake-box-scenes.ts";

const camera = cameraOf({ label: "Yard", state: { kind: "live" }, since: 0 });
const form = {
  label: "Yard",
  name: "yard",
  address: "rtsp://192.168.1.64:554/yard",
  user: "viewer",
  password: "",
  subStream: "",
  enabled: true,
};

test("an untouched form changes nothing, and an empty password keeps the old one", () => {
  assert.deepEqual(cameraChange(camera, form), {});
});

test("only what was changed is sent", () => {
  assert.deepEqual(cameraChange(camera, { ...form, label: "", password: "p", enabled: false }), {
    label: "",
    password: "p",
    enabled: false,
  });
  assert.deepEqual(cameraChange({ ...camera, subStream: "yard-small" }, { ...form, name: "gate" }), {
    name: "gate",
    subStream: "",
  });
});

test("a camera that publishes has no address to change", () => {
  const publisher = { ...camera, source: { ...camera.source, kind: "publisher" as const, address: null } };
  assert.deepEqual(cameraChange(publisher, { ...form, address: "rtsp://x", user: "u", password: "p" }), {});
});

test("paths are named as the box wants it", () => {
  for (const name of ["yard", "hall/2", "a-b_c.d"]) assert.ok(isPathName(name), name);
  for (const name of ["", "/yard", "yard/", "a b", "门", "a//b", "x".repeat(201)]) assert.ok(!isPathName(name), name);
});

test("a finding's place is found in the text, and never past its end", () => {
  const text = "a: 1\nbb: 2\n";
  assert.equal(offsetOf(text, 2, 3), 7);
  assert.equal(offsetOf(text, 1, 99), 4);
  assert.equal(offsetOf(text, 9, 1), text.length);
});
