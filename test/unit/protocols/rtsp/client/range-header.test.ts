import assert from "node:assert/strict";
import { test } from "node:test";
import { rangeHeader } from "#protocols/rtsp/client/range-header.ts";

const ranges: readonly { type: "" | "clock" | "npt" | "smpte"; start: string; header: string }[] = [
  { type: "", start: "", header: "npt=0.000-" },
  { type: "clock", start: "20230812T120000Z", header: "clock=20230812T120000Z-" },
  { type: "npt", start: "300s", header: "npt=300-" },
  { type: "npt", start: "1m30.5s", header: "npt=90.5-" },
  { type: "smpte", start: "1h2m3s", header: "smpte=01:02:03-" },
];

for (const { type, start, header } of ranges) {
  test(`writes ${type === "" ? "nothing asked for" : `${type} ${start}`} as ${header}`, () => {
    assert.equal(rangeHeader(type, start), header);
  });
}

for (const { type, start } of [
  { type: "clock", start: "yesterday" },
  { type: "clock", start: "" },
  { type: "npt", start: "-5s" },
  { type: "npt", start: "x\r\nEvil: 1" },
  { type: "smpte", start: "five" },
] as const) {
  test(`refuses ${type} ${JSON.stringify(start)}`, () => {
    assert.throws(() => rangeHeader(type, start), { code: "source-range-invalid" });
  });
}
