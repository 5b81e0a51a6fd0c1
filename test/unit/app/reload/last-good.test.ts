import assert from "node:assert/strict";
import { test } from "node:test";
import { LastGood } from "#app/reload/last-good.ts";
import { createSchema } from "#app/schema.ts";
import { silentLogger } from "#base/log.ts";
import { loadDraft, type LoadOptions, type LoadResult } from "#config/load.ts";

const FILE = "/etc/sluice/sluice.yml";
const STATE = "/var/lib/sluice";
const TEXT = "# The gate.\nauthInternalUsers: [{user: owner, pass: secret, permissions: [{action: read}]}]\npaths:\n  gate: {}\n";
const options: LoadOptions = { schema: createSchema(), file: FILE, folder: "/", environment: {} };
const load = (text: string): LoadResult => loadDraft(options, text);

function memoryFiles() {
  const texts = new Map<string, string>();
  let writes = 0;
  const files = {
    read: (file: string) => Promise.resolve(texts.get(file)),
    replace: ({ file, text }: { file: string; text: string }) => {
      writes += 1;
      texts.set(file, text);
      return Promise.resolve("replaced" as const);
    },
  };
  return { files, texts, writes: () => writes };
}

async function keeping(text = TEXT) {
  const memory = memoryFiles();
  const lastGood = new LastGood(STATE, memory.files);
  await lastGood.keep(load(text), silentLogger);
  return { ...memory, lastGood, kept: `${STATE}/last-good.json` };
}

test("the same configuration is written once", async () => {
  const { lastGood, writes } = await keeping();
  await lastGood.keep(load(TEXT), silentLogger);
  assert.equal(writes(), 1);
  await lastGood.keep(load(`${TEXT}\n`), silentLogger);
  assert.equal(writes(), 2);
});

test("cut at every byte, or with a bit of every byte flipped, the file is either usable as it is, or replaced by the last good one", async () => {
  const { lastGood } = await keeping();
  const bytes = Buffer.from(TEXT);
  const mutations = [
    ...Array.from(bytes, (_, end) => bytes.subarray(0, end)),
    ...Array.from(bytes, (byte, at) => {
      const flipped = Buffer.from(bytes);
      flipped[at] = byte ^ (1 << (at % 8));
      return flipped;
    }),
  ];
  let replaced = 0;
  for (const mutation of mutations) {
    const loaded = load(mutation.toString("latin1"));
    const former = await lastGood.insteadOf(loaded, options);
    const used = former ?? loaded;
    assert.ok(used.config !== undefined, mutation.toString("latin1"));
    if (former !== undefined) replaced += 1;
    // With users, or closed for want of any; never open to somebody the last good one doesn't know.
    assert.ok(used.config.users.every(({ user }) => user !== "any"));
  }
  assert.ok(replaced > mutations.length / 4, `${String(replaced)} of ${String(mutations.length)}`);
});

test("what is kept is used only as it was written, and only for the file it was", async () => {
  const { lastGood, texts, kept } = await keeping();
  const broken = load("paths: [");
  assert.equal((await lastGood.insteadOf(broken, options))?.text, TEXT);
  assert.equal(await lastGood.insteadOf({ ...broken, file: "/etc/other.yml" }, options), undefined);
  const sound = texts.get(kept) ?? "";
  for (const wrong of ["", "{", "null", sound.replace("gate", "gale"), sound.replace('"version":1', '"version":2')]) {
    texts.set(kept, wrong);
    assert.equal(await lastGood.insteadOf(broken, options), undefined, wrong);
  }
});

test("a disk that can't be written to keeps nothing and stops nothing; without a folder nothing is tried", async () => {
  const failing = { read: () => Promise.reject(new Error("EIO")), replace: () => Promise.reject(new Error("EROFS")) };
  const lastGood = new LastGood(STATE, failing);
  await lastGood.keep(load(TEXT), silentLogger);
  assert.equal(await lastGood.insteadOf(load("paths: ["), options), undefined);
  await new LastGood(undefined, failing).keep(load(TEXT), silentLogger);
});
