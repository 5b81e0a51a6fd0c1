import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import { formatProblems } from "#config/report.ts";

const schema = createSchema();

function report(text: string, language: "en" | "zh" = "en"): string {
  const { problems, texts } = loadText(schema, text, "c.yml");
  return formatProblems(problems, texts, language);
}

test("an error says where, what and how to mend it, above the line with a mark", () => {
  const expected = [
    "c.yml:2:11: logLevel: 'inof' is not one of: error, warn, info, debug; did you mean 'info'? [config-misspelled-choice]",
    "  2 | logLevel: inof",
    "                ^",
  ];
  assert.equal(report("rtsp: yes\nlogLevel: inof\n"), expected.join("\n"));
});

test("the same in Chinese", () => {
  assert.match(
    report("logLevel: inof\n", "zh"),
    /^c\.yml:1:11: logLevel：“inof”不在可选值之内：.*；是否想写“info”？ \[config-misspelled-choice\]/,
  );
});

test("errors come before warnings, each in the order of the file", () => {
  const text = "rtmpAddress: :1936\nauthInternalUsers: [{user: any, permissions: [{action: read}]}]\napi: x\nrtsp: x\n";
  const heads = report(text)
    .split("\n")
    .filter((line) => line.startsWith("c.yml"));
  assert.deepEqual(
    heads.map((line) => line.replace(/^c\.yml:(\d+).*\[(.*)\]$/, "$1 $2")),
    ["3 config-bad-boolean", "4 config-bad-boolean", "1 config-not-carried", "2 config-any-may"],
  );
});

test("passwords on the shown line are masked, and a mark that no longer fits is left out", () => {
  for (const line of [
    "pass: hunter2",
    "paths: {c: {sorce: 'rtsp://joe:hunter2@h/x'}}",
    "hlsCDNSecret: [hunter2]",
    "password：hunter2",
  ]) {
    const shown = report(`${line}\n`);
    assert.doesNotMatch(shown, /hunter2/);
    assert.match(shown, /<redacted>/);
  }
});
