import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { configFor, kindOf, type ServerKind } from "#test/bench/server/config.ts";

const PORTS = { rtsp: 1554, rtp: 2000, api: 3000, webrtc: 0, media: 8190, hls: 0 };
const CAMERAS = [
  { name: "cam0", url: "rtsp://127.0.0.1:9000/cam0" },
  { name: "cam1", url: "rtsp://127.0.0.1:9000/cam1" },
];

/** A configuration as its server reads it; YAML 1.1 takes `yes` and `no` for truth values. */
function read(kind: ServerKind, cameras = CAMERAS): Record<string, unknown> {
  const config: unknown = parse(configFor(kind, PORTS, cameras), { version: "1.1" });
  assert.ok(typeof config === "object" && config !== null);
  return { ...config };
}

test("a server's name decides its configuration's format", () => {
  assert.equal(kindOf("sluice-from-source"), "sluice");
  assert.equal(kindOf("go2rtc"), "go2rtc");
  assert.equal(kindOf("mediamtx"), "mediamtx");
  assert.equal(kindOf("other"), "mediamtx");
});

test("MediaMTX pulls all cameras over TCP at once and does nothing but RTSP", () => {
  const config = read("mediamtx");
  assert.equal(config.rtspAddress, "127.0.0.1:1554");
  assert.deepEqual([config.rtpAddress, config.rtcpAddress], ["127.0.0.1:2000", "127.0.0.1:2001"]);
  assert.deepEqual([config.hls, config.rtmp, config.webrtc, config.srt, config.moq], [false, false, false, false, false]);
  assert.equal(config.web, undefined);
  const always = { sourceOnDemand: false, rtspTransport: "tcp" };
  assert.deepEqual(config.paths, { cam0: { source: CAMERAS[0]?.url, ...always }, cam1: { source: CAMERAS[1]?.url, ...always } });
});

test("Sluice gets the same keys, no page and no port that is on by default", () => {
  const config = read("sluice");
  assert.equal(config.web, false);
  assert.equal(config.webrtcLocalTCPAddress, "");
  const { web: _, webrtcLocalTCPAddress: __, ...rest } = config;
  assert.deepEqual(rest, read("mediamtx"));
});

test("go2rtc gets its own format", () => {
  const config = read("go2rtc");
  assert.deepEqual(config.rtsp, { listen: "127.0.0.1:1554" });
  assert.deepEqual(config.webrtc, { listen: "" });
  assert.deepEqual(config.streams, { cam0: CAMERAS[0]?.url, cam1: CAMERAS[1]?.url });
});

test("without cameras there are no paths", () => {
  for (const kind of ["mediamtx", "sluice", "go2rtc"] as const) {
    const config = read(kind, []);
    assert.deepEqual([config.paths, config.streams], [undefined, undefined]);
  }
});
