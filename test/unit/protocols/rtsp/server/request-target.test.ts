import assert from "node:assert/strict";
import { test } from "node:test";
import { asksForMulticast, pathAndQuery, readRequestTarget } from "#protocols/rtsp/server/request-target.ts";

const targets = [
  { url: "rtsp://host:8554/cam", path: "cam", query: "", track: undefined },
  { url: "rtsp://host:8554/cam/", path: "cam", query: "", track: undefined },
  { url: "rtsp://host/a/b/trackID=1", path: "a/b", query: "", track: 1 },
  { url: "rtsp://host/a/trackID=12/", path: "a", query: "", track: 12 },
  { url: "rtsp://host/a?token=x/y", path: "a", query: "token=x/y", track: undefined },
  { url: "rtsp://host/a?token=x/", path: "a", query: "token=x", track: undefined },
  { url: "rtsp://host/a?token=x/trackID=0", path: "a", query: "token=x", track: 0 },
  { url: "rtsp://host/a/trackID=1?token=x/y", path: "a", query: "token=x/y", track: 1 },
  { url: "rtsp://host/a/?token=x", path: "a", query: "token=x", track: undefined },
  { url: "rtsp://user:pass@host/a", path: "a", query: "", track: undefined },
  { url: "rtsp://[::1]:8554/a", path: "a", query: "", track: undefined },
  { url: "/a/b", path: "a/b", query: "", track: undefined },
  { url: "rtsp://host/a//trackID=0", path: "a", query: "", track: 0 },
  { url: "rtsp://host/%e6%91%84%e5%83%8f", path: "摄像", query: "", track: undefined },
  { url: "rtsp://host/a#fragment", path: "a", query: "", track: undefined },
];
for (const { url, ...expected } of targets) {
  test(`reads ${url}`, () => {
    assert.deepEqual(readRequestTarget(url), expected);
  });
}

const invalid = [
  { name: "no path", url: "rtsp://host" },
  { name: "only slashes", url: "rtsp://host///" },
  { name: "a slash too many in front", url: "rtsp://host//a" },
  { name: "a slash too many in between", url: "rtsp://host/a//b" },
  { name: "a slash too many at the end", url: "rtsp://host/a//" },
  { name: "a space", url: "rtsp://host/a%20b" },
  { name: "a track without path", url: "rtsp://host/trackID=0" },
  { name: "a track without path before a query", url: "rtsp://host/trackID=0?token=x" },
  { name: "a dot-dot part", url: "rtsp://host/a/../b" },
  { name: "an escaped dot-dot part", url: "rtsp://host/a/%2e%2e/b" },
  { name: "an escaped slash around dots", url: "rtsp://host/a%2f..%2fb" },
  { name: "a dot part", url: "rtsp://host/./a" },
  { name: "NUL", url: "rtsp://host/a%00" },
  { name: "a line break", url: "rtsp://host/a%0d%0ab" },
  { name: "a backslash", url: "rtsp://host/a%5cb" },
  { name: "broken escapes", url: "rtsp://host/%zz" },
  { name: "escapes that are no text", url: "rtsp://host/%ff" },
  { name: "more than a thousand characters", url: `rtsp://host/${"a".repeat(1025)}` },
];
for (const { name, url } of invalid) {
  test(`refuses ${name}`, () => {
    assert.throws(() => readRequestTarget(url), { code: "rtsp-path-invalid" });
  });
}

test("finds path and query of absolute and relative addresses", () => {
  assert.equal(pathAndQuery("rtsp://host:1/a/b?c#d"), "/a/b?c");
  assert.equal(pathAndQuery("rtsp://host"), "");
  assert.equal(pathAndQuery("streamid=0"), "streamid=0");
});

test("sees the word that asks for multicast among others only", () => {
  assert.deepEqual(
    ["vlcmulticast", "a=b&vlcmulticast", "vlcmulticast=1", "novlcmulticast", "a=vlcmulticast", ""].map(asksForMulticast),
    [true, true, true, false, false, false],
  );
});
