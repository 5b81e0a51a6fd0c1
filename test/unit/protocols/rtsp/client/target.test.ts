import assert from "node:assert/strict";
import { test } from "node:test";
import { isRtspScheme, parseTarget, redirectTarget } from "#protocols/rtsp/client/target.ts";

const addresses: readonly { address: string; carrier: string; secure: boolean; port: number; url: string }[] = [
  { address: "rtsp://cam/1", carrier: "socket", secure: false, port: 554, url: "rtsp://cam/1" },
  { address: "rtsp://cam:8554/1?a=b", carrier: "socket", secure: false, port: 8554, url: "rtsp://cam:8554/1?a=b" },
  { address: "rtsps://cam/1", carrier: "socket", secure: true, port: 322, url: "rtsps://cam/1" },
  { address: "rtsp+http://cam/1", carrier: "http", secure: false, port: 80, url: "rtsp://cam/1" },
  { address: "rtsps+http://cam/1", carrier: "http", secure: true, port: 443, url: "rtsps://cam/1" },
  { address: "rtsp+ws://cam:8000/1", carrier: "websocket", secure: false, port: 8000, url: "rtsp://cam:8000/1" },
  { address: "rtsps+ws://cam/1", carrier: "websocket", secure: true, port: 443, url: "rtsps://cam/1" },
  { address: "RTSP://[fe80::1]/1", carrier: "socket", secure: false, port: 554, url: "rtsp://[fe80::1]/1" },
];

for (const { address, ...expected } of addresses) {
  test(`resolves ${address}`, () => {
    const { carrier, secure, port, url } = parseTarget(address);
    assert.deepEqual({ carrier, secure, port, url }, expected);
  });
}

test("takes credentials out of the address", () => {
  const target = parseTarget("rtsp://admin:p%40ss@cam/1");
  assert.deepEqual(target.credentials, { user: "admin", password: "p@ss" });
  assert.doesNotMatch(target.url, /admin|p@ss|p%40ss/);
  assert.equal(parseTarget("rtsp://cam/1").credentials, undefined);
  assert.deepEqual(parseTarget("rtsp://admin@cam/1").credentials, { user: "admin", password: "" });
});

test("names a tunnel's path, at least a slash", () => {
  assert.equal(parseTarget("rtsp+http://cam").path, "/");
  assert.equal(parseTarget("rtsp+http://cam/a?b").path, "/a?b");
});

test("knows its schemes", () => {
  assert.ok(isRtspScheme("rtsps+ws"));
  assert.ok(!isRtspScheme("http"));
  assert.throws(() => parseTarget("rtmp://cam/1"), { code: "source-scheme-unknown" });
});

const from = parseTarget("rtsp://admin:secret@cam:8554/old");
const followed: readonly { location: string; url: string; password: string | undefined }[] = [
  { location: "rtsp://cam:9554/new", url: "rtsp://cam:9554/new", password: "secret" },
  { location: "rtsp://CAM/new", url: "rtsp://CAM/new", password: "secret" },
  { location: "/new", url: "rtsp://cam:8554/new", password: "secret" },
  { location: "rtsps://cam/new", url: "rtsps://cam/new", password: "secret" },
  { location: "rtsp://other/new", url: "rtsp://other/new", password: undefined },
  { location: "rtsp://u:own@other/new", url: "rtsp://other/new", password: "own" },
  { location: "rtsp://cam.evil.example/new", url: "rtsp://cam.evil.example/new", password: undefined },
];

for (const { location, url, password } of followed) {
  test(`is redirected to ${location}`, () => {
    const target = redirectTarget(from, location);
    assert.equal(target.url, url);
    assert.equal(target.credentials?.password, password);
  });
}

for (const location of [undefined, "", "  ", "http://cam/", "rtsp://", "gopher://cam"]) {
  test(`isn't redirected to ${String(location)}`, () => {
    assert.throws(() => redirectTarget(from, location), { code: "source-redirect-refused" });
  });
}

test("never gives up encryption", () => {
  assert.throws(() => redirectTarget(parseTarget("rtsps://cam/1"), "rtsp://cam/1"), { code: "source-redirect-refused" });
  assert.throws(() => redirectTarget(parseTarget("rtsps+http://cam/1"), "rtsp+http://cam/1"), {
    code: "source-redirect-refused",
  });
});

test("stays in its tunnel for a path alone", () => {
  const { carrier, port } = redirectTarget(parseTarget("rtsps+ws://cam:444/1"), "/2");
  assert.deepEqual([carrier, port], ["websocket", 444]);
});
