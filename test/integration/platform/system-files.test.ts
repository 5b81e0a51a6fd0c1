import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readSystemFile, readSystemNumber } from "#platform/host/system-files.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const KIB = 1024;

test("a file is read whole up to its bound, however it falls on what is read at a time", (t) => {
  const file = join(tempDir(t), "table");
  for (const bytes of [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 130 * KIB, 200 * KIB]) {
    const text = "0123456789".repeat(bytes / 10 + 1).slice(0, bytes);
    writeFileSync(file, text);
    assert.equal(readSystemFile(file, 1024 * KIB), text, String(bytes));
    for (const bound of [100 * KIB, 128 * KIB]) assert.equal(readSystemFile(file, bound), text.slice(0, bound), String(bytes));
    assert.equal(readSystemFile(file), text.slice(0, 64 * KIB), String(bytes));
  }
});

test("one text is not another's rest, and letters of several bytes stay whole", (t) => {
  const file = join(tempDir(t), "name");
  writeFileSync(file, "a rather long name\n");
  assert.equal(readSystemFile(file), "a rather long name");
  writeFileSync(file, "门\n");
  assert.equal(readSystemFile(file), "门");
  writeFileSync(file, "门".repeat(50_000));
  assert.equal(readSystemFile(file, 512 * KIB), "门".repeat(50_000));
  assert.equal(readSystemNumber(file), undefined);
  assert.equal(readSystemFile(`${file}.none`), undefined);
});
