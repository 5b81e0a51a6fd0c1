import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleAudio } from "#codecs/sample-audio.ts";

const unit = (bytes: number) => ({ timestamp: 0, type: "key", units: [Buffer.alloc(bytes)] }) as const;

test("cuts a long run between samples, each part at its time", () => {
  const { packetizer } = sampleAudio({ groupBytes: 4, groupTicks: 1 });
  assert.deepEqual(
    packetizer(102)
      .packetize(unit(240))
      .map(({ payload, timestampOffset, marker }) => [payload.length, timestampOffset, marker]),
    [
      [100, 0, false],
      [100, 25, false],
      [40, 50, false],
    ],
  );
});

test("counts ticks by groups where samples share bytes", () => {
  const { packetizer } = sampleAudio({ groupBytes: 3, groupTicks: 8 });
  assert.deepEqual(
    packetizer(100)
      .packetize(unit(120))
      .map(({ payload, timestampOffset }) => [payload.length, timestampOffset]),
    [
      [99, 0],
      [21, 264],
    ],
  );
});

test("gives nothing where not one sample of all channels fits", () => {
  assert.deepEqual(sampleAudio({ groupBytes: 765, groupTicks: 1 }).packetizer(100).packetize(unit(7650)), []);
});

test("drops half a sample at the end, and payloads of less than one", () => {
  const depacketizer = sampleAudio({ groupBytes: 4, groupTicks: 1 }).depacketizer();
  const push = (bytes: number) => depacketizer.push({ payload: Buffer.alloc(bytes), timestamp: 0, marker: true });
  const result = push(10);
  assert.equal(result.kind === "access-units" ? result.accessUnits[0]?.units[0]?.length : undefined, 8);
  assert.equal(push(3).kind, "damaged");
});
