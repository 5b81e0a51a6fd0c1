import assert from "node:assert/strict";
import { test } from "node:test";
import { readTarget } from "#protocols/webrtc/http/request-target.ts";

const cases = [
  ["/yard/whep", { kind: "endpoint", path: "yard", mode: "read" }],
  ["/site/yard/whip", { kind: "endpoint", path: "site/yard", mode: "publish" }],
  ["/yard/whep/secret", { kind: "session", path: "yard", mode: "read", secret: "secret" }],
  ["/yard/whip/secret", { kind: "session", path: "yard", mode: "publish", secret: "secret" }],
  ["/yard/", { kind: "page", path: "yard", mode: "read" }],
  ["/yard/publish", { kind: "page", path: "yard", mode: "publish" }],
  ["/site/yard/webrtc-player.js", { kind: "asset", name: "webrtc-player.js" }],
  ["/yard", { kind: "redirect", path: "yard" }],
  ["/favicon.ico", undefined],
  ["/", undefined],
  ["", undefined],
] as const;
for (const [path, expected] of cases) {
  test(`${path === "" ? "nothing" : path} is ${expected?.kind ?? "nothing"}`, () => {
    assert.deepEqual(readTarget(path), expected);
  });
}
