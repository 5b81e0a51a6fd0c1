import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { createSchema } from "#app/schema.ts";
import { defaultsOf } from "#config/read-value.ts";
import { printValues } from "#config/print-value.ts";
import { fileJsonSchema, groupSchema } from "#config/reference/json-schema.ts";
import { brokenValues } from "../broken-files.ts";
import { soundFiles } from "../sound-files.ts";

const schema = createSchema();
const validator = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
const validate = validator.compile(fileJsonSchema(schema));

/** As an editor reads it; undefined where it isn't YAML. */
function accepts(text: string): boolean {
  const value: unknown = parse(text, { merge: true }) ?? {};
  return validate(value);
}

for (const { title, text } of soundFiles) {
  test(`an editor accepts ${title}`, () => {
    // What ends lines with a lone CR is one line for an editor's YAML.
    assert.ok(accepts(text.replace(/\r(?!\n)/g, "\n")), JSON.stringify(validate.errors));
  });
}

/** What only loading can see: items that are empty or repeated in another spelling, networks, files of one line. */
const onlyLoading = new Set([
  "config-empty-item",
  "config-bad-ip-range",
  "config-old-name-clash",
  "config-undefined-variable",
  "config-out-of-range",
  "config-bad-listen-address",
]);

for (const { title, text, code } of brokenValues) {
  if (onlyLoading.has(code)) continue;
  test(`an editor marks ${title}`, () => {
    assert.ok(!accepts(text.replace("⇒", "")));
  });
}

test("numbers out of range are marked too", () => {
  assert.ok(!accepts("udpMaxPayloadSize: 9000\n"));
  assert.ok(!accepts("pathDefaults: {maxReaders: -1}\n"));
});

test("variables are accepted wherever a value may stand", () => {
  const text =
    'logLevel: "${LEVEL}"\nrtsp: "${RTSP:-yes}"\nreadTimeout: "${T}s"\nmemory: {budget: "${MB}M"}\nrtspAddress: ":${PORT}"\n';
  assert.ok(accepts(text), JSON.stringify(validate.errors));
});

test("old names are accepted and marked as such", () => {
  assert.ok(accepts("protocols: [tcp]\npaths: {cam: {sourceProtocol: tcp}}\n"), JSON.stringify(validate.errors));
  const { properties } = fileJsonSchema(schema) as { properties: Record<string, { deprecated?: boolean }> };
  assert.equal(properties["protocols"]?.deprecated, true);
});

test("the API's schema accepts what is printed, and names no former key", () => {
  for (const options of [schema.globalKnown, schema.pathKnown]) {
    const api = groupSchema(options, "api");
    const check = validator.compile(api);
    const printed = printValues(options, defaultsOf(options));
    assert.ok(check(printed), JSON.stringify(check.errors));
    assert.deepEqual(Object.keys(printed), Object.keys(api["properties"] as object));
    assert.ok(!("fallback" in printed) && !("hlsDisable" in printed));
  }
});
