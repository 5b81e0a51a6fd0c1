import assert from "node:assert/strict";
import { test } from "node:test";
import { planReload, sharedOptions } from "#app/reload/plan.ts";
import { createSchema } from "#app/schema.ts";
import { services } from "#app/services.ts";
import { loadText } from "#config/load.ts";
import { fileOptions } from "#config/options.ts";
import type { Config } from "#config/config.ts";

const schema = createSchema();

function configOf(text: string): Config {
  const { config } = loadText(schema, text);
  assert.ok(config, text);
  return config;
}

function planned(before: string, after: string): readonly string[] {
  const plan = planReload(configOf(before), configOf(after), services);
  const steps = plan.services.map((step) => [step.kind, step.service.name, ...("keys" in step ? step.keys : [])].join(" "));
  return [...plan.shared, ...steps];
}

test("a service is concerned by its own options and by no others", () => {
  const cases: readonly { before: string; after: string; steps: readonly string[] }[] = [
    { before: "{}", after: "{}", steps: [] },
    { before: "{}", after: "# a comment\nlogLevel: info", steps: [] },
    { before: "{}", after: "logLevel: debug", steps: ["log"] },
    { before: "{}", after: "memory: {budget: 64M}", steps: ["memory"] },
    { before: "{}", after: "authInternalUsers: [{user: any, permissions: [{action: read}]}]", steps: ["users"] },
    { before: "{}", after: "api: yes", steps: ["open api"] },
    { before: "api: yes", after: "api: no", steps: ["close api"] },
    { before: "api: yes", after: "api: yes\napiAddress: :9999", steps: ["change api apiAddress"] },
    { before: "{}", after: "apiAddress: :9999", steps: [] },
    { before: "{}", after: "webAddress: 127.0.0.1:8080", steps: ["change web webAddress"] },
    {
      before: "{}",
      after: "rtspAddress: :554\nwriteTimeout: 5s",
      steps: ["change rtsp rtspAddress writeTimeout", "change webrtc writeTimeout"],
    },
    { before: "{}", after: "readTimeout: 5s", steps: ["change rtsp readTimeout", "change webrtc readTimeout"] },
    { before: "{}", after: "paths: {a: {}}", steps: [] },
  ];
  for (const { before, after, steps } of cases) assert.deepEqual(planned(before, after), steps, `${before} → ${after}`);
});

test("a changed password is a change, though it prints as the same mask", () => {
  const users = (pass: string): string => `authInternalUsers: [{user: joe, pass: ${pass}, permissions: [{action: read}]}]`;
  assert.deepEqual(planned(users("one"), users("two")), ["users"]);
  assert.deepEqual(planned(users("one"), users("one")), []);
});

test("a changed network is a change, and the same one in another spelling isn't", () => {
  assert.deepEqual(planned("{}", "multicastIPRange: 224.2.0.0/16"), ["change rtsp multicastIPRange"]);
  assert.deepEqual(planned("multicastIPRange: 224.1.0.0/16", "{}"), []);
});

test("every global option that does something concerns somebody", () => {
  const heeded = new Set(
    [...services.flatMap(({ options }) => options), ...sharedOptions.map(({ options }) => options)].flatMap(Object.keys),
  );
  const aboutTheServer = Object.keys(schema.global).filter((key) => !Object.hasOwn(fileOptions, key));
  assert.deepEqual(
    aboutTheServer.filter((key) => !heeded.has(key)),
    [],
  );
});
