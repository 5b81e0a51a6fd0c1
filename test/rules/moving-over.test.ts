/** The pages about moving over name every key that MediaMTX doesn't have: whoever goes back has to take those out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { expectNone } from "./expect-none.ts";

const theirs = readFileSync(join(ROOT, "test", "fixtures", "config", "every-mediamtx-key.yml"), "utf8");

/** Keys of ours that stand in none of MediaMTX's files. */
function ours(): readonly string[] {
  const { global, path } = createSchema();
  const keys = [...Object.keys(global), ...Object.keys(path)];
  return keys.filter((key) => !new RegExp(`^\\s*(?:- )?${key}:`, "m").test(theirs));
}

for (const page of ["moving-from-mediamtx.md", "moving-from-mediamtx.zh-CN.md"]) {
  test(`${page} names every key that MediaMTX doesn't have`, () => {
    const text = readFileSync(join(ROOT, "docs", page), "utf8");
    // Those of one listener are named by its first ones.
    const named = (key: string): boolean =>
      text.includes(`\`${key}`) || (key.startsWith("web") && text.includes("`webEncryption`"));
    expectNone(ours().filter((key) => !named(key)));
  });
}
