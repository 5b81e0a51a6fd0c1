/** Paths whose configuration changes while they are read, published to, and pulled. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createSchema } from "#app/schema.ts";
import { pathReload } from "#config/difference.ts";
import { defaultsOf } from "#config/read-value.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { streamError } from "#streams/errors.ts";
import type { StreamInput } from "#streams/input.ts";
import { pathOptions, type PathOptions } from "#streams/options.ts";
import { FakeClient, fakeRegistry, type FakeSource } from "#test/support/fake-path.ts";
import { fakeTrack } from "#test/support/fake-stream.ts";

type Entry = Partial<PathOptions> & { name: string };

const options = createSchema().path;
const TRACKS = [fakeTrack("video")];
const LEFT = streamError("path-no-stream", { details: { path: "cam" } });
const request = { query: "", signal: new AbortController().signal };
const CAMERA: Entry = { name: "cam", source: "rtsp://camera/one" };

function setUp(t: TestContext, ...paths: readonly Entry[]) {
  const made = fakeRegistry(paths);
  made.registry.start();
  t.after(() => {
    made.registry.close();
    assert.deepEqual(made.clock.openTimers(), [], "every timer is cancelled");
    assert.equal(made.registry.budget.used, 0, "all memory is given back");
  });
  const reload = (...entries: readonly Entry[]): void => {
    const full = entries.map((path) => ({ ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), ...path }));
    made.registry.reconfigure(full, (before, after) => pathReload(before, after, options));
  };
  return { ...made, reload };
}

function feedKey(input: StreamInput): StreamInput {
  const packet = printRtpPacket({ marker: true, payloadType: 100, sequence: 1, timestamp: 1, ssrc: 1 }, Buffer.from("K"));
  input.pushRtp(0, packet, { start: 0, end: packet.length });
  return input;
}

function connect(source: FakeSource | undefined): StreamInput {
  assert.ok(source !== undefined);
  return feedKey(source.access.attach(TRACKS));
}

test("a limit applies to new readers; those that are there stay, and the source hears of options it can take", async (t) => {
  const { registry, sources, reload } = setUp(t, CAMERA);
  connect(sources[0]);
  const [first, second] = [new FakeClient("1"), new FakeClient("2")];
  await registry.addReader("cam", first, request);
  await registry.addReader("cam", second, request);
  reload({ ...CAMERA, maxReaders: 1, stallTimeout: 7000 });
  assert.deepEqual([first.closedWith, second.closedWith], [undefined, undefined]);
  await assert.rejects(registry.addReader("cam", new FakeClient("3"), request), { code: "path-max-readers" });
  assert.equal(sources.length, 1);
  assert.equal(sources[0]?.configured?.stallTimeout, 7000);
});

test("another address is pulled at once, and readers go on when it has the same tracks", async (t) => {
  const { registry, sources, reload, clock } = setUp(t, CAMERA);
  const before = connect(sources[0]);
  const reader = new FakeClient();
  const path = await registry.addReader("cam", reader, request);
  const { stream } = path;
  reload({ ...CAMERA, source: "rtsp://camera/two" });
  assert.equal(sources[0]?.closes, 1);
  before.close(LEFT);
  assert.deepEqual([sources[1]?.access.url, sources[1]?.starts], ["rtsp://camera/two", 1]);
  clock.advance(5000);
  connect(sources[1]);
  assert.equal(path.stream, stream);
  assert.equal(reader.closedWith, undefined);
});

test("another address with other tracks closes readers, with the reason", async (t) => {
  const { registry, sources, reload } = setUp(t, CAMERA);
  const before = connect(sources[0]);
  const reader = new FakeClient();
  await registry.addReader("cam", reader, request);
  reload({ ...CAMERA, source: "rtsp://camera/two" });
  before.close(LEFT);
  sources[1]?.access.attach([fakeTrack("video"), fakeTrack("audio")]);
  assert.equal(reader.closedWith, "stream-tracks-changed");
});

test("a path that was removed closes its readers and its source, with the reason", async (t) => {
  const { registry, sources, reload } = setUp(t, CAMERA);
  connect(sources[0]);
  const reader = new FakeClient();
  await registry.addReader("cam", reader, request);
  reload({ name: "other" });
  assert.equal(reader.closedWith, "path-removed");
  assert.equal(sources[0]?.closes, 1);
  assert.deepEqual(
    registry.list().map((path) => path.name),
    ["other"],
  );
});

test("a source becomes on demand while nobody reads, and rests; and pulls again when it no longer is", (t) => {
  const { sources, reload, clock } = setUp(t, CAMERA);
  reload({ ...CAMERA, sourceOnDemand: true, sourceOnDemandCloseAfter: 3000 });
  assert.equal(sources[0]?.closes, 0);
  clock.advance(3000);
  assert.equal(sources[0]?.closes, 1);
  reload(CAMERA);
  assert.equal(sources[0]?.starts, 2);
});

test("another time until an on-demand source rests counts from now", async (t) => {
  const onDemand: Entry = { ...CAMERA, sourceOnDemand: true, sourceOnDemandCloseAfter: 60_000 };
  const { registry, sources, reload, clock } = setUp(t, onDemand);
  const reader = new FakeClient();
  const reading = registry.addReader("cam", reader, request);
  const input = connect(sources[0]);
  registry.removeReader(await reading, reader);
  clock.advance(10_000);
  reload({ ...onDemand, sourceOnDemandCloseAfter: 1000 });
  clock.advance(1000);
  assert.equal(sources[0]?.closes, 1);
  input.close(LEFT);
});

test("a publisher that may no longer publish is ended; who reads waits for the next one", async (t) => {
  const { registry, reload } = setUp(t, { name: "cam" });
  const publisher = new FakeClient("publisher");
  const input = feedKey(await registry.publish("cam", publisher, TRACKS));
  const reader = new FakeClient("reader");
  await registry.addReader("cam", reader, request);
  reload({ name: "cam", publish: false });
  assert.equal(publisher.closedWith, "path-not-publishable");
  input.close(LEFT);
  assert.equal(reader.closedWith, undefined);
  await assert.rejects(registry.publish("cam", new FakeClient(), TRACKS), { code: "path-not-publishable" });
});

test("a path that now leads elsewhere sends its readers away", async (t) => {
  const { registry, sources, reload } = setUp(t, CAMERA);
  connect(sources[0]);
  const reader = new FakeClient();
  await registry.addReader("cam", reader, request);
  reload({ name: "cam", source: "redirect", sourceRedirect: "/other" });
  assert.equal(reader.closedWith, "path-removed");
  await assert.rejects(registry.describe("cam", request), { code: "path-redirect" });
});

test("who waits for a source goes on waiting for the one that follows it", async (t) => {
  const { registry, sources, reload } = setUp(t, CAMERA);
  const waiting = registry.describe("cam", request);
  reload({ ...CAMERA, source: "rtsp://camera/two" });
  connect(sources[1]);
  assert.equal((await waiting).name, "cam");
});

test("a smaller budget grants nothing new until what is over it was given back", (t) => {
  const { registry } = setUp(t);
  const pool = registry.budget.pool("test");
  assert.equal(pool.take(1000), true);
  registry.budget.resize(500);
  assert.equal(pool.take(1), false);
  pool.give(1000);
  assert.equal(pool.take(500), true);
  pool.give(500);
});
