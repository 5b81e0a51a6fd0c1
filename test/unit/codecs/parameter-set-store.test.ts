import assert from "node:assert/strict";
import { test } from "node:test";
import { PacketFlag } from "#codecs/codec.ts";
import type { NalView } from "#codecs/parameter-set-store.ts";
import { MAX_SET_BYTES, ParameterSetStore } from "#codecs/parameter-set-store.ts";

const SEQUENCE = 0;
const PICTURE = 1;
const { ParameterSets, ParameterSetsChanged, Malformed } = PacketFlag;

/** Sets here are a header byte, an id byte, and text. */
function makeStore(): ParameterSetStore {
  return new ParameterSetStore({ kinds: 2, headerBytes: 1, sequenceKind: SEQUENCE, idOf: (_, nal) => nal[1] ?? -1 });
}

function view(id: number, text: string, header = 7): NalView {
  const buffer = Buffer.concat([Buffer.from("xx"), Buffer.of(id), Buffer.from(text), Buffer.from("yy")]);
  return { buffer, header, start: 2, end: buffer.length - 2 };
}

const texts = (sets: readonly Buffer[]): string[] => sets.map((nal) => `${String(nal[1])}${nal.subarray(2).toString()}`);

test("says changed for new sets and complete with the last missing one", () => {
  const store = makeStore();
  store.beginUnit();
  assert.equal(store.offer(SEQUENCE, view(0, "s")), ParameterSetsChanged);
  assert.equal(store.complete, false);
  assert.equal(store.offer(PICTURE, view(0, "p")), ParameterSetsChanged | ParameterSets);
  assert.equal(store.complete, true);
});

test("says complete in every unit that carries a set of each kind, changed only for other bytes", () => {
  const store = makeStore();
  for (const expected of [ParameterSetsChanged | ParameterSets, ParameterSets, ParameterSets]) {
    store.beginUnit();
    const flags = store.offer(SEQUENCE, view(0, "s")) | store.offer(PICTURE, view(0, "p"));
    assert.equal(flags, expected);
  }
  store.beginUnit();
  assert.equal(store.offer(PICTURE, view(0, "p")), 0, "a lone known set");
});

test("doesn't copy or count a set that differs in its header only", () => {
  const store = makeStore();
  store.offer(SEQUENCE, view(0, "s", 0x67));
  assert.equal(store.offer(SEQUENCE, view(0, "s", 0x27)), 0);
  assert.equal(store.ofKind(SEQUENCE)[0]?.[0], 0x67);
});

test("replaces a set of the same id and keeps others, the latest at the end", () => {
  const store = makeStore();
  store.offer(PICTURE, view(3, "c"));
  store.offer(PICTURE, view(1, "a"));
  store.offer(PICTURE, view(1, "b"));
  assert.deepEqual(texts(store.ofKind(PICTURE)), ["3c", "1b"]);
  assert.equal(store.newest(PICTURE)?.subarray(2).toString(), "b");
});

test("lists all sets in decoding order", () => {
  const store = makeStore();
  store.seed(PICTURE, Buffer.from([8, 0, 0x70]));
  store.seed(SEQUENCE, Buffer.from([7, 0, 0x73]));
  assert.deepEqual(texts(store.all()), ["0s", "0p"]);
});

test("drops picture sets of a replaced sequence once the unit has its own", () => {
  const store = makeStore();
  store.beginUnit();
  store.offer(SEQUENCE, view(0, "day"));
  store.offer(PICTURE, view(0, "p"));
  store.offer(PICTURE, view(5, "p"));
  store.beginUnit();
  store.offer(SEQUENCE, view(0, "night"));
  assert.equal(store.complete, true, "the old ones stay until then");
  store.offer(PICTURE, view(0, "q"));
  assert.deepEqual(texts(store.all()), ["0night", "0q"]);
});

test("keeps a picture set that is sent again unchanged with the new sequence", () => {
  const store = makeStore();
  store.offer(SEQUENCE, view(0, "day"));
  store.offer(PICTURE, view(0, "p"));
  store.beginUnit();
  store.offer(SEQUENCE, view(0, "night"));
  assert.equal(store.offer(PICTURE, view(0, "p")), ParameterSets);
  assert.deepEqual(texts(store.all()), ["0night", "0p"]);
});

test("doesn't remember sets that are empty, too large, or without a readable id", () => {
  const store = makeStore();
  const unreadable = new ParameterSetStore({ kinds: 2, headerBytes: 1, sequenceKind: SEQUENCE, idOf: () => -1 });
  assert.equal(unreadable.offer(SEQUENCE, view(0, "s")), Malformed);
  assert.equal(unreadable.all().length, 0);
  const empty = view(0, "");
  empty.end = empty.start;
  assert.equal(store.offer(SEQUENCE, empty), Malformed);
  assert.equal(store.offer(SEQUENCE, view(0, "s".repeat(MAX_SET_BYTES))), Malformed);
  store.seed(SEQUENCE, Buffer.alloc(MAX_SET_BYTES + 1));
  store.seed(SEQUENCE, Buffer.of(7));
  assert.equal(store.all().length, 0);
});

test("keeps a bounded number of sets, the oldest go", () => {
  const store = makeStore();
  for (let id = 0; id < 200; id += 1) store.offer(PICTURE, view(id, "p"));
  assert.equal(store.all().length, 48);
  assert.equal(store.all().at(-1)?.[1], 199);
});

test("keeps copies: the packet's bytes may change afterwards", () => {
  const store = makeStore();
  const seen = view(0, "s");
  store.offer(SEQUENCE, seen);
  seen.buffer.fill(0);
  assert.deepEqual(texts(store.all()), ["0s"]);
});
