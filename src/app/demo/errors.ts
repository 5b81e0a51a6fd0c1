/**
 * Failures of the demo camera.
 */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of `demo-…` codes. */
export const demoErrors = defineErrors({
  "demo-clip-unreadable": {
    en: "the demo clip can't be played: {reason}",
    zh: "无法播放演示视频：{reason}",
    remedyEn: "Put bundle/demo/demo.clip back as it was released, or make it anew with scripts/make-demo-clip.",
    remedyZh: "请恢复发布时的 bundle/demo/demo.clip，或用 scripts/make-demo-clip 重新生成。",
  },
});

/** Makes errors of this catalogue. */
export const demoError = errorFactory(demoErrors);
