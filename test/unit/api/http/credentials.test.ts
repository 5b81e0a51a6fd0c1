import assert from "node:assert/strict";
import { test } from "node:test";
import { readCredentials } from "#api/http/credentials.ts";

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

const cases: readonly (readonly [header: string | undefined, read: object])[] = [
  [undefined, { kind: "none" }],
  ["", { kind: "none" }],
  ["Basic", { kind: "none" }],
  ["Digest username=x", { kind: "none" }],
  [basic("ann:pa:ss"), { kind: "password", user: "ann", password: "pa:ss" }],
  [basic("no colon"), { kind: "none" }],
  ["bearer ann:pass", { kind: "password", user: "ann", password: "pass" }],
  ["Bearer abc.def", { kind: "token", token: "abc.def" }],
  [`Bearer ${"x".repeat(13_000)}`, { kind: "none" }],
];

for (const [header, read] of cases) {
  test(`reads ${String(header).slice(0, 40)}`, () => assert.deepEqual(readCredentials(header), read));
}
