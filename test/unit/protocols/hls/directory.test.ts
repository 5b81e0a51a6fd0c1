/** Segments laid aside in files (`hlsDirectory`): what viewers get is the same, memory is let go of, and a disk that fails is no end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { MediaFile, MediaFolder } from "#base/files/media-folder.ts";
import { platformError } from "#platform/errors.ts";
import { readPlaylist } from "#test/peers/hls-playlist.ts";
import { HlsStage, type StageOptions } from "#test/support/hls-stage.ts";

/** A disk as the test wants it; `hold` keeps every write waiting. */
class FakeFolder implements MediaFolder {
  readonly path = "/media";
  readonly files = new Map<string, Buffer>();
  full = false;
  hold: Promise<void> | undefined;
  writes = 0;

  async write(name: string, pieces: readonly Buffer[]): Promise<MediaFile> {
    this.writes += 1;
    const bytes = Buffer.concat(pieces);
    await this.hold;
    if (this.full) throw platformError("file-not-written", { details: { file: name, reason: "ENOSPC" } });
    this.files.set(name, bytes);
    return {
      bytes: bytes.length,
      read: async function* ({ start, end }) {
        await Promise.resolve();
        yield bytes.subarray(start, end);
      },
      remove: () => this.files.delete(name),
    };
  }

  close(): Promise<void> {
    this.files.clear();
    return Promise.resolve();
  }
}

async function stage(
  t: { after(run: () => Promise<void>): void },
  setup: StageOptions & { folder: FakeFolder },
): Promise<HlsStage> {
  const made = new HlsStage(setup);
  t.after(() => made.close());
  await made.publish();
  return made;
}

/** Every part and every whole segment of the playlist, one after the other. */
async function download(it: HlsStage, playlist: string): Promise<{ segments: Buffer[]; parts: Buffer[] }> {
  const { segments } = readPlaylist((await it.get(playlist)).text);
  const got = { segments: [] as Buffer[], parts: [] as Buffer[] };
  for (const { uri, parts } of segments) {
    for (const part of parts) got.parts.push((await it.read(`/cam/${part.uri}`)).body);
    if (uri !== undefined) got.segments.push((await it.read(`/cam/${uri}`)).body);
  }
  return got;
}

for (const hlsVariant of ["lowLatency", "mpegts"] as const) {
  test(`${hlsVariant}: what lies on disk is what lay in memory, and memory holds the segment being made alone`, async (t) => {
    const folder = new FakeFolder();
    const it = await stage(t, { folder, options: { hlsVariant } });
    await it.play(25, { bytes: 20_000 });
    const { playlist } = await it.open();
    await it.play(240, { bytes: 20_000 });
    const { segments, parts } = await download(it, playlist);
    const finished = segments.length;
    assert.ok(finished >= 7);
    assert.deepEqual(
      [...folder.files.values()].slice(-finished).map((file) => segments.some((each) => each.equals(file))),
      Array(finished).fill(true),
    );
    if (hlsVariant === "lowLatency") {
      const tail = Buffer.concat(segments.slice(-2));
      assert.ok(Buffer.concat(parts).includes(tail.subarray(tail.length - 1000)));
      assert.ok(parts.length > 5);
    }
    assert.equal(folder.files.size, 7, "what has left the window has left the disk");
    assert.ok(it.held < 1_500_000, `${String(it.held)} bytes are in memory`);
    await it.server.close();
    assert.equal(folder.files.size, 0);
    assert.equal(it.held, 0);
  });
}

test("a window that memory can't hold is whole on disk", async (t) => {
  const folder = new FakeFolder();
  const setup = { folder, budgetBytes: 8 * 1024 * 1024, options: { hlsSegmentCount: 20 } };
  const it = await stage(t, setup);
  await it.play(25, { bytes: 30_000 });
  const { playlist } = await it.open();
  await it.play(600, { bytes: 30_000 });
  const { segments } = readPlaylist((await it.get(playlist)).text);
  assert.ok(segments.filter(({ uri }) => uri !== undefined).length >= 20);
});

test("a full disk: segments stay in memory, said once; with room again they go to disk, said once", async (t) => {
  const folder = new FakeFolder();
  const it = await stage(t, { folder });
  folder.full = true;
  await it.play(25);
  const { playlist } = await it.open();
  await it.play(150);
  assert.equal(folder.files.size, 0);
  assert.ok((await download(it, playlist)).segments.every(({ length }) => length > 0));
  assert.equal(it.logged("segments stay in memory").length, 1);
  assert.match(JSON.stringify(it.logged("segments stay in memory")), /hls-directory.*ENOSPC/);
  folder.full = false;
  await it.play(100);
  assert.ok(folder.files.size > 2);
  assert.ok((await download(it, playlist)).segments.every(({ length }) => length > 0));
  assert.equal(it.logged("segments are written to disk again").length, 1);
});

test("a disk that hangs holds one segment, and what it wrote too late is taken away again", async (t) => {
  const folder = new FakeFolder();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const it = await stage(t, { folder });
  await it.play(25);
  const { playlist } = await it.open();
  folder.hold = promise;
  const before = folder.writes;
  await it.play(300);
  assert.equal(folder.writes - before, 1);
  const { segments } = await download(it, playlist);
  assert.ok(segments.length >= 7);
  resolve(undefined);
  folder.hold = undefined;
  await it.play(200);
  assert.equal(folder.files.size, 7);
});

test("a viewer who is being sent a file keeps it", async (t) => {
  const folder = new FakeFolder();
  const it = await stage(t, { folder });
  await it.play(25);
  const { playlist } = await it.open();
  await it.play(100);
  const { segments } = readPlaylist((await it.get(playlist)).text);
  const uri = segments.find((segment) => segment.uri !== undefined)?.uri ?? "";
  const name = uri.split("?")[0] ?? "";
  const reply = await it.begin(`/cam/${uri}`);
  assert.equal(reply.headers?.["Content-Length"], String(folder.files.get(name)?.length));
  await it.play(400);
  assert.ok(folder.files.has(name));
  reply.sent?.(0);
  assert.equal(folder.files.has(name), false);
});
