import assert from "node:assert/strict";
import { test } from "node:test";
import { oddities } from "#web/pages/camera/oddities.ts";
import { streamLinks } from "#web/pages/camera/stream-links.ts";

const ports = { rtsp: 8554, rtsps: null, hls: 8888, webrtc: 8889, api: null, metrics: null };

test("links lead to the host by which the page was reached, on the ports that are served", () => {
  const reached = { hostname: "[fe80::1]", origin: "http://[fe80::1]:8080", secure: false };
  assert.deepEqual(
    streamLinks("yard/main a", ports, reached).map(({ address }) => address),
    [
      "rtsp://[fe80::1]:8554/yard/main%20a",
      "http://[fe80::1]:8888/yard/main%20a/index.m3u8",
      "http://[fe80::1]:8889/yard/main%20a/whep",
    ],
  );
});

test("behind HTTPS the streams of the page's own port are linked", () => {
  const reached = { hostname: "box.example", origin: "https://box.example", secure: true };
  assert.deepEqual(
    streamLinks("yard", { ...ports, rtsp: null }, reached).map(({ address }) => address),
    ["https://box.example/live/yard/index.m3u8", "https://box.example/live/yard/whep"],
  );
});

test("figures that tell of trouble are marked, others not", () => {
  const gop = (durationMs: number) => ({ durationMs, pictures: 50 });
  assert.deepEqual(oddities({ fps: 24, gop: gop(2000) }, { declaredFps: 25 }), []);
  assert.deepEqual(oddities({ fps: 18, gop: gop(8000) }, { declaredFps: 25 }), ["slow", "long-gop"]);
  assert.deepEqual(oddities({ fps: null, gop: null }, { declaredFps: null }), []);
});

test("a token goes along as a password, in each of them", () => {
  const reached = { hostname: "box", origin: "https://box", secure: true, token: "slc_1" };
  assert.deepEqual(
    streamLinks("yard", ports, reached).map(({ address }) => address),
    [
      "rtsp://token:slc_1@box:8554/yard",
      "https://token:slc_1@box/live/yard/index.m3u8",
      "https://token:slc_1@box/live/yard/whep",
    ],
  );
});
