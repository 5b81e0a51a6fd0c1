import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import { printValue, printValues } from "#config/print-value.ts";
import { defaultsOf, ProblemList, readGroup } from "#config/read-value.ts";
import { emptyMap, nodeOf } from "#config/syntax/node.ts";

const schema = createSchema();

test("values are printed in the file's spelling", () => {
  const { config } = loadText(
    schema,
    "readTimeout: 90s\nmemory: {budget: 1536M}\nmulticastIPRange: 239.0.0.1\nrtspAddress: '[::1]:554'\nrecord: yes\n",
  );
  const printed = printValues(schema.globalKnown, config?.values ?? {});
  assert.partialDeepStrictEqual(printed, {
    readTimeout: "1m30s",
    memory: { budget: "1.5G" },
    multicastIPRange: "239.0.0.1/32",
    rtspAddress: "[::1]:554",
    rtspTransports: ["udp", "multicast", "tcp"],
    authInternalUsers: [],
  });
  assert.ok(!("record" in printed), "a former key");
});

test("keys without effect keep their values, or MediaMTX's defaults", () => {
  const { config } = loadText(
    schema,
    "hlsSegmentDuration: 3s\npathDefaults: {recordDeleteAfter: 36h}\npaths:\n  cam: {record: yes}\n  all: {maxReaders: 3}\n",
  );
  assert.ok(config);
  assert.partialDeepStrictEqual(printValues(schema.globalKnown, config.values), {
    hlsSegmentDuration: "3s",
    hlsPartDuration: "200ms",
  });
  const defaults = {
    record: false,
    recordDeleteAfter: "1d12h0m0s",
    rpiCameraWidth: 1920,
    maxReaders: 0,
    stallTimeout: "automatic",
  };
  assert.partialDeepStrictEqual(printValues(schema.pathKnown, config.pathDefaults), defaults);
  const cam = printValues(schema.pathKnown, config.valuesOf("cam") ?? {});
  assert.partialDeepStrictEqual(cam, { record: true, recordDeleteAfter: "1d12h0m0s", recordSegmentDuration: "1h0m0s" });
  assert.equal(config.valuesOf("all_others")?.["maxReaders"], 3);
  assert.equal(config.valuesOf("other"), undefined);
  assert.ok(!("record" in (config.paths[0] ?? {})), "keys without effect reach nobody");
});

test("secrets are shown as set or unset", () => {
  const { config } = loadText(
    schema,
    "authInternalUsers: [{user: joe, pass: hunter2}, {user: ann}]\npaths:\n  c: {source: 'rtsp://joe:hun/t@er2@h/x', whepBearerToken: hunter2}\n",
  );
  const printed = JSON.stringify([
    printValues(schema.globalKnown, config?.values ?? {}),
    printValues(schema.pathKnown, config?.valuesOf("c") ?? {}),
  ]);
  assert.doesNotMatch(printed, /hunter2|er2/);
  assert.match(printed, /"user":"joe","pass":"<redacted>"/);
  assert.match(printed, /"user":"ann","pass":""/);
  assert.match(printed, /"source":"rtsp:\/\/joe:<redacted>@h\/x"/);
});

test("an optional number is a text, as in MediaMTX", () => {
  const { rtspScale } = schema.path;
  assert.ok(rtspScale);
  assert.equal(printValue(rtspScale, undefined), "");
  assert.equal(printValue(rtspScale, -0.5), "-0.5");
});

test("what is printed is read again as the same values", () => {
  for (const options of [schema.globalKnown, schema.pathKnown]) {
    const values = defaultsOf(options);
    const node = nodeOf(printValues(options, values));
    const problems = new ProblemList();
    const again = readGroup(options, node.kind === "map" ? node : emptyMap, { path: "", problems });
    assert.deepEqual(problems.all, []);
    assert.deepEqual(printValues(options, again), printValues(options, values));
  }
});
