import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { loadDraft } from "#config/load.ts";
import { listSettings, printSettings } from "#config/settings.ts";

const schema = createSchema();

function print(text: string, environment: Readonly<Record<string, string>> = {}): string {
  const { root } = loadDraft({ schema, file: "c.yml", folder: "/", environment }, text);
  return printSettings(listSettings(schema, root)).replace(/ {2,}#/g, "  #");
}

test("what is set is printed with the place it comes from", () => {
  const text = [
    "logLevel: ${LEVEL:-debug}",
    "rtspTransports: [tcp, udp]",
    "authInternalUsers:",
    "  - user: joe",
    "    pass: hunter2",
    "    ips: []",
    "    permissions: [{action: read}, {action: publish, path: '~^a: b'}]",
    "  - user: ann",
    "paths:",
    "  cam: {source: 'rtsp://joe:hunt/er2@h/x'}",
    "  empty:",
  ].join("\n");
  const printed = print(text, { MTX_PATHS_CAM_MAXREADERS: "7" });
  const expected = [
    "logLevel: debug  # c.yml:1 ${LEVEL}",
    "rtspTransports:",
    "  - tcp  # c.yml:2",
    "  - udp  # c.yml:2",
    "authInternalUsers:",
    "  - user: joe  # c.yml:4",
    "    pass: <redacted>  # c.yml:5",
    "    ips: []  # c.yml:6",
    "    permissions:",
    "      - action: read  # c.yml:7",
    "      - action: publish  # c.yml:7",
    '        path: "~^a: b"  # c.yml:7',
    "  - user: ann  # c.yml:8",
    "paths:",
    "  cam:",
    "    source: rtsp://joe:<redacted>@h/x  # c.yml:10",
    "    maxReaders: 7  # $MTX_PATHS_CAM_MAXREADERS",
    "  empty:  # c.yml:11",
  ];
  assert.deepEqual(printed.split("\n"), expected);
});

test("what comes of amending MediaMTX's users is named so", () => {
  assert.match(print("", { MTX_AUTHINTERNALUSERS_0_USER: "joe" }), /- user: joe {2}# \$MTX_AUTH[\s\S]*publish {2}# MediaMTX/);
});

test("values of keys that nobody knows are hidden: one may be a misspelled password", () => {
  assert.match(print("authInternalUsers: [{user: joe, pas: hunter2}]\npasss: hunter2\n"), /^(?!.*hunter2).*<redacted>/s);
});

test("nothing set prints nothing", () => {
  assert.equal(print(""), "");
  assert.equal(print("paths: {}\n"), "paths: {}  # c.yml:1");
});
