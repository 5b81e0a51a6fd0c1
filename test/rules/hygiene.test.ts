/**
 * What must not be in the repository: paths of one machine, hosts of package registries, unexplained disables, tests that
 * run alone, work put off in a comment.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { listFiles, readSourceTree, ROOT } from "#test/support/source-tree.ts";
import { expectNone } from "./expect-none.ts";

const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_DISABLES = 20;

const tracked = trackedFiles().filter((path) => {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return found?.isFile() === true && found.size <= MAX_TEXT_BYTES;
});
const code = [...readSourceTree("src"), ...readSourceTree("test"), ...readSourceTree("scripts")];

/** Lines of `paths` that match, as `path:line: text`. */
function grep(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    readFileSync(join(ROOT, path), "utf8")
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${String(index + 1)}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

test("no path of a developer's machine is written down", () => {
  const homes = ["work", "farm", "root", "home/[a-z]", "Users/[A-Za-z]"];
  expectNone(grep(tracked, new RegExp(`(^|[\\s"'\`=(])/(${homes.join("|")})/`)));
});

test("no host of a package registry or mirror is written down", () => {
  expectNone(grep(tracked, new RegExp(["https?:", "//(deb|security|registry|proxy|mirrors?)\\."].join(""))));
});

test("every lint or type escape says why, and there are few", (t) => {
  const lines = grep(
    code.map((file) => file.path),
    /(\/\/|\/\*)\s*(eslint-disable|@ts-(ignore|nocheck|expect-error)|prettier-ignore)/,
  );
  t.diagnostic(`${String(lines.length)} disable comments`);
  expectNone(
    lines.filter((line) => !/ -- \S.{8,}/.test(line)),
    "write the reason after --",
  );
  assert.ok(lines.length <= MAX_DISABLES, `${String(lines.length)} disables, at most ${String(MAX_DISABLES)}`);
});

test("no test runs alone and none is skipped without a reason", () => {
  const tests = listFiles("test").filter((path) => path.endsWith(".ts"));
  assert.deepEqual(grep(tests, /\b(test|it|describe|suite)\.(only|skip|todo)\(|\bskip: true\b|\bonly: true\b/), []);
});

test("no work is put off in a comment", () => {
  const marks = ["TODO", "FIXME", "XXX", "HACK"].map((word) => `\\b${word}\\b`);
  expectNone(
    grep(
      code.map((file) => file.path),
      new RegExp(`(//|\\*).*(${marks.join("|")})`),
    ),
  );
});

function trackedFiles(): readonly string[] {
  try {
    return execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" })
      .split("\0")
      .filter((path) => path !== "");
  } catch {
    return listFiles("."); // a source archive without its history
  }
}
