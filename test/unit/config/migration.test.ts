import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import { migrateText } from "#config/migration.ts";

const schema = createSchema();

function migrate(text: string): ReturnType<typeof migrateText> {
  return migrateText(schema, { file: "c.yml", text }, (draft) => loadText(schema, draft));
}

test("old names of a file of version 1 are replaced, and nothing else is touched", () => {
  const before = [
    "# ours",
    "version: 1   # since 2024",
    "rtspDisable: no",
    "protocols:   [tcp]",
    "pathDefaults: {sourceProtocol: tcp, \"disablePublisherOverride\": 'yes'}  # all",
    "paths:",
    "  protocols:",
    "    sourceProtocol: udp",
    "    source: rtsp://protocols:1@h/protocols",
    "",
  ].join("\n");
  const after = [
    "# ours",
    "version: 2   # since 2024",
    "rtsp: yes",
    "rtspTransports:   [tcp]",
    "pathDefaults: {rtspTransport: tcp, \"overridePublisher\": 'no'}  # all",
    "paths:",
    "  protocols:",
    "    rtspTransport: udp",
    "    source: rtsp://protocols:1@h/protocols",
    "",
  ].join("\n");
  assert.deepEqual(migrate(before), { from: 1, text: after });
  assert.deepEqual(loadText(schema, after).problems, []);
});

test("a name in a part that is used twice is replaced once", () => {
  const before = "version: 1\npathDefaults: &d\n  sourceProtocol: tcp\npaths:\n  a:\n    <<: *d\n";
  const after = "version: 2\npathDefaults: &d\n  rtspTransport: tcp\npaths:\n  a:\n    <<: *d\n";
  assert.deepEqual(migrate(before), { from: 1, text: after });
});

const untouched: readonly { readonly title: string; readonly text: string }[] = [
  { title: "of today", text: "version: 2\nprotocols: [tcp]\n" },
  { title: "without a version, as MediaMTX writes it", text: "protocols: [tcp]\n" },
  { title: "of a later release", text: "version: 9\n" },
  { title: "with an error", text: "version: 1\nlogLevel: x\n" },
  { title: "that isn't YAML", text: "version: 1\n\tx" },
  { title: "whose version isn't a number", text: "version: one\n" },
];

for (const { title, text } of untouched) {
  test(`a file ${title} stays as it is`, () => {
    assert.equal(migrate(text), undefined);
  });
}

test("a file of a later release is refused, at its place", () => {
  const { config, problems } = loadText(schema, "rtsp: yes\nversion: 9\n");
  assert.equal(config, undefined);
  assert.deepEqual(
    problems.map(({ error, origin }) => [error.code, origin]),
    [["config-newer-version", { kind: "file", file: "sluice.yml", line: 2, column: 10 }]],
  );
});
