import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseClip, printClip, type Clip } from "#app/demo/clip.ts";
import { SluiceError } from "#base/errors.ts";

const small: Clip = {
  durationMs: 80,
  tracks: [
    { kind: "video", encodingName: "H264", payloadType: 96, clockRate: 90_000, fmtp: { "packetization-mode": "1" } },
    { kind: "audio", encodingName: "MPEG4-GENERIC", payloadType: 97, clockRate: 8000, channels: 1, fmtp: {} },
  ],
  units: [
    { track: 0, type: "key", timestamp: 0, units: [Buffer.from("0701", "hex"), Buffer.from("65aabb", "hex")] },
    { track: 1, type: "key", timestamp: 0, units: [Buffer.from("c0ffee", "hex")] },
    { track: 0, type: "delta", timestamp: 3600, units: [Buffer.from("41cc", "hex")] },
  ],
};
const file = printClip(small);
const headBytes = file.readUInt32BE(12);
const firstUnit = 16 + headBytes;

const isUnreadable = (error: unknown): boolean => error instanceof SluiceError && error.code === "demo-clip-unreadable";

/** A copy of the small clip's file with something changed. */
function broken(change: (copy: Buffer) => Buffer | undefined): Buffer {
  const copy = Buffer.from(file);
  return change(copy) ?? copy;
}

test("reads back what it prints", () => {
  assert.deepEqual(parseClip(file), small);
});

test("refuses a file that is cut off at any byte but a unit's end", () => {
  const ends = new Set<number>([firstUnit]);
  for (let at = firstUnit; at < file.length; at = at + 10 + file.readUInt32BE(at + 6)) ends.add(at);
  for (let length = 0; length < file.length; length++) {
    const cut = file.subarray(0, length);
    if (ends.has(length)) assert.ok(parseClip(cut).units.length < small.units.length);
    else assert.throws(() => parseClip(cut), isUnreadable, `cut to ${String(length)} bytes`);
  }
});

const damages: readonly { name: string; file: Buffer }[] = [
  { name: "a foreign beginning", file: broken((copy) => void copy.write("RIFF")) },
  { name: "a head longer than the file", file: broken((copy) => void copy.writeUInt32BE(0xffff_ffff, 12)) },
  { name: "a head that is not JSON", file: broken((copy) => void copy.write("!", 16)) },
  { name: "a unit of a track that isn't there", file: broken((copy) => void copy.writeUInt8(7, firstUnit)) },
  { name: "a unit longer than the file", file: broken((copy) => void copy.writeUInt32BE(0xffff_ffff, firstUnit + 6)) },
  { name: "an empty unit", file: broken((copy) => void copy.writeUInt32BE(0, firstUnit + 6)) },
  { name: "a NAL unit longer than its unit", file: broken((copy) => void copy.writeUInt32BE(0xffff, firstUnit + 10)) },
  { name: "a file above the limit", file: Buffer.concat([file, Buffer.alloc(4 * 1024 * 1024)]) },
];

for (const damage of damages) {
  test(`refuses ${damage.name}`, () => {
    assert.throws(() => parseClip(damage.file), isUnreadable);
  });
}

test("the released clip loops seamlessly: every track's units are evenly spaced and fill the whole time", () => {
  const clip = parseClip(readFileSync(join(import.meta.dirname, "../../../../bundle/demo/demo.clip")));
  assert.equal(clip.durationMs, 60_000);
  assert.deepEqual(
    clip.tracks.map((track) => track.encodingName),
    ["H264", "MPEG4-GENERIC"],
  );
  const spacings = [3600, 1024];
  clip.tracks.forEach((track, index) => {
    const times = clip.units.filter((unit) => unit.track === index).map((unit) => unit.timestamp);
    const spacing = spacings[index] ?? 0;
    assert.deepEqual(
      times,
      times.map((_, i) => i * spacing),
      track.encodingName,
    );
    assert.equal(times.length * spacing, (clip.durationMs / 1000) * track.clockRate, track.encodingName);
  });
});

test("the released clip has a key picture with parameter sets every two seconds and no other types of NAL units", () => {
  const clip = parseClip(readFileSync(join(import.meta.dirname, "../../../../bundle/demo/demo.clip")));
  const video = clip.units.filter((unit) => unit.track === 0);
  video.forEach((unit, index) => {
    const types = unit.units.map((nal) => (nal[0] ?? 0) & 0x1f);
    assert.deepEqual(types, index % 50 === 0 ? [7, 8, 5] : [1], `picture ${String(index)}`);
    assert.equal(unit.type, index % 50 === 0 ? "key" : "delta", `picture ${String(index)}`);
  });
});
