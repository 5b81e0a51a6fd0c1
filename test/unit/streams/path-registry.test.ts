import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { streamError } from "#streams/errors.ts";
import type { StreamInput } from "#streams/input.ts";
import { FakeClient, fakeRegistry, type FakeSource } from "#test/support/fake-path.ts";
import { fakeTrack } from "#test/support/fake-stream.ts";

const TRACKS = [fakeTrack("video")];
const request = { query: "", signal: new AbortController().signal };
const LOST = streamError("path-no-stream", { details: { path: "cam" } });

function setUp(t: TestContext, ...paths: Parameters<typeof fakeRegistry>[0]): ReturnType<typeof fakeRegistry> {
  const made = fakeRegistry(paths);
  made.registry.start();
  t.after(() => {
    made.registry.close();
    assert.deepEqual(made.clock.openTimers(), [], "every timer is cancelled");
    assert.equal(made.registry.budget.used, 0, "all memory is given back");
  });
  return made;
}

function feedKey(input: StreamInput): void {
  const packet = printRtpPacket({ marker: true, payloadType: 100, sequence: 1, timestamp: 1, ssrc: 1 }, Buffer.from("K"));
  input.pushRtp(0, packet, { start: 0, end: packet.length });
}

function connect(source: FakeSource | undefined): StreamInput {
  assert.ok(source !== undefined);
  const input = source.access.attach(TRACKS);
  feedKey(input);
  return input;
}

const code = (error: unknown): string => (error as { code: string }).code;

test("a path that isn't configured, is off, or has an impossible name is refused with its own error", async (t) => {
  const { registry } = setUp(t, { name: "off", enable: false });
  await assert.rejects(registry.describe("nowhere", request), { code: "path-not-configured" });
  await assert.rejects(registry.describe("off", request), { code: "path-disabled" });
  for (const name of ["", "/a", "a/", "a//b", "a/../b", "a b", "a\0b", "."]) {
    await assert.rejects(registry.describe(name, request), { code: "path-name-invalid" }, name);
  }
});

test("plain names come before expressions, all_others last, and groups fill the source", async (t) => {
  const { registry, sources } = setUp(
    t,
    { name: "all_others" },
    { name: "~^cam(\\d+)$", source: "rtsp://10.0.0.$G1/stream", sourceOnDemand: true },
    { name: "cam7", source: "rtsp://plain/" },
  );
  const seventh = registry.describe("cam42", request);
  assert.deepEqual(
    sources.map((source) => source.access.url),
    ["rtsp://plain/", "rtsp://10.0.0.42/stream"],
  );
  connect(sources[1]);
  assert.equal((await seventh).name, "cam42");
  await assert.rejects(registry.describe("free", request), { code: "path-no-stream" });
});

test("a publisher feeds a path, leaves, and a wildcard path is forgotten then", async (t) => {
  const { registry } = setUp(t, { name: "all_others" });
  const publisher = new FakeClient();
  const input = await registry.publish("live/one", publisher, TRACKS);
  feedKey(input);
  const path = await registry.describe("live/one", request);
  assert.deepEqual(path.source, { type: "rtspSession", id: "client" });
  input.close(LOST);
  assert.equal(path.ready, false);
  assert.equal(registry.find("live/one"), undefined);
});

test("readers stay when the publisher blips, and go on when it is back", async (t) => {
  const { registry, clock } = setUp(t, { name: "cam" });
  const input = await registry.publish("cam", new FakeClient(), TRACKS);
  feedKey(input);
  const reader = new FakeClient("reader");
  const path = await registry.addReader("cam", reader, request);
  input.close(LOST);
  assert.equal(path.ready, false);
  clock.advance(10_000);
  feedKey(await registry.publish("cam", new FakeClient(), TRACKS));
  assert.equal(path.ready, true);
  assert.equal(reader.closedWith, undefined);
});

test("a publisher with other tracks closes the readers of the old ones", async (t) => {
  const { registry } = setUp(t, { name: "cam" });
  const input = await registry.publish("cam", new FakeClient(), TRACKS);
  feedKey(input);
  const reader = new FakeClient("reader");
  await registry.addReader("cam", reader, request);
  input.close(LOST);
  await registry.publish("cam", new FakeClient(), [fakeTrack("video", { encodingName: "OTHER" })]);
  assert.equal(reader.closedWith, "stream-tracks-changed");
});

test("a second publisher replaces the first, or is refused, as configured", async (t) => {
  const { registry } = setUp(t, { name: "open" }, { name: "kept", overridePublisher: false }, { name: "closed", publish: false });
  const first = new FakeClient("first");
  await registry.publish("open", first, TRACKS);
  await registry.publish("open", new FakeClient("second"), TRACKS);
  assert.equal(first.closedWith, "publisher-replaced");
  await registry.publish("kept", first, TRACKS);
  await assert.rejects(registry.publish("kept", new FakeClient(), TRACKS), { code: "path-already-published" });
  await assert.rejects(registry.publish("closed", new FakeClient(), TRACKS), { code: "path-not-publishable" });
});

test("maxReaders counts a reader from SETUP until it leaves", async (t) => {
  const { registry } = setUp(t, { name: "cam", maxReaders: 1 });
  feedKey(await registry.publish("cam", new FakeClient(), TRACKS));
  const first = new FakeClient("one");
  await registry.describe("cam", request);
  const path = await registry.addReader("cam", first, request);
  await assert.rejects(registry.addReader("cam", new FakeClient("two"), request), { code: "path-max-readers" });
  registry.removeReader(path, first);
  await registry.addReader("cam", new FakeClient("three"), request);
});

test("an on-demand source starts once for two first readers and stops ten seconds after the last", async (t) => {
  const { registry, clock, sources } = setUp(t, { name: "cam", source: "rtsp://camera/", sourceOnDemand: true });
  const [source] = sources;
  assert.equal(source?.starts, 0);
  const readers = [new FakeClient("one"), new FakeClient("two")];
  const joined = Promise.all(readers.map((reader) => registry.addReader("cam", reader, request)));
  assert.equal(source?.starts, 1);
  connect(source);
  const [path] = await joined;
  assert.ok(path !== undefined);
  for (const reader of readers) registry.removeReader(path, reader);
  clock.advance(9000);
  assert.equal(source?.closes, 0);
  const again = new FakeClient("again");
  await registry.addReader("cam", again, request);
  registry.removeReader(path, again);
  clock.advance(9999);
  assert.equal(source?.closes, 0);
  clock.advance(1);
  assert.equal(source?.closes, 1);
  assert.equal(path.source, undefined);
});

test("an on-demand source that doesn't start fails its readers at the start time-out", async (t) => {
  const { registry, clock } = setUp(t, {
    name: "cam",
    source: "rtsp://camera/",
    sourceOnDemand: true,
    sourceOnDemandStartTimeout: 3000,
  });
  let failed: string | undefined;
  const waiting = registry.describe("cam", request).catch((error: unknown) => {
    failed = code(error);
  });
  clock.advance(2999);
  await Promise.resolve();
  assert.equal(failed, undefined);
  clock.advance(1);
  await waiting;
  assert.equal(failed, "path-source-timeout");
});

test("a reader that comes while the source is away waits for it, at most ten seconds", async (t) => {
  const { registry, clock, sources } = setUp(t, { name: "cam", source: "rtsp://camera/" });
  const input = connect(sources[0]);
  input.close(LOST);
  clock.advance(1000);
  const early = registry.describe("cam", request);
  clock.advance(5000);
  connect(sources[0]);
  assert.equal((await early).ready, true);
  sources[0]?.access.attach(TRACKS);
  let failed: string | undefined;
  const late = registry.describe("cam", request).catch((error: unknown) => {
    failed = code(error);
  });
  clock.advance(10_000);
  await late;
  assert.equal(failed, "path-no-stream");
});

test("a dead static source refuses readers at once when its start is long past", async (t) => {
  const { registry, clock } = setUp(t, { name: "cam", source: "rtsp://camera/" });
  clock.advance(60_000);
  await assert.rejects(registry.describe("cam", request), { code: "path-no-stream" });
});

test("a reader that goes away while waiting leaves nothing behind", async (t) => {
  const { registry } = setUp(t, { name: "cam", source: "rtsp://camera/" });
  const controller = new AbortController();
  const waiting = registry.describe("cam", { query: "", signal: controller.signal });
  controller.abort(new Error("gone"));
  await assert.rejects(waiting, /gone/);
});

test("a redirect path sends readers elsewhere", async (t) => {
  const { registry } = setUp(t, { name: "old", source: "redirect", sourceRedirect: "rtsp://new/cam" });
  await assert.rejects(registry.describe("old", request), (error: { code: string; details: { location?: string } }) => {
    return error.code === "path-redirect" && error.details.location === "rtsp://new/cam";
  });
});
