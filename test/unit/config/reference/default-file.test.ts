import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import { printValues } from "#config/print-value.ts";
import { defaultFile } from "#config/reference/default-file.ts";
import { fileJsonSchema } from "#config/reference/json-schema.ts";

const schema = createSchema();
const nothing = loadText(schema, "").config;

for (const language of ["en", "zh"] as const) {
  const text = defaultFile(schema, language);

  test(`the default file loads without a word and sets what no file sets (${language})`, () => {
    const { config, problems } = loadText(schema, text);
    assert.deepEqual(problems, []);
    assert.ok(config && nothing);
    assert.deepEqual(printValues(schema.globalKnown, config.values), printValues(schema.globalKnown, nothing.values));
    assert.deepEqual(printValues(schema.pathKnown, config.pathDefaults), printValues(schema.pathKnown, nothing.pathDefaults));
    assert.deepEqual(config.paths, []);
  });

  test(`it has every key once, in the order of the schema (${language})`, () => {
    const value = parse(text) as Record<string, unknown>;
    assert.deepEqual(Object.keys(value), [...Object.keys(schema.global), "pathDefaults", "paths"]);
    assert.deepEqual(Object.keys(value["pathDefaults"] as object), Object.keys(schema.path));
  });

  test(`an editor accepts it (${language})`, () => {
    const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(fileJsonSchema(schema));
    assert.ok(validate(parse(text)), JSON.stringify(validate.errors));
  });

  test(`its lines fit a terminal, and its example pulls a camera (${language})`, () => {
    for (const line of text.split("\n")) assert.ok(line.length <= 110, line);
    const example = text.replace(/^ {2}# (entrance:|  source: )/gm, "  $1");
    assert.deepEqual(
      loadText(schema, example).config?.paths.map(({ name }) => name),
      ["entrance"],
    );
  });
}
