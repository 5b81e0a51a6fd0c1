import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { usualFiles } from "#config/layers/files.ts";
import { loadConfig, loadDraft, loadText } from "#config/load.ts";
import { decodeText } from "#config/syntax/limits.ts";
import type { Problem } from "#config/syntax/node.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { brokenMeaning, brokenSyntax, brokenValues } from "./broken-files.ts";
import { soundFiles } from "./sound-files.ts";

const schema = createSchema();

/** `line:column code key` of a problem. */
function summary({ origin, error, path }: Problem): string {
  const at = origin.kind === "file" ? `${String(origin.line)}:${String(origin.column)}` : origin.kind;
  return `${at} ${error.code} ${path}`.trim();
}

/** The position of the mark, and the text without it. */
function unmark(marked: string): { text: string; at: string } {
  const before = marked.slice(0, marked.indexOf("⇒"));
  const lines = before.split("\n");
  return { text: marked.replace("⇒", ""), at: `${String(lines.length)}:${String((lines.at(-1) ?? "").length + 1)}` };
}

for (const { title, text: marked, code, key = "" } of [...brokenSyntax, ...brokenValues, ...brokenMeaning]) {
  test(`refuses ${title}, at its place`, () => {
    const { text, at } = unmark(marked);
    const { config, problems } = loadText(schema, text);
    assert.equal(config, undefined);
    const errors = problems.filter((problem) => problem.severity === "error");
    assert.deepEqual(errors.map(summary), [`${at} ${code} ${key}`.trim()]);
  });
}

for (const { title, text, values = {}, path = {}, warnings = [] } of soundFiles) {
  test(`loads ${title}`, () => {
    const decoded = decodeText(Buffer.from(text));
    assert.ok(typeof decoded === "string");
    const { config, problems } = loadText(schema, decoded);
    assert.deepEqual(problems.filter((problem) => problem.severity === "error").map(summary), []);
    assert.deepEqual(problems.map((problem) => problem.error.code).sort(), [...warnings].sort());
    assert.ok(config);
    for (const [key, value] of Object.entries(values)) {
      const option = schema.global[key];
      assert.ok(option);
      assert.deepEqual(config.slice({ [key]: option })[key], value, key);
    }
    assert.partialDeepStrictEqual({ ...config.paths[0] }, path);
  });
}

test("every error of a file is found, not only the first", () => {
  const { problems } = loadText(schema, "logLevel: x\nrtsp: maybe\npaths:\n  a b:\n  c: {source: x}\n");
  assert.deepEqual(problems.map(summary), [
    "1:11 config-bad-choice logLevel",
    "2:7 config-bad-boolean rtsp",
    '4:3 config-path-name paths."a b"',
    "5:15 config-bad-source paths.c.source",
  ]);
});

test("problems are bounded in number", () => {
  const text = Array.from({ length: 500 }, (_, index) => `unknown${String(index)}: 1`).join("\n");
  assert.equal(loadText(schema, text).problems.length, 200);
});

test("no error repeats a password", () => {
  const texts = [
    "paths:\n  c: {source: 'rtmpx://joe:hunter2@h/'}\n",
    "paths:\n  c: {source: 'rtsp://joe:hun/ter2@hunter2@'}\n",
    "authInternalUsers: [{user: any, pass: hunter2}]\n",
    "authInternalUsers: [{user: joe, pass: 'sha256:hunter2'}]\n",
    "pass hunter2\n",
    "paths:\n  c:\n    source:rtsp://joe:hunter2@h/\n    enable: yes\n",
  ];
  for (const text of texts) {
    const { problems } = loadText(schema, text);
    assert.ok(problems.length > 0);
    for (const { error } of problems)
      assert.doesNotMatch(JSON.stringify([error.message, error.remedy("en"), error.details]), /hunter2|ter2/);
  }
});

test("a file is looked for in MediaMTX's places, ours first", () => {
  const files = usualFiles("/here");
  assert.deepEqual(files.slice(0, 3), ["/here/sluice.yml", "/here/rtsp-simple-server.yml", "/here/mediamtx.yml"]);
  assert.equal(files.at(-1), "/etc/sluice/sluice.yml");
});

test("a named file that isn't there is an error, none at all a warning", async (t) => {
  const folder = tempDir(t);
  const named = await loadConfig({ schema, file: "x.yml", folder, environment: {} });
  assert.deepEqual(named.problems.map(summary), ["1:1 config-not-found"]);
  assert.equal(named.config, undefined);
  const none = await loadConfig({ schema, file: undefined, folder, environment: {} });
  assert.deepEqual(none.problems.map(summary), ["built-in config-no-file"]);
  assert.ok(none.config);
});

test("a file is read within its limits", async (t) => {
  const folder = tempDir(t);
  const load = async (content: Buffer): Promise<readonly string[]> => {
    await writeFile(join(folder, "c.yml"), content);
    const { problems } = await loadConfig({ schema, file: "c.yml", folder, environment: {} });
    return problems.map(summary);
  };
  assert.deepEqual(await load(Buffer.alloc(256 * 1024 + 1, "#")), ["1:1 config-too-large"]);
  assert.deepEqual(await load(Buffer.from([0x61, 0x3a, 0x20, 0xff])), ["1:1 config-not-utf8"]);
  assert.deepEqual(await load(Buffer.from("\ufefflogLevel: debug\n")), []);
});

test("the first of the usual files is taken", async (t) => {
  const folder = tempDir(t);
  await writeFile(join(folder, "mediamtx.yml"), "logLevel: warn\n");
  const { config, file } = await loadConfig({ schema, file: undefined, folder, environment: {} });
  assert.equal(file, join(folder, "mediamtx.yml"));
  assert.equal(config?.file, join(folder, "mediamtx.yml"));
});

test("a profile lies over the file, and errors name the one they are in", async (t) => {
  const folder = tempDir(t);
  await writeFile(join(folder, "sluice.yml"), "logLevel: warn\nprotocols: [udp]\npaths:\n  a: {maxReaders: 1}\n");
  await writeFile(join(folder, "sluice-prod.yml"), 'rtspTransports: [tcp]\npaths:\n  a: {enable: "${ON:-no}"}\n');
  await writeFile(join(folder, "sluice-bad.yml"), "logLevel: x\n");
  const load = (profile: string): ReturnType<typeof loadConfig> =>
    loadConfig({ schema, file: undefined, profile, folder, environment: { ON: "yes" } });
  const { config, problems } = await load("prod");
  assert.deepEqual(problems.map(summary), ["2:1 config-old-name protocols"]);
  assert.deepEqual(config?.values["rtspTransports"], ["tcp"]);
  assert.partialDeepStrictEqual({ ...config.paths[0] }, { maxReaders: 1, enable: true });
  const bad = await load("bad");
  const places = bad.problems.map(({ origin }) =>
    origin.kind === "file" ? `${basename(origin.file)}:${String(origin.line)}` : "",
  );
  assert.deepEqual(places, ["sluice.yml:2", "sluice-bad.yml:1"]);
  assert.deepEqual((await load("none")).problems.map(summary), ["1:1 config-no-profile"]);
  assert.deepEqual((await load("../etc")).problems.map(summary), ["1:1 config-bad-profile"]);
});

test("text can be tried in a file's place, below its profile", async (t) => {
  const folder = tempDir(t);
  await writeFile(join(folder, "sluice.yml"), "");
  await writeFile(join(folder, "sluice-x.yml"), "rtsp: no\n");
  const options = { schema, file: "sluice.yml", profile: "x", folder, environment: { LEVEL: "debug" } };
  const { over } = await loadConfig(options);
  const { config } = loadDraft(options, "\ufefflogLevel: ${LEVEL}\nrtsp: yes\n", over);
  assert.deepEqual([config?.values["logLevel"], config?.values["rtsp"]], ["debug", false]);
  assert.deepEqual(loadDraft(options, "a".repeat(300_000)).problems.map(summary), ["1:1 config-too-large"]);
});

test("variables the file puts in aren't taken for settings", () => {
  const options = { schema, file: "sluice.yml", folder: "/", environment: { SLUICE_CAM_PASS: "x" } };
  const { problems } = loadDraft(options, "paths:\n  c: {source: 'rtsp://u:${SLUICE_CAM_PASS}@h/'}\n");
  assert.deepEqual(problems.map(summary), []);
});

test("a file with every key of MediaMTX loads; what has no effect is named in one warning", () => {
  const text = readFileSync(new URL("../../fixtures/config/every-mediamtx-key.yml", import.meta.url), "utf8");
  const { config, problems, root } = loadText(schema, text);
  assert.deepEqual(
    problems.map(({ severity, error }) => [severity, error.code]),
    [["warning", "config-not-carried"]],
  );
  assert.ok(config);
  const { message } = problems[0]?.error ?? {};
  const written = [...root.entries.keys()].filter((key) => !(key in schema.global) && key !== "paths" && key !== "pathDefaults");
  for (const key of written) {
    const option = schema.globalKnown[key];
    const said = new RegExp(`\\b${key}\\b`).test(message ?? "");
    assert.ok(said || option?.kind === "boolean", `${key} is neither named nor switched off`);
  }
});

test("a key without effect in many paths is named with a few of them", () => {
  const { problems } = loadText(schema, `paths:\n${"abcdefgh".replace(/./g, "  $&: {record: yes}\n")}`);
  assert.match(problems[0]?.error.message ?? "", /paths\.a\.record, paths\.b\.record, paths\.c\.record, … \(\+5\) \(recording/);
});

test("every error says how to mend it, in both languages", () => {
  for (const { title, text } of [...brokenSyntax, ...brokenValues, ...brokenMeaning]) {
    for (const { error } of loadText(schema, text.replace("⇒", "")).problems) {
      for (const language of ["en", "zh"] as const) assert.ok(error.remedy(language).length > 4, title);
    }
  }
});

test("a whole site's file loads without a word", () => {
  const text = readFileSync(new URL("../../fixtures/config/site.yml", import.meta.url), "utf8");
  const { config, problems } = loadText(schema, text);
  assert.deepEqual(problems.map(summary), []);
  assert.equal(config?.users.length, 3);
  assert.deepEqual(
    config.paths.map((path) => path.name),
    ["yard", "yard-small", "hall/main", "~^nvr/([1-8])$", "old-name", "door/front", "cellar", "all_others"],
  );
});
