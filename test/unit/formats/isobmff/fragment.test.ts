/** Fragments as a demultiplexer reads them: every sample lies where its run says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { printFragmentHead } from "#formats/isobmff/fragment.ts";
import { printInitSegment } from "#formats/isobmff/init-segment.ts";

const sample = (bytes: number) => ({ duration: 3600, bytes, type: "key", compositionOffset: -3 }) as const;

test("data offsets of all runs count from the beginning of moof", () => {
  const head = printFragmentHead(7, [
    { id: 1, baseTime: 2 ** 33 + 1, samples: [sample(10), sample(20)] },
    { id: 2, baseTime: 5, samples: [] },
    { id: 3, baseTime: 6, samples: [sample(5)] },
  ]);
  const moofBytes = head.readUInt32BE(0);
  assert.equal(head.length, moofBytes + 8);
  assert.deepEqual([head.readUInt32BE(moofBytes), head.toString("latin1", moofBytes + 4)], [8 + 35, "mdat"]);
  const first = head.indexOf("trun", 0, "latin1");
  const second = head.indexOf("trun", first + 4, "latin1");
  assert.deepEqual([head.readInt32BE(first + 12), head.readInt32BE(second + 12)], [moofBytes + 8, moofBytes + 8 + 30]);
  assert.equal(head.readInt32BE(first + 16 + 12), -3);
  const time = head.indexOf("tfdt", 0, "latin1");
  assert.deepEqual([head.readUInt32BE(time + 8), head.readUInt32BE(time + 12)], [2, 1]);
});

test("a sample count that spells a box name doesn't mislead the offsets", () => {
  const samples = Array.from({ length: 3 }, () => ({ ...sample(4), duration: Buffer.from("trun").readUInt32BE(0) }));
  const head = printFragmentHead(1, [
    { id: 1, baseTime: 0, samples },
    { id: 2, baseTime: 0, samples: [sample(9)] },
  ]);
  const moofBytes = head.readUInt32BE(0);
  assert.equal(head.readInt32BE(head.lastIndexOf("trun", undefined, "latin1") + 12), moofBytes + 8 + 12);
});

test("an initialization segment begins with ftyp and holds every track", () => {
  const track = { kind: "video", timescale: 90_000, sampleEntry: Buffer.from("entry"), width: 64, height: 48 } as const;
  const init = printInitSegment([
    { ...track, id: 1 },
    { ...track, id: 2, kind: "audio", width: 0, height: 0 },
  ]);
  assert.equal(init.toString("latin1", 4, 8), "ftyp");
  assert.equal(init.toString("latin1").split("trak").length, 3);
});
