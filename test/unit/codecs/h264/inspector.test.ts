/**
 * Cameras differ in how they pack the same access unit. The stories: parameter sets in packets of their own, in one STAP-A,
 * the whole unit with start codes in one NAL unit, and that again in fragments.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PacketFlag } from "#codecs/codec.ts";
import { H264Inspector } from "#codecs/h264/inspector.ts";
import { parameterSetId } from "#codecs/h264/parameter-sets.ts";
import { ParameterSetStore } from "#codecs/parameter-set-store.ts";

const { Key, ParameterSets, ParameterSetsChanged, Malformed } = PacketFlag;
const NEW_SETS = ParameterSets | ParameterSetsChanged;
const SPS = "6742c028da01e0089f97011000000300100000030320f1832a";
const OTHER_SPS = "674d4028eca03c0227ef011000003e90000ea601f162d960";
const PPS = "68ce0fc8";
const SLICE = "419a2233";
const IDR = "6588840011";
const START = "00000001";

function makeInspector(): { inspector: H264Inspector; sets: ParameterSetStore; see(hex: string, firstOfUnit?: boolean): number } {
  const sets = new ParameterSetStore({ kinds: 2, headerBytes: 1, sequenceKind: 0, idOf: parameterSetId });
  const inspector = new H264Inspector(sets);
  const see = (hex: string, firstOfUnit = false): number => {
    const payload = Buffer.from(hex, "hex");
    const buffer = Buffer.concat([Buffer.alloc(12, 0x65), payload, Buffer.from("000001676742", "hex")]);
    return inspector.inspect(buffer, { start: 12, end: 12 + payload.length, firstOfUnit });
  };
  return { inspector, sets, see };
}

function stapA(...nals: readonly string[]): string {
  return `78${nals.map((nal) => (nal.length / 2).toString(16).padStart(4, "0") + nal).join("")}`;
}

/** First fragment: start bit set. */
function fuA(nal: string, flags = 0x80): string {
  const header = Number.parseInt(nal.slice(0, 2), 16);
  return Buffer.of((header & 0xe0) | 28, flags | (header & 0x1f)).toString("hex") + nal.slice(2);
}

test("sees sets and key slice in packets of their own", () => {
  const { see, sets } = makeInspector();
  assert.deepEqual([see(SPS, true), see(PPS), see(IDR)], [ParameterSetsChanged, NEW_SETS, Key]);
  assert.deepEqual(
    sets.all().map((nal) => nal.toString("hex")),
    [SPS, PPS],
  );
  assert.deepEqual([see(SLICE, true), see(SPS, true), see(PPS), see(IDR)], [0, 0, ParameterSets, Key]);
});

test("sees sets in a STAP-A, the key slice among them", () => {
  const { see } = makeInspector();
  assert.equal(see(stapA(SPS, PPS), true), NEW_SETS);
  assert.equal(see(stapA(SPS, PPS, IDR), true), ParameterSets | Key);
});

test("sees a whole unit with start codes where one NAL unit belongs", () => {
  for (const lead of [START, "000001", ""]) {
    const { see, sets } = makeInspector();
    assert.equal(see(`${lead}${SPS}${START}${PPS}000001${IDR}`, true), NEW_SETS | Key, `begins with ${lead}`);
    assert.deepEqual(
      sets.all().map((nal) => nal.toString("hex")),
      [SPS, PPS],
    );
  }
});

test("sees the same in the first fragment", () => {
  const { see, sets } = makeInspector();
  assert.equal(see(fuA(`${SPS}${START}${PPS}${START}${IDR}`), true), NEW_SETS | Key);
  assert.equal(sets.all()[0]?.toString("hex"), SPS, "header put together again");
});

test("takes a set from a fragment that is both first and last", () => {
  const { see, sets } = makeInspector();
  assert.equal(see(fuA(SPS, 0xc0), true), ParameterSetsChanged);
  assert.equal(sets.ofKind(0)[0]?.toString("hex"), SPS);
});

test("doesn't take a set cut by fragments, whose rest is elsewhere", () => {
  const { see, sets } = makeInspector();
  assert.equal(see(fuA(SPS, 0x80), true), 0);
  assert.equal(sets.all().length, 0);
});

test("sees a key slice by its first fragment, not by later ones", () => {
  const { see } = makeInspector();
  assert.deepEqual(
    [see(fuA(IDR, 0x80), true), see(fuA(IDR, 0)), see(fuA(IDR, 0x40)), see(fuA(SLICE, 0x80), true)],
    [Key, 0, 0, 0],
  );
});

test("sees a recovery point as a key unit, alone or in a STAP-A", () => {
  const { see } = makeInspector();
  assert.equal(see("0606018480", true), Key);
  assert.equal(see(stapA("0606018480", SLICE), true), Key);
  assert.equal(see("0606014480", true), 0);
});

test("says that sets have changed, by bytes", () => {
  const { see } = makeInspector();
  see(stapA(SPS, PPS), true);
  assert.equal(see(stapA(OTHER_SPS, PPS), true), NEW_SETS);
  assert.equal(see(stapA(OTHER_SPS, PPS), true), ParameterSets);
});

test("doesn't count sets of the unit before", () => {
  const { see } = makeInspector();
  see(SPS, true);
  assert.equal(see(PPS, true), ParameterSetsChanged);
});

const malformed: readonly { name: string; payload: string; flags: number }[] = [
  { name: "empty", payload: "", flags: Malformed },
  { name: "type 0 without a start code", payload: "00aabb", flags: Malformed },
  { name: "type 31", payload: "7faabb", flags: Malformed },
  { name: "a STAP-A part longer than the rest", payload: `7800ff${IDR}`, flags: Malformed },
  { name: "a STAP-A whose second part is cut", payload: `${stapA(IDR)}00ff41`, flags: Malformed | Key },
  { name: "a fragment without data", payload: "7c85", flags: Malformed },
  { name: "a set without a readable id", payload: "67420028", flags: Malformed },
  { name: "interleaved mode, passed on unread", payload: "790001aabb", flags: 0 },
  { name: "an end of sequence of one byte", payload: "0a", flags: 0 },
];

for (const { name, payload, flags } of malformed) {
  test(`meets odd payloads: ${name}`, () => {
    assert.equal(makeInspector().see(payload, true), flags);
  });
}
