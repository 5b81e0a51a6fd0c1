import assert from "node:assert/strict";
import { test } from "node:test";
import { MediaWatch } from "#cameras/media-watch.ts";
import { fakeTrack } from "#test/support/fake-stream.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { RecordingInput } from "#test/support/recording-input.ts";

type Kind = "video" | "audio" | "application";

function watch(kinds: readonly Kind[], heard: readonly (number | undefined)[]): MediaWatch {
  const tracks = kinds.map((kind) => fakeTrack(kind));
  const input = new RecordingInput(tracks, new ManualClock());
  input.lastPacketAt = (track) => heard[track];
  input.frameInterval = (track) => (heard[track] === undefined ? undefined : 40 + track);
  return new MediaWatch(tracks, { input, now: 1000 });
}

const cases: readonly { name: string; kinds: readonly Kind[]; heard: readonly (number | undefined)[]; silentMs: number }[] = [
  { name: "video by video, whatever audio does", kinds: ["video", "audio"], heard: [2000, 9000], silentMs: 8000 },
  { name: "video that never came since the beginning", kinds: ["video", "audio"], heard: [undefined, 9000], silentMs: 9000 },
  { name: "several videos by the one that sends", kinds: ["video", "video"], heard: [2000, 9000], silentMs: 1000 },
  { name: "audio alone by audio", kinds: ["audio", "application"], heard: [4000, 9000], silentMs: 6000 },
  { name: "metadata alone not at all", kinds: ["application"], heard: [undefined], silentMs: 0 },
];

for (const { name, kinds, heard, silentMs } of cases) {
  test(`judges ${name}`, () => {
    assert.equal(watch(kinds, heard).read(10_000).silentMs, silentMs);
  });
}

test("reports the frame interval of what it judges", () => {
  assert.equal(watch(["audio", "video"], [2000, 3000]).read(4000).intervalMs, 41);
});
