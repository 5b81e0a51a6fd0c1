import assert from "node:assert/strict";
import { test } from "node:test";
import type { CameraView } from "#api/contract/cameras.ts";
import { commonAspect } from "#web/components/picture/aspect.ts";

const camera = (width?: number, height?: number): Pick<CameraView, "tracks"> => ({
  tracks:
    width === undefined || height === undefined
      ? []
      : [{ kind: "video", codec: "H264", props: { width, height }, clockRate: 90_000, declaredFps: 25, bFrames: false }],
});

test("the grid has the shape of most of its cameras", () => {
  assert.equal(commonAspect([camera(640, 480), camera(1920, 1080), camera(640, 480)]), "640 / 480");
});

test("without a picture anywhere it has the usual one", () => {
  assert.equal(commonAspect([camera(), camera()]), "16 / 9");
  assert.equal(commonAspect([]), "16 / 9");
});
