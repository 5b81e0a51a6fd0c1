import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, journalEntry, levelOf, priorityOf } from "#app/log/journal-entry.ts";

test("fields of a record come back from the journal by their names", () => {
  const record = { level: "error", time: 1, msg: "lost", path: "gate", retryAfterMs: 500, "claim code": "x", tracks: ["a"] };
  const entry = Object.fromEntries(journalEntry(JSON.stringify(record), "text"));
  assert.equal(entry["SLUICE_RETRY_AFTER_MS"], "500");
  assert.deepEqual(fieldsOf({ ...entry, _PID: "1" }), {
    path: "gate",
    camera: "gate",
    retryAfterMs: "500",
    claimCode: "x",
    tracks: '["a"]',
  });
});

test("levels and priorities are each other's", () => {
  for (const level of ["error", "warn", "info", "debug"] as const) assert.equal(levelOf(priorityOf(level)), level);
  assert.equal(priorityOf("unknown"), 6);
});
