import assert from "node:assert/strict";
import { test } from "node:test";
import { PacketFlag } from "#codecs/codec.ts";
import { H265Inspector } from "#codecs/h265/inspector.ts";
import { parameterSetId } from "#codecs/h265/parameter-sets.ts";
import { ParameterSetStore } from "#codecs/parameter-set-store.ts";

const { Key, ParameterSets, ParameterSetsChanged, Malformed } = PacketFlag;
const NEW_SETS = ParameterSets | ParameterSetsChanged;
const VPS = "40010c01ffff016000000300900000030000030078959409";
const SPS = "420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84";
const PPS = "4401c073c189";
const SLICE = "0201d0112233";
const IDR = "2601af112233";
const CRA = "2a01af112233";
const START = "00000001";

function makeInspector(hasDon = false): { sets: ParameterSetStore; see(hex: string, firstOfUnit?: boolean): number } {
  const sets = new ParameterSetStore({ kinds: 3, headerBytes: 2, sequenceKind: 1, idOf: parameterSetId });
  const inspector = new H265Inspector(sets, hasDon);
  const see = (hex: string, firstOfUnit = false): number => {
    const payload = Buffer.from(hex, "hex");
    const buffer = Buffer.concat([Buffer.alloc(12, 0x26), payload, Buffer.from("0000014001", "hex")]);
    return inspector.inspect(buffer, { start: 12, end: 12 + payload.length, firstOfUnit });
  };
  return { sets, see };
}

const sized = (nal: string): string => (nal.length / 2).toString(16).padStart(4, "0") + nal;

function fragment(nal: string, flags: number, don = ""): string {
  const [first = 0, second = 0] = Buffer.from(nal.slice(0, 4), "hex");
  return Buffer.of((first & 0x81) | 0x62, second, flags | ((first >> 1) & 0x3f)).toString("hex") + don + nal.slice(4);
}

test("sees sets and key slice in packets of their own", () => {
  const { see, sets } = makeInspector();
  const flags = [see(VPS, true), see(SPS), see(PPS), see(IDR)];
  assert.deepEqual(flags, [ParameterSetsChanged, ParameterSetsChanged, NEW_SETS, Key]);
  assert.deepEqual(
    sets.all().map((nal) => nal.toString("hex")),
    [VPS, SPS, PPS],
  );
});

test("sees IDR, BLA and CRA pictures as key units, others not", () => {
  const { see } = makeInspector();
  for (const [type, flags] of [
    [0, 0],
    [1, 0],
    [9, 0],
    [15, 0],
    [16, Key],
    [19, Key],
    [20, Key],
    [21, Key],
    [22, 0],
  ] as const) {
    assert.equal(see(`${Buffer.of(type << 1, 1).toString("hex")}d0112233`, true), flags, `type ${String(type)}`);
  }
  assert.equal(see(CRA), Key);
});

test("sees sets in an aggregation packet", () => {
  const { see } = makeInspector();
  assert.equal(see(`6001${sized(VPS)}${sized(SPS)}${sized(PPS)}${sized(IDR)}`, true), NEW_SETS | Key);
});

test("sees a whole unit with start codes where one NAL unit belongs, and in the first fragment", () => {
  const together = `${VPS}${START}${SPS}${START}${PPS}000001${IDR}`;
  for (const payload of [together, `${START}${together}`, fragment(together, 0x80)]) {
    const { see, sets } = makeInspector();
    assert.equal(see(payload, true), NEW_SETS | Key);
    assert.equal(sets.all()[0]?.toString("hex"), VPS);
  }
});

test("sees a key slice by its first fragment, not by later ones", () => {
  const { see } = makeInspector();
  assert.deepEqual(
    [see(fragment(IDR, 0x80), true), see(fragment(IDR, 0)), see(fragment(IDR, 0x40)), see(fragment(SLICE, 0x80))],
    [Key, 0, 0, 0],
  );
});

test("passes over decoding order numbers where the session has them", () => {
  const { see, sets } = makeInspector(true);
  const withDon = (nal: string): string => `${nal.slice(0, 4)}0007${nal.slice(4)}`;
  assert.equal(see(withDon(VPS), true), ParameterSetsChanged);
  assert.equal(see(`60010008${sized(SPS)}01${sized(PPS)}`), NEW_SETS);
  assert.equal(see(fragment(IDR, 0x80, "0009")), Key);
  assert.equal(see(withDon(IDR), true), Key);
  assert.equal(see(withDon(SLICE), true), 0);
  assert.deepEqual(
    sets.all().map((nal) => nal.toString("hex")),
    [VPS, SPS, PPS],
  );
});

const odd: readonly { name: string; payload: string; flags: number }[] = [
  { name: "empty", payload: "", flags: Malformed },
  { name: "half a header", payload: "26", flags: Malformed },
  { name: "an aggregated part longer than the rest", payload: `600100ff${IDR}`, flags: Malformed },
  { name: "a first fragment without data", payload: "620193", flags: Malformed },
  { name: "a type nobody has specified", payload: "7e01aabb", flags: Malformed },
  { name: "PACI, passed on unread", payload: "6401aabbcc", flags: 0 },
  { name: "an end of sequence of two bytes", payload: "4801", flags: 0 },
];

for (const { name, payload, flags } of odd) {
  test(`meets odd payloads: ${name}`, () => {
    assert.equal(makeInspector().see(payload, true), flags);
  });
}
