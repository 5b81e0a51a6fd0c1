import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigReloader } from "#app/reload/config-reloader.ts";
import { createSchema } from "#app/schema.ts";
import type { Logger } from "#base/log.ts";
import { loadText } from "#config/load.ts";
import { differenceOf } from "#config/difference.ts";
import { streamError } from "#streams/errors.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const schema = createSchema();

/** A reloader whose file is `text`. */
function bench(first: string) {
  const file = { text: first };
  const [logged, notified, applied, told]: string[][] = [[], [], [], []];
  const log: Logger = {
    debug: () => undefined,
    info: (_fields, message) => logged?.push(message),
    warn: () => undefined,
    error: (fields, message) => logged?.push(`${message} ${JSON.stringify(fields)}`),
    child: () => log,
  };
  let inForce = loadText(schema, first).config;
  const gate = { refuse: false };
  const reloader = new ConfigReloader({
    clock: new ManualClock(),
    log,
    language: "en",
    serviceManager: { reloading: () => notified?.push("reloading"), ready: () => notified?.push("ready") },
    loaded: loadText(schema, first),
    load: () => Promise.resolve(loadText(schema, file.text)),
    apply: (config) => {
      if (gate.refuse || inForce === undefined) return Promise.reject(streamError("path-too-many", { details: { max: 1 } }));
      const difference = differenceOf(inForce, config, schema);
      inForce = config;
      applied?.push(config.paths.map(({ name }) => name).join());
      return Promise.resolve(difference);
    },
    onReload: ({ kind }, trigger) => told?.push(`${kind} ${trigger}`),
  });
  return { file, gate, reloader, logged: logged ?? [], notified: notified ?? [], applied: applied ?? [], told: told ?? [] };
}

test("a changed file is applied, and says what changed", async () => {
  const { file, reloader, applied, notified } = bench("paths: {a: {}, b: {}}");
  const { version } = reloader;
  file.text = "logLevel: debug\npaths: {a: {maxReaders: 2}, c: {}}";
  const result = await reloader.reload("file");
  assert.deepEqual(result.kind === "applied" && result.difference, {
    global: ["logLevel"],
    addedPaths: ["c"],
    changedPaths: ["a"],
    removedPaths: ["b"],
    interrupted: ["b"],
  });
  assert.deepEqual(applied, ["a,c"]);
  assert.deepEqual(notified, ["reloading", "ready"]);
  assert.notEqual(reloader.version, version);
  assert.deepEqual([reloader.reloads, reloader.failures], [1, 0]);
});

test("a file that is as before changes nothing, and whoever sent the signal gets the answer all the same", async () => {
  const { reloader, applied, notified } = bench("paths: {a: {}}");
  assert.equal((await reloader.reload("file")).kind, "unchanged");
  assert.deepEqual(notified, []);
  assert.equal((await reloader.reload("signal")).kind, "unchanged");
  assert.deepEqual(notified, ["reloading", "ready"]);
  assert.deepEqual(applied, []);
});

test("a broken file is logged once for each content, until one is applied", async () => {
  const { file, reloader, logged, applied, told } = bench("paths: {a: {}}");
  file.text = "paths: {a: {maxReaders: x}}";
  assert.equal((await reloader.reload("file")).kind, "invalid");
  const lines = logged.length;
  assert.equal((await reloader.reload("file")).kind, "invalid");
  assert.deepEqual(told, ["invalid file"], "looked at again by itself, it is no news");
  assert.equal((await reloader.reload("signal")).kind, "invalid");
  assert.equal(logged.length, lines);
  assert.equal(reloader.failure?.problems[0]?.error.code, "config-bad-integer");
  file.text = "paths: {a: {maxReaders: y}}";
  await reloader.reload("file");
  assert.equal(logged.length, lines * 2);
  file.text = "paths: {a: {}}";
  assert.equal((await reloader.reload("file")).kind, "unchanged");
  assert.equal(reloader.failure, undefined);
  assert.deepEqual(applied, []);
  assert.deepEqual(told, ["invalid file", "invalid signal", "invalid file"]);
});

test("one that can't be applied is told like a broken one, and tried again when asked", async () => {
  const { file, gate, reloader, applied } = bench("paths: {a: {}}");
  file.text = "paths: {b: {}}";
  gate.refuse = true;
  const refused = await reloader.reload("file");
  assert.equal(refused.kind === "refused" && refused.error.code, "path-too-many");
  assert.equal(reloader.failure?.problems[0]?.error.code, "path-too-many");
  gate.refuse = false;
  assert.equal((await reloader.reload("signal")).kind, "applied");
  assert.deepEqual(applied, ["b"]);
});

test("a file that is emptied is refused, and {} isn't", async () => {
  const { file, reloader, applied } = bench("paths: {a: {}}");
  file.text = " \n";
  assert.equal((await reloader.reload("file")).kind, "invalid");
  assert.equal(reloader.failure?.problems[0]?.error.code, "app-configuration-emptied");
  file.text = "{}";
  assert.equal((await reloader.reload("file")).kind, "applied");
  assert.deepEqual(applied, [""]);
});

test("one change at a time: those that wait for the file become one, a text has its own turn", async () => {
  const { file, reloader, applied } = bench("paths: {a: {}}");
  file.text = "paths: {b: {}}";
  const [first, second] = [reloader.reload("file"), reloader.reload("signal")];
  const text = "paths: {c: {}}";
  const third = reloader.apply(loadText(schema, text), "api");
  assert.equal(first, second);
  assert.deepEqual([(await first).kind, (await third).kind], ["applied", "applied"]);
  assert.deepEqual(applied, ["b", "c"]);
  // The API writes the file then, and the watch finds nothing new in it.
  file.text = text;
  assert.equal((await reloader.reload("file")).kind, "unchanged");
});
