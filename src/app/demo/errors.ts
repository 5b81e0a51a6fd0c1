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
  "demo-stopped": {
    en: "the demo camera was switched off",
    zh: "演示摄像机已关闭",
    remedyEn: "Start again with --demo to have it back.",
    remedyZh: "如需使用，请加上 --demo 重新启动。",
  },
});

/** Makes errors of this catalogue. */
export const demoError = errorFactory(demoErrors);
