/**
 * Sizes and names: what keeps a file readable without scrolling back and findable from the tree alone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dirname } from "node:path";
import { listFiles, readSourceTree } from "#test/support/source-tree.ts";
import { expectNone } from "./expect-none.ts";

const MAX_FILE_LINES = 500;
const MAX_MEDIAN_LINES = 120;
const MAX_P90_LINES = 350;
const MAX_FOLDER_FILES = 15;

/** Words that say nothing about what is inside. */
const emptyWords = ["util", "utils", "helper", "helpers", "misc", "common", "manager", "stuff"];
/** Words that are fine inside a term of a standard (`rtp-info`), but no name by themselves. */
const vagueAlone = ["data", "info", "types", "constants", "interfaces", "functions"];

/** Named after the resources of the API, which are MediaMTX's. */
const RESOURCES = "src/api/routes/";
/** What systemd and its like are called. */
const terms = ["service-manager"];

const source = readSourceTree("src");
const code = [...source, ...readSourceTree("test"), ...readSourceTree("scripts"), ...readSourceTree("bundle")];

test(`no file is longer than ${String(MAX_FILE_LINES)} lines`, () => {
  const long = code.filter((file) => file.lines > MAX_FILE_LINES).map((file) => `${file.path}: ${String(file.lines)} lines`);
  expectNone(long);
});

test("most files of src are short", (t) => {
  const lines = source.map((file) => file.lines).sort((a, b) => a - b);
  const at = (share: number): number => lines[Math.min(lines.length - 1, Math.floor(lines.length * share))] ?? 0;
  t.diagnostic(
    `src: ${String(lines.length)} files, median ${String(at(0.5))}, 90 % within ${String(at(0.9))}, longest ${String(at(1))} lines`,
  );
  assert.ok(at(0.5) <= MAX_MEDIAN_LINES, `median ${String(at(0.5))} lines, wanted ${String(MAX_MEDIAN_LINES)}`);
  assert.ok(at(0.9) <= MAX_P90_LINES, `90 % within ${String(at(0.9))} lines, wanted ${String(MAX_P90_LINES)}`);
});

test(`no folder of src holds more than ${String(MAX_FOLDER_FILES)} files`, () => {
  const counts = Map.groupBy(listFiles("src"), (path) => dirname(path));
  const full = [...counts]
    .filter(([, files]) => files.length > MAX_FOLDER_FILES)
    .map(([folder, files]) => `${folder}: ${String(files.length)}`);
  expectNone(full);
});

test("names are kebab-case and say what is inside", () => {
  const allowed = /^(README(\.zh-CN)?\.md|[a-z0-9]+([.-][a-z0-9]+)*)$/;
  const bad = ["src", "test", "scripts"].flatMap(listFiles).flatMap((path) =>
    path.split("/").flatMap((part) => {
      const stem = part.replace(/\..*$/, "");
      if (!allowed.test(part)) return [`${path}: ${part} is not kebab-case`];
      if (vagueAlone.includes(stem) && !path.startsWith(RESOURCES)) return [`${path}: ${part} is too vague`];
      if (terms.includes(stem)) return [];
      return stem.split("-").some((word) => emptyWords.includes(word)) ? [`${path}: ${part} says nothing`] : [];
    }),
  );
  expectNone(bad);
});

test("every exported function, class and constant is used by another file", () => {
  const used = new Set(
    code.flatMap((file) => file.imports.flatMap(({ target, names }) => names.map((name) => `${target ?? ""} ${name}`))),
  );
  const unused = source.flatMap((file) =>
    file.exports
      .filter(
        ({ name, kind }) =>
          kind === "value" && !isForReading(name) && !used.has(`${file.path} ${name}`) && !used.has(`${file.path} *`),
      )
      .map(({ name, line }) => `${file.path}:${String(line)} ${name}`),
  );
  expectNone(unused, "make it local, or delete it");
});

/** Named limits and protocol numbers, which people look up, and error catalogues, which the documents are made from. */
function isForReading(name: string): boolean {
  return /^[A-Z][A-Z0-9_]+$/.test(name) || /Errors$/.test(name);
}

test("a unit test stands where its source stands", () => {
  // The bench's pure parts are tested too, under their own folder's name.
  const tested = [...source, ...code.filter((file) => file.path.startsWith("test/bench/"))].map((file) => file.path);
  const known = new Set([...tested, ...tested.map((path) => dirname(path))]);
  const strays = listFiles("test/unit")
    .filter((path) => path.endsWith(".test.ts"))
    .filter((path) => {
      const mirrored = path
        .replace(/^test\/unit\/bench\//, "test/bench/")
        .replace(/^test\/unit\//, "src/")
        .replace(/(\.slow)?\.test\.ts$/, "");
      return !known.has(`${mirrored}.ts`) && !known.has(mirrored) && !known.has(dirname(mirrored));
    });
  expectNone(strays);
});
