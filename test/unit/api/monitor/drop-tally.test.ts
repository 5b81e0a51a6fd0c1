import assert from "node:assert/strict";
import { test } from "node:test";
import { DropTally } from "#api/monitor/drop-tally.ts";
import type { ReaderRecord } from "#api/monitor/sources.ts";

const plain: ReaderRecord = {
  id: "",
  path: "gate",
  protocol: "rtsp",
  type: "rtspSession",
  since: 0,
  address: "",
  user: "",
  userAgent: "",
  transport: null,
  outboundBytes: 0,
  drops: 0,
  reportedLost: 0,
};
const reader = (id: string, drops: number, more: Partial<ReaderRecord> = {}): ReaderRecord => ({ ...plain, id, drops, ...more });

test("what a reader was too slow for stays counted when it has gone", () => {
  const tally = new DropTally();
  tally.look([reader("a", 3), reader("b", 1, { protocol: "webrtc" })]);
  tally.look([reader("a", 5)]);
  tally.look([]);
  tally.look([reader("c", 2)]);
  assert.deepEqual(
    [...tally.of("gate")],
    [
      ["rtsp", 7],
      ["webrtc", 1],
    ],
  );
  assert.equal(tally.of("yard").size, 0);
});

test("a camera that is gone is forgotten", () => {
  const tally = new DropTally();
  tally.look([reader("a", 3), reader("b", 4, { path: "yard" })]);
  tally.keepOnly(new Set(["yard"]));
  assert.equal(tally.of("gate").size, 0);
  assert.deepEqual([...tally.of("yard")], [["rtsp", 4]]);
});
