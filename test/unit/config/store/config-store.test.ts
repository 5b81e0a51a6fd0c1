import assert from "node:assert/strict";
import { test } from "node:test";
import { storeError } from "#config/store/errors.ts";
import { ConfigRefusal } from "#config/store/config-store.ts";
import { editYaml } from "#config/store/yaml-editor.ts";
import type { PlainValue } from "#config/store/yaml-editor.ts";
import { CONFIG_FILE, openTestStore } from "#test/support/config-store.ts";

const BASE = "# The shop.\nlogLevel: info\npaths:\n  gate: # at the gate\n";

const setting = (at: readonly string[], value: PlainValue) => ({
  by: "api" as const,
  edit: ({ text }: { text: string }) => editYaml(text, [{ kind: "set", at, value }]),
});

test("a change is saved, put into force, and the one before becomes a backup", async () => {
  const { store, files, applied } = openTestStore(BASE);
  const before = store.etag;
  const outcome = await store.change(setting(["logLevel"], "debug"));
  assert.equal(files.files.get(CONFIG_FILE), BASE.replace("info", "debug"));
  assert.equal(applied.length, 1);
  assert.equal(outcome.saved, "file");
  assert.notEqual(outcome.etag, before);
  assert.equal(store.etag, outcome.etag);
  assert.deepEqual(
    (await store.history()).map(({ text }) => text),
    [BASE],
  );
});

test("the last three good ones are kept", async () => {
  const { store } = openTestStore(BASE);
  for (const level of ["debug", "warn", "error", "debug", "info"]) await store.change(setting(["logLevel"], level));
  const levels = (await store.history()).map(({ text }) => /logLevel: (\w+)/.exec(text)?.[1]);
  assert.deepEqual(levels, ["debug", "error", "warn"]);
});

test("what would not load is refused with every problem, and nothing is written", async () => {
  const { store, files, applied } = openTestStore(BASE);
  await assert.rejects(store.change(setting(["paths", "gate"], { sourceOnDemand: "perhaps", maxReaders: "x" })), (error) => {
    assert.ok(error instanceof ConfigRefusal);
    assert.deepEqual(
      error.problems.map(({ path }) => path),
      ["paths.gate.sourceOnDemand", "paths.gate.maxReaders"],
    );
    return true;
  });
  assert.equal(files.writes, 0);
  assert.equal(applied.length, 0);
});

test("an edit on the disk is never overwritten", async () => {
  const { store, files } = openTestStore(BASE);
  files.files.set(CONFIG_FILE, `${BASE}api: yes\n`);
  await assert.rejects(store.change(setting(["logLevel"], "debug")), { code: "config-changed-on-disk" });
  assert.equal(files.files.get(CONFIG_FILE), `${BASE}api: yes\n`);
});

test("an edit on the disk in the last moment is never overwritten either", async () => {
  const { store, files, applied } = openTestStore(BASE);
  files.beforeCompare = () => files.files.set(CONFIG_FILE, `${BASE}api: yes\n`);
  await assert.rejects(store.change(setting(["logLevel"], "debug")), { code: "config-changed-on-disk" });
  assert.equal(files.files.get(CONFIG_FILE), `${BASE}api: yes\n`);
  assert.equal(applied.length, 0);
});

test("a broken file on the disk is named as such, and can be replaced on purpose", async () => {
  const { store, files } = openTestStore(BASE);
  files.files.set(CONFIG_FILE, "logLevel: [\n");
  await assert.rejects(store.change(setting(["logLevel"], "debug")), { code: "config-file-broken" });
  const disk = await store.onDisk();
  assert.equal(disk.inForce, false);
  assert.ok(disk.problems.length > 0);
  const mended = { by: "api" as const, overDisk: true, edit: () => "logLevel: warn\n" };
  await assert.rejects(store.change({ ...mended, ifMatch: store.etag }), { code: "config-etag-mismatch" });
  await store.change({ ...mended, ifMatch: disk.etag });
  assert.equal(files.files.get(CONFIG_FILE), "logLevel: warn\n");
  assert.deepEqual(await store.history(), []);
});

test("the text in force can be put back over a broken file", async () => {
  const { store, files } = openTestStore(BASE);
  files.files.set(CONFIG_FILE, "logLevel: [\n");
  await store.change({ by: "api", overDisk: true, edit: () => BASE });
  assert.equal(files.files.get(CONFIG_FILE), BASE);
});

test("If-Match of another configuration is refused", async () => {
  const { store } = openTestStore(BASE);
  await assert.rejects(store.change({ ...setting(["logLevel"], "debug"), ifMatch: '"0123"' }), { code: "config-etag-mismatch" });
  await store.change({ ...setting(["logLevel"], "debug"), ifMatch: `"0123", "${store.etag}"` });
  await store.change({ ...setting(["logLevel"], "warn"), ifMatch: "*" });
});

test("of two changes made for the same configuration at once, one is refused", async () => {
  const { store } = openTestStore(BASE);
  const ifMatch = store.etag;
  const results = await Promise.allSettled([
    store.change({ ...setting(["logLevel"], "debug"), ifMatch }),
    store.change({ ...setting(["logLevel"], "warn"), ifMatch }),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected"],
  );
});

test("a dry run changes nothing", async () => {
  const { store, files, applied } = openTestStore(BASE);
  const outcome = await store.change({ ...setting(["logLevel"], "debug"), dryRun: true });
  assert.match(outcome.text, /debug/);
  assert.equal(files.files.get(CONFIG_FILE), BASE);
  assert.equal(applied.length, 0);
  await assert.rejects(store.change({ ...setting(["logLevel"], "loud"), dryRun: true }), ConfigRefusal);
});

test("what can't be put into force is taken back", async () => {
  const bench = openTestStore(BASE);
  bench.applyNext = () => ({ kind: "refused", error: storeError("config-store-busy") });
  await assert.rejects(bench.store.change(setting(["logLevel"], "debug")), { code: "config-not-applied" });
  assert.equal(bench.files.files.get(CONFIG_FILE), BASE);
  assert.match(bench.store.inForce.text, /info/);
});

test("one of many that can't be put into force doesn't take the others with it", async () => {
  const bench = openTestStore(BASE);
  bench.applyNext = ({ text }) =>
    text.includes("logLevel: error")
      ? { kind: "refused", error: storeError("config-store-busy") }
      : { kind: "applied", restartNeeded: [] };
  const results = await Promise.allSettled([
    bench.store.change(setting(["paths", "a"], null)),
    bench.store.change(setting(["logLevel"], "error")),
    bench.store.change(setting(["paths", "b"], null)),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(
    bench.store.inForce.config.paths.map(({ name }) => name),
    ["gate", "a", "b"],
  );
});

test("many changes at once are all kept, and cost a few writes", async () => {
  const { store, files } = openTestStore(BASE);
  const names = Array.from({ length: 200 }, (_, index) => `cam${String(index)}`);
  await Promise.all(names.map((name) => store.change(setting(["paths", name], null))));
  assert.equal(store.inForce.config.paths.length, 201);
  assert.ok(files.writes < 20, String(files.writes));
  assert.match(files.files.get(CONFIG_FILE) ?? "", /# The shop[^]*# at the gate/);
});

test("a disk that refuses leaves everything as it was", async () => {
  const { store, files } = openTestStore(BASE);
  files.failure = storeError("config-store-busy");
  await assert.rejects(store.change(setting(["logLevel"], "debug")), { code: "config-store-busy" });
  files.failure = undefined;
  await store.change(setting(["logLevel"], "debug"));
  assert.match(store.inForce.text, /debug/);
});

test("without a file, changes are kept in memory and say so", async () => {
  const { store, files } = openTestStore("", { file: null });
  const outcome = await store.change(setting(["paths", "gate"], { source: "publisher" }));
  assert.equal(outcome.saved, "memory");
  assert.equal(files.files.size, 0);
  assert.equal(store.inForce.config.paths.length, 1);
  assert.equal(await store.writable(), false);
});

test("listeners hear of every change, whoever made it", async () => {
  const { store } = openTestStore(BASE);
  const heard: string[] = [];
  const stop = store.onChange((_loaded, by) => heard.push(by));
  await store.change(setting(["logLevel"], "debug"));
  store.adopt({ ...store.inForce, text: BASE }, "file");
  store.adopt({ ...store.inForce }, "file");
  stop();
  store.adopt({ ...store.inForce, text: "" }, "signal");
  assert.deepEqual(heard, ["api", "file"]);
});
