import assert from "node:assert/strict";
import { fstatSync } from "node:fs";
import { test } from "node:test";
import { isJournalStream, openJournal, printEntry } from "#platform/service-manager/journal.ts";

test("an entry is a line a field, and a value with a line break has its length in front", () => {
  assert.equal(
    printEntry([
      ["MESSAGE", "a=b é"],
      ["PRIORITY", "4"],
    ]).toString(),
    "MESSAGE=a=b é\nPRIORITY=4\n",
  );
  const binary = printEntry([["MESSAGE", "a\nPRIORITY=0"]]);
  assert.deepEqual(binary, Buffer.from("MESSAGE\n\x0c\0\0\0\0\0\0\0a\nPRIORITY=0\n"));
});

test("what isn't a field's name is left out, and an entry stays within its limit", () => {
  assert.equal(
    printEntry([
      ["_PID", "1"],
      ["lower", "1"],
      ["A=B", "1"],
      ["1A", "1"],
      ["X".repeat(65), "1"],
    ]).length,
    0,
  );
  const fields = Array.from({ length: 40 }, (_, index) => [`F${String(index)}`, "x".repeat(20_000)] as const);
  assert.ok(printEntry(fields).length <= 32_768);
});

test("the journal is where device and inode are those of the environment", () => {
  const { dev, ino } = fstatSync(1, { bigint: true });
  const JOURNAL_STREAM = `${String(dev)}:${String(ino)}`;
  assert.equal(isJournalStream(1, { JOURNAL_STREAM }), true);
  for (const other of ["", "0:0", `${String(dev)}:${String(ino)}1`, String(dev)])
    assert.equal(isJournalStream(1, { JOURNAL_STREAM: other }), false, other);
  assert.equal(isJournalStream(99_999, { JOURNAL_STREAM }), false);
  assert.equal(openJournal(undefined, {}), undefined);
  assert.equal(openJournal(undefined, { JOURNAL_STREAM })?.send([["MESSAGE", "x"]]), false);
});
