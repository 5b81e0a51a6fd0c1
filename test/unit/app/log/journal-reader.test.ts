import assert from "node:assert/strict";
import { test } from "node:test";
import { journalArguments, readEntry } from "#app/log/journal-reader.ts";

test("a question becomes arguments of numbers and our own words alone", () => {
  const question = { unit: "sluice.service", lines: 1e9, since: -5, until: 1_795_579_107_132, level: "warn" } as const;
  assert.deepEqual(journalArguments(question, "kept"), [
    "--unit=sluice.service",
    "--output=json",
    "--no-pager",
    "--quiet",
    "--lines=5000",
    "--since=@0.000",
    "--until=@1795579107.132",
    "--priority=4",
    "--reverse",
  ]);
  assert.equal(journalArguments({ unit: "x", lines: 1 }, "follow").at(-1), "--follow");
});

test("an entry of ours, one of the service manager and one in bytes are lines", () => {
  const base = { __CURSOR: "c", __REALTIME_TIMESTAMP: "1795579107132286" };
  const own = readEntry(
    JSON.stringify({
      ...base,
      MESSAGE: "[path gate] lost",
      PRIORITY: "4",
      SLUICE_EVENT: "lost",
      SLUICE_CAMERA: "gate",
      SLUICE_CODE: "x",
    }),
  );
  assert.partialDeepStrictEqual(own, {
    id: "journal-c",
    at: 1_795_579_107_132,
    level: "warn",
    message: "lost",
    camera: "gate",
    fields: { camera: "gate", code: "x" },
  });
  assert.match(own?.text ?? "", /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d WAR \[path gate\] lost$/);
  assert.partialDeepStrictEqual(readEntry(JSON.stringify({ ...base, MESSAGE: "Started." })), {
    level: "info",
    message: "Started.",
    camera: null,
  });
  assert.partialDeepStrictEqual(readEntry(JSON.stringify({ ...base, MESSAGE: [104, 27, 105] })), { message: "h\u001bi" });
  assert.doesNotMatch(readEntry(JSON.stringify({ ...base, MESSAGE: [104, 27, 105] }))?.text ?? "", /\u001b/);
});

test("what is no entry is no line", () => {
  for (const text of ["", "{", "null", "3", "{}", '{"__CURSOR":1}', '{"__CURSOR":"c","__REALTIME_TIMESTAMP":"x"}'])
    assert.equal(readEntry(text), undefined, text);
});
