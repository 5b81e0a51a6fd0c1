import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { applyEnvironment } from "#config/layers/environment.ts";
import { authOptions, logOptions } from "#config/options.ts";
import { Config } from "#config/config.ts";
import { readConfig } from "#config/read-config.ts";
import { ProblemList } from "#config/read-value.ts";
import { parseYaml } from "#config/syntax/parse-yaml.ts";
import { rtspServerOptions } from "#protocols/rtsp/options.ts";

const schema = createSchema();

function load(text: string, environment: Readonly<Record<string, string>>): { config: Config; codes: readonly string[] } {
  const problems = new ProblemList();
  const root = applyEnvironment(parseYaml("c.yml", text).root, environment, { schema, problems, used: new Set() });
  const read = readConfig(schema, root);
  const codes = [...problems.all, ...read.problems].map(({ error, origin }) =>
    origin.kind === "environment" ? `${error.code} ${origin.variable}` : error.code,
  );
  return { config: new Config({ file: undefined, ...read }), codes };
}

test("a variable replaces a global value", () => {
  const { config, codes } = load("logLevel: warn\n", { MTX_LOGLEVEL: "debug", MTX_RTSPADDRESS: ":9000" });
  assert.deepEqual(codes, []);
  assert.equal(config.slice(logOptions).logLevel, "debug");
  assert.equal(config.slice(rtspServerOptions).rtspAddress.port, 9000);
});

test("our prefix wins over MediaMTX's", () => {
  const { config } = load("", { SLUICE_LOGLEVEL: "error", MTX_LOGLEVEL: "debug" });
  assert.equal(config.slice(logOptions).logLevel, "error");
});

test("lists of words are written with commas, an empty text is an empty list", () => {
  assert.deepEqual(load("", { MTX_RTSPTRANSPORTS: "tcp,udp" }).config.slice(rtspServerOptions).rtspTransports, ["tcp", "udp"]);
  assert.deepEqual(load("", { MTX_RTSPTRANSPORTS: "" }).codes, ["config-list-length MTX_RTSPTRANSPORTS"]);
});

test("a path that isn't there is made, in lower case", () => {
  const { config } = load("", { MTX_PATHS_CAM1_SOURCE: "rtsp://10.0.0.1/1", MTX_PATHS_CAM1_MAXREADERS: "3" });
  const [path] = config.paths;
  assert.equal(path?.name, "cam1");
  assert.equal(path.source, "rtsp://10.0.0.1/1");
  assert.equal(path.maxReaders, 3);
});

test("a path of the file is found by its name in capitals, whatever is between its letters", () => {
  const text = "paths:\n  front-door/main:\n    maxReaders: 1\n  front:\n";
  const { config } = load(text, { MTX_PATHS_FRONT_DOOR_MAIN_MAXREADERS: "9", MTX_PATHS_ALL_OTHERS_PUBLISH: "no" });
  assert.deepEqual(
    config.paths.map(({ name, maxReaders, publish }) => [name, maxReaders, publish]),
    [
      ["front-door/main", 9, true],
      ["front", 0, true],
      ["all_others", 0, false],
    ],
  );
});

test("settings shared by all paths, and groups, are reached level by level", () => {
  const { config } = load("paths:\n  cam:\n", { MTX_PATHDEFAULTS_MAXREADERS: "4", SLUICE_MEMORY_BUDGET: "32M" });
  assert.equal(config.paths[0]?.maxReaders, 4);
});

test("an index amends the user that is there and adds one behind", () => {
  const text = "authInternalUsers:\n  - user: joe\n    pass: old\n    permissions: [{action: read}]\n";
  const { config } = load(text, {
    MTX_AUTHINTERNALUSERS_0_PASS: "new",
    MTX_AUTHINTERNALUSERS_1_USER: "ann",
    MTX_AUTHINTERNALUSERS_1_IPS: "127.0.0.1,10.0.0.0/8",
    MTX_AUTHINTERNALUSERS_1_PERMISSIONS_0_ACTION: "publish",
  });
  const users = config.users.map(({ user, pass, ips, permissions }) => [user, pass.reveal(), ips.length, permissions]);
  assert.deepEqual(users, [
    ["joe", "new", 0, [{ action: "read", path: "" }]],
    ["ann", "", 2, [{ action: "publish", path: "" }]],
  ]);
});

test("without users in the file, an index amends those MediaMTX begins with", () => {
  const { config } = load("", { MTX_AUTHINTERNALUSERS_0_USER: "joe", MTX_AUTHINTERNALUSERS_0_PASS: "x" });
  const actions = config.users[0]?.permissions.map((permission) => permission.action);
  assert.deepEqual(actions, ["publish", "read", "playback"]);
  assert.equal(config.slice(authOptions).authInternalUsers.length, 2);
});

test("errors name the variable", () => {
  assert.deepEqual(load("", { MTX_LOGLEVEL: "inof" }).codes, ["config-misspelled-choice MTX_LOGLEVEL"]);
});

test("an old name works", () => {
  const { config, codes } = load("", { MTX_PROTOCOLS: "tcp" });
  assert.deepEqual(config.slice(rtspServerOptions).rtspTransports, ["tcp"]);
  assert.deepEqual(codes, ["config-old-name MTX_PROTOCOLS"]);
});

test("an old name wins over the file's new one, and may say the opposite", () => {
  const { config } = load("rtspTransports: [udp]\nrtsp: yes\n", { MTX_PROTOCOLS: "tcp", MTX_RTSPDISABLE: "yes" });
  const { rtsp, rtspTransports } = config.slice(rtspServerOptions);
  assert.deepEqual([rtsp, rtspTransports], [false, ["tcp"]]);
});

test("variables that set nothing are named; those of hooks and scripts are not", () => {
  const { codes } = load("", {
    MTX_LOGLEVLE: "info",
    MTX_PATHS: "x",
    MTX_AUTHINTERNALUSERS_X: "1",
    MTX_QUERY: "a=b",
    SLUICE_NATIVE: "off",
  });
  assert.deepEqual(codes, [
    "config-unknown-variable MTX_AUTHINTERNALUSERS_X",
    "config-unknown-variable MTX_LOGLEVLE",
    "config-unknown-variable MTX_PATHS",
  ]);
});
