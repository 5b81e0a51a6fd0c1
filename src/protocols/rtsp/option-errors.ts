/** Contradictions between the RTSP keys of a configuration. */
import { defineErrors, errorFactory } from "#base/errors.ts";

/** Catalogue of failures of RTSP options. */
export const optionErrors = defineErrors({
  "rtsp-port-range": {
    en: "the range of ports {first}…{last} is empty or too small",
    zh: "端口范围 {first}…{last} 为空或过小",
    remedyEn: "Put the smaller port first and leave room for at least one pair.",
    remedyZh: "请把较小的端口写在前面，并至少留出一对端口。",
  },
  "rtsp-range-incomplete": {
    en: "rtspRangeType and rtspRangeStart go together; {missing} is empty",
    zh: "rtspRangeType 与 rtspRangeStart 须同时设置；{missing} 为空",
    remedyEn: "Set both or neither.",
    remedyZh: "请同时设置或同时删除。",
  },
});

/** Makes an error of this catalogue. */
export const optionError = errorFactory(optionErrors);
