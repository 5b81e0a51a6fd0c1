import assert from "node:assert/strict";
import { test } from "node:test";
import { composeLog } from "#app/log/log.ts";
import { SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { JournalFields } from "#platform/service-manager/journal.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

function logged(structured: boolean, level: "error" | "warn" | "info" | "debug" = "info"): { lines: string[]; log: Logger } {
  const lines: string[] = [];
  const options = { logLevel: level, logStructured: structured };
  const { log } = composeLog(options, { clock: new ManualClock(), journal: undefined, write: (line) => lines.push(line) });
  return { lines, log };
}

test("a line for people has time, level, who speaks, what, and the rest in brackets", () => {
  const { lines, log } = logged(false);
  log
    .child({ protocol: "rtsp", path: "hall/main" })
    .warn({ session: "12345678-9abc", packets: 7, tracks: ["H264", "AAC"] }, "too slow");
  assert.match(
    lines[0] ?? "",
    /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d WAR \[RTSP\] \[path hall\/main\] \[session 12345678\] too slow \(packets 7, tracks H264, AAC\)\n$/,
  );
});

test("what is empty isn't printed", () => {
  const { lines, log } = logged(false);
  log.info({ changed: ["cam"], added: [], reason: "" }, "configuration was changed");
  assert.match(lines[0] ?? "", /configuration was changed \(changed cam\)\n$/);
});

test("a structured line is one JSON object", () => {
  const { lines, log } = logged(true);
  log.child({ path: "cam" }).info({ readers: 2 }, "ready");
  const record = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  assert.partialDeepStrictEqual(record, { level: "info", path: "cam", readers: 2, msg: "ready" });
  assert.equal(typeof record["time"], "number");
});

test("what is below the level is not written", () => {
  const { lines, log } = logged(false, "warn");
  log.info({}, "no");
  log.error({}, "yes");
  assert.equal(lines.length, 1);
});

test("credentials of URLs are masked in both forms, in fields, bindings and errors", () => {
  const text = { en: "no answer from {url}", zh: "无应答 {url}", remedyEn: "x", remedyZh: "无" };
  const error = new SluiceError("x-y", text, { details: { url: "rtsp://joe:hunter2@h/" } });
  for (const structured of [false, true]) {
    const { lines, log } = logged(structured);
    log.child({ source: "rtsp://joe:hun@ter2@h/1" }).info({ url: "rtsp://joe:hunter2@h/1", error }, "x");
    log.error({ error: new Error("rtsp://joe:hunter2@h/") }, "y");
    assert.doesNotMatch(lines.join(""), /hunter2|ter2|joe/);
    assert.match(lines.join(""), /\[x-y\]/);
  }
});

test("what a client sends can't begin a line of its own", () => {
  const { lines, log } = logged(false);
  log.info({ userAgent: "a\r\n2026/01/01 00:00:00 INF forged\u001b[2J" }, "x");
  assert.equal((lines[0] ?? "").split("\n").length, 2);
  assert.doesNotMatch(lines[0] ?? "", /\u001b/);
});

test("in the journal a line is an entry with its fields, and what it can't take goes to standard output with a priority", () => {
  const entries: JournalFields[] = [];
  const lines: string[] = [];
  let takes = true;
  const journal = { send: (fields: JournalFields) => takes && entries.push(fields) > 0 };
  const options = { logLevel: "debug", logStructured: false } as const;
  const { log } = composeLog(options, { clock: new ManualClock(), journal, write: (line) => lines.push(line) });
  log.child({ path: "gate" }).warn({ url: "rtsp://joe:hunter2@h/", retryMs: 500 }, "camera lost");
  assert.deepEqual(entries[0], [
    ["MESSAGE", "[path gate] camera lost (url rtsp://<redacted>@h/, retryMs 500)"],
    ["PRIORITY", "4"],
    ["SYSLOG_IDENTIFIER", "sluice"],
    ["SLUICE_EVENT", "camera lost"],
    ["SLUICE_PATH", "gate"],
    ["SLUICE_URL", "rtsp://<redacted>@h/"],
    ["SLUICE_RETRY_MS", "500"],
    ["SLUICE_CAMERA", "gate"],
  ]);
  takes = false;
  log.error({}, "a");
  log.warn({}, "b");
  log.info({}, "c");
  log.debug({}, "d");
  assert.deepEqual(lines, ["<3>a\n", "<4>b\n", "<6>c\n", "<7>d\n"]);
});
