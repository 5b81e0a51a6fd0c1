import assert from "node:assert/strict";
import { test } from "node:test";
import { cameraQuirks, quirkOf } from "#cameras/quirks/table.ts";

const said: readonly { server?: string; realm?: string; id: string | undefined }[] = [
  { realm: "IP Camera(GH455)", id: "hikvision" },
  { realm: "Login to 2a9e0b1c", id: "dahua" },
  { realm: "TP-LINK IP-Camera", id: "tp-link" },
  { realm: "BC Streaming Media", id: "reolink" },
  { realm: "AXIS_ACCC8E000001", id: "axis" },
  { realm: "iPOLiS", id: "hanwha" },
  { realm: "Somebody's camera", server: "GStreamer RTSP server", id: undefined },
  { id: undefined },
];

for (const { id, ...words } of said) {
  test(`takes ${JSON.stringify(words)} for ${id ?? "nobody known"}`, () => {
    assert.equal(quirkOf(words)?.id, id);
  });
}

test("every make has an id of its own, a pattern, and advice in both languages", () => {
  assert.equal(new Set(cameraQuirks.map(({ id }) => id)).size, cameraQuirks.length);
  for (const { id, match, credentials, refused } of cameraQuirks) {
    assert.ok(match.server !== undefined || match.realm !== undefined, id);
    for (const advice of [credentials, refused]) {
      if (advice === undefined) continue;
      assert.ok(advice.en.length > 20, id);
      assert.match(advice.zh, /\p{Script=Han}/u, id);
    }
  }
});
