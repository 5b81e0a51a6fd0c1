import assert from "node:assert/strict";
import { test } from "node:test";
import { AllowedOrigins } from "#api/http/allowed-origins.ts";

const rule = (...allowOrigins: readonly string[]): AllowedOrigins =>
  new AllowedOrigins({ allowOrigins, methods: ["GET"], requestHeaders: ["Authorization"], exposedHeaders: ["Link"] });

const cases: readonly (readonly [allowed: string, origin: string, fits: boolean])[] = [
  ["*", "https://anywhere.example", true],
  ["*", "null", true],
  ["https://a.example", "https://a.example", true],
  ["https://a.example/", "https://A.example:443", true],
  ["https://a.example", "http://a.example", false],
  ["https://a.example", "https://a.example:8443", false],
  ["https://a.example", "https://a.example.evil.example", false],
  ["https://a.example", "null", false],
  ["https://*.a.example", "https://x.y.a.example", true],
  ["https://*.a.example", "https://a.example", false],
  ["https://*.a.example", "https://evil.example/.a.example", false],
  ["https://*.a.example", "https://evil.example#.a.example", false],
  ["http://*.lan:3000", "http://box.lan:3000", true],
];

for (const [allowed, origin, fits] of cases) {
  test(`${allowed} ${fits ? "lets in" : "leaves out"} ${origin}`, () => {
    assert.equal(rule(allowed).allows(origin), fits);
    assert.equal("Access-Control-Allow-Origin" in rule(allowed).headersFor(origin), fits);
    assert.equal("Access-Control-Allow-Origin" in rule(allowed).headersFor(undefined), allowed === "*");
    assert.equal(rule(allowed).headersFor(undefined)["Vary"], allowed === "*" ? undefined : "Origin");
  });
}

test("everybody is let in without credentials, a named origin with them", () => {
  assert.deepEqual(rule("*").headersFor("https://a.example"), {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link",
  });
  assert.deepEqual(rule("*", "https://a.example").preflightHeaders("https://a.example"), {
    "Access-Control-Allow-Origin": "https://a.example",
    "Access-Control-Allow-Credentials": "true",
    Vary: "Origin",
    "Access-Control-Allow-Methods": "OPTIONS, GET",
    "Access-Control-Allow-Headers": "Authorization",
    "Access-Control-Max-Age": "600",
  });
});
