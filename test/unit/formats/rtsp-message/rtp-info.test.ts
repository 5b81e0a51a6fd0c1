import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_RTP_INFO_ENTRIES, parseRtpInfo, printRtpInfo } from "#formats/rtsp-message/rtp-info.ts";
import type { RtpInfoEntry } from "#formats/rtsp-message/rtp-info.ts";

const cases: readonly { value: string; entries: RtpInfoEntry[] }[] = [
  {
    value: "url=rtsp://h/p/trackID=1;seq=45102;rtptime=12345678",
    entries: [{ url: "rtsp://h/p/trackID=1", sequence: 45102, rtpTime: 12345678 }],
  },
  {
    value: "url=rtsp://h/1;seq=1;rtptime=2, url=rtsp://h/2;seq=3;rtptime=4",
    entries: [
      { url: "rtsp://h/1", sequence: 1, rtpTime: 2 },
      { url: "rtsp://h/2", sequence: 3, rtpTime: 4 },
    ],
  },
  { value: "url=trackID=0;rtptime=4294967295;seq=0", entries: [{ url: "trackID=0", sequence: 0, rtpTime: 4294967295 }] },
  { value: "url=rtsp://h/p?a=1,2;b=3;seq=7;rtptime=8", entries: [{ url: "rtsp://h/p?a=1,2;b=3", sequence: 7, rtpTime: 8 }] },
  { value: "url=x", entries: [{ url: "x", sequence: undefined, rtpTime: undefined }] },
  { value: "url=x;seq=;rtptime=", entries: [{ url: "x", sequence: undefined, rtpTime: undefined }] },
  { value: "url=x;seq=70000;rtptime=-1", entries: [{ url: "x", sequence: undefined, rtpTime: undefined }] },
  { value: "URL = rtsp://h/p ; SEQ = 9 ;ssrc=00000001;", entries: [{ url: "rtsp://h/p", sequence: 9, rtpTime: undefined }] },
  { value: "url=;seq=1", entries: [] },
  { value: "", entries: [] },
  { value: "seq=1;rtptime=2", entries: [] },
];
for (const { value, entries } of cases) {
  test(`reads ${JSON.stringify(value)}`, () => {
    assert.deepEqual(parseRtpInfo(value), entries);
  });

  test(`reads back what ${JSON.stringify(value)} means`, () => {
    assert.deepEqual(parseRtpInfo(printRtpInfo(entries)), entries);
  });
}

test("writes entries one after another", () => {
  const text = printRtpInfo([
    { url: "rtsp://h/1", sequence: 1, rtpTime: 2 },
    { url: "rtsp://h/2", sequence: undefined, rtpTime: undefined },
  ]);
  assert.equal(text, "url=rtsp://h/1;seq=1;rtptime=2,url=rtsp://h/2");
});

test("reads a bounded number of entries", () => {
  assert.equal(parseRtpInfo("url=x,".repeat(500)).length, MAX_RTP_INFO_ENTRIES);
});
