/** Whole units of a stream: from the newest key unit on, once for all, without a queue per reader. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openTrack } from "#codecs/registry.ts";
import { streamError } from "#streams/errors.ts";
import type { StreamInput } from "#streams/input.ts";
import type { StreamUnit } from "#streams/units/unit.ts";
import type { UnitReader } from "#streams/units/unit-reader.ts";
import { FakeStream } from "#test/support/fake-stream.ts";
import { rtpFormat } from "#test/support/rtp-formats.ts";
import { parameterSets } from "#test/peers/synthetic-h264.ts";

const { sps, pps } = parameterSets({ columns: 2, rows: 2 });
const FMTP = { "packetization-mode": "1", "sprop-parameter-sets": `${sps.toString("base64")},${pps.toString("base64")}` };
const KEY = "\x65\x88\x80";
const DELTA = "\x41\x9a\x80";

function stage(): { fake: FakeStream; input: StreamInput; play: (count: number, gop?: number) => void; lose: () => void } {
  const fake = new FakeStream({ tracks: [openTrack(rtpFormat("H264", { fmtp: FMTP }))] });
  const input = fake.attach();
  let picture = 0;
  let skip = 0;
  const play = (count: number, gop = 25): void => {
    for (let i = 0; i < count; i += 1) {
      const payload = picture % gop === 0 ? KEY : DELTA;
      fake.push(input, { payload, timestamp: picture * 3600, skip });
      skip = 0;
      picture += 1;
      fake.clock.advance(40);
    }
  };
  return { fake, input, play, lose: () => (skip = 1) };
}

/** A reader that takes only when told. */
function reader(fake: FakeStream): { reader: UnitReader; take: () => StreamUnit[]; ended: () => string | undefined } {
  let ended: string | undefined;
  const opened = fake.stream.readUnits({ wake: () => undefined, end: (error) => (ended = error.code) });
  const take = (): StreamUnit[] => {
    const units: StreamUnit[] = [];
    for (let unit = opened.take(); unit !== undefined; unit = opened.take()) units.push(unit);
    return units;
  };
  return { reader: opened, take, ended: () => ended };
}

const summary = (units: readonly StreamUnit[]): string => units.map(({ type }) => (type === "key" ? "K" : "d")).join("");

test("a reader starts at the newest key unit in the ring and goes on with what comes", () => {
  const { fake, play } = stage();
  play(30);
  const one = reader(fake);
  assert.equal(summary(one.take()), "Kdddd");
  play(3);
  assert.equal(summary(one.take()), "ddd");
  one.reader.close();
});

test("a second reader catches up from the key unit and meets the first without gap or double", () => {
  const { fake, play } = stage();
  play(30);
  const first = reader(fake);
  first.take();
  play(5);
  const second = reader(fake);
  play(2);
  const units = second.take();
  assert.equal(summary(units), "Kddddddddddd");
  assert.deepEqual(
    units.map(({ dts }) => dts - (units[0]?.dts ?? 0)),
    units.map((_, index) => index * 3600),
  );
  assert.equal(units.at(-1)?.dts, first.take().at(-1)?.dts);
  first.reader.close();
  second.reader.close();
});

test("after loss nothing comes before the next key unit, and it is counted", () => {
  const { fake, play, lose } = stage();
  play(3);
  const one = reader(fake);
  one.take();
  lose();
  play(25);
  assert.equal(summary(one.take()), "Kdd");
  assert.ok(one.reader.damaged > 20);
  one.reader.close();
});

test("who doesn't take for two seconds is overtaken, goes on at a key unit, and holds no memory", () => {
  const { fake, play } = stage();
  play(3);
  const slow = reader(fake);
  slow.take();
  play(250);
  const waiting = fake.budget.uses().find(({ name }) => name === "units");
  assert.ok((waiting?.used ?? 0) < 60 * 100);
  const units = slow.take();
  assert.equal(units[0]?.type, "key");
  assert.ok(units.length <= 51 && slow.reader.missed > 190);
  slow.reader.close();
  assert.equal(fake.budget.uses().find(({ name }) => name === "units")?.used, 0);
});

test("a source that comes back starts a new epoch on the same time line", () => {
  const { fake, input, play } = stage();
  play(10);
  const one = reader(fake);
  const before = one.take().at(-1);
  input.close(streamError("path-no-stream", { details: { path: "cam" } }));
  fake.clock.advance(1000);
  const again = fake.attach();
  fake.push(again, { payload: KEY, timestamp: 77 });
  const [after] = one.take();
  assert.deepEqual([before?.epoch, after?.epoch], [0, 1]);
  const elapsed = ((after?.pts ?? 0) - (before?.pts ?? 0)) / 90;
  assert.ok(elapsed > 900 && elapsed < 1200, String(elapsed));
  one.reader.close();
});

test("units tell when they were there, by the clock as it is set now", () => {
  const { fake, play } = stage();
  play(10);
  const one = reader(fake);
  const unit = one.take().at(-1);
  assert.ok(unit !== undefined);
  fake.clock.setWall(fake.clock.wallNow() + 3_600_000);
  const age = fake.clock.wallNow() - (one.reader.wallTime(unit) ?? 0);
  assert.ok(age >= 0 && age < 100, String(age));
  one.reader.close();
});

test("the end of the stream is told once", () => {
  const { fake, play } = stage();
  play(3);
  const one = reader(fake);
  fake.stream.close(streamError("stream-closed"));
  assert.equal(one.ended(), "stream-closed");
  one.reader.close();
});
