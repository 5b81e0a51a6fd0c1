import assert from "node:assert/strict";
import { chmodSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { createSchema } from "#app/schema.ts";
import type { LoadResult } from "#config/load.ts";
import { loadUpToDate } from "#config/store/load-up-to-date.ts";
import type { TextFiles } from "#config/store/text-files.ts";
import { systemTextFiles } from "#platform/text-files.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const schema = createSchema();

/** A folder with a file, and how to load it. */
function site(t: TestContext, text: string): { folder: string; load: (files?: TextFiles) => Promise<LoadResult> } {
  const folder = tempDir(t);
  writeFileSync(join(folder, "sluice.yml"), text);
  const options = { schema, file: "sluice.yml", folder, environment: { PASS: "x" } };
  return { folder, load: (files = systemTextFiles) => loadUpToDate(options, files) };
}

const codes = ({ problems }: LoadResult): readonly string[] => problems.map(({ error }) => error.code);

test("a file of version 1 is rewritten, kept as a backup, and told", async (t) => {
  const before = "\ufeff# ours\nversion: 1\nprotocols: [tcp]\npaths:\n  cam: {source: 'rtsp://u:${PASS}@h/'}\n";
  const { folder, load } = site(t, before);
  chmodSync(join(folder, "sluice.yml"), 0o640);
  const loaded = await load();
  assert.deepEqual(codes(loaded), ["config-migrated"]);
  assert.deepEqual(loaded.config?.values["rtspTransports"], ["tcp"]);
  const after = "# ours\nversion: 2\nrtspTransports: [tcp]\npaths:\n  cam: {source: 'rtsp://u:${PASS}@h/'}\n";
  assert.equal(readFileSync(join(folder, "sluice.yml"), "utf8"), after);
  assert.equal(readFileSync(join(folder, "sluice.yml.version-1"), "utf8"), before);
  assert.deepEqual(codes(await load()), [], "the second time there is nothing to do");
});

test("a file without a version is left alone, old names and all", async (t) => {
  const { folder, load } = site(t, "protocols: [tcp]\n");
  assert.deepEqual(codes(await load()), ["config-old-name"]);
  assert.deepEqual(readdirSync(folder), ["sluice.yml"]);
});

test("a file that can't be written, or changes meanwhile, is used as it is", async (t) => {
  const { folder, load } = site(t, "version: 1\nprotocols: [tcp]\n");
  const refusing: TextFiles = { ...systemTextFiles, replace: () => Promise.reject(new Error("EROFS")) };
  const loaded = await load(refusing);
  assert.deepEqual(codes(loaded), ["config-old-name", "config-migration-failed"]);
  assert.match(loaded.problems[1]?.error.message ?? "", /EROFS/);
  assert.deepEqual(loaded.config?.values["rtspTransports"], ["tcp"]);
  const racing: TextFiles = { ...systemTextFiles, read: () => Promise.resolve("version: 1\n# edited\n") };
  assert.deepEqual(codes(await load(racing)), ["config-old-name", "config-migration-failed"]);
  assert.deepEqual(readdirSync(folder), ["sluice.yml"]);
});
