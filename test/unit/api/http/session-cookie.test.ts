import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { credentialsOf, isOwnOrigin, printCookie, readCookie } from "#api/http/session-cookie.ts";

const plain = { address: "192.168.1.9", secure: false };
const secure = { address: "192.168.1.9", secure: true };
const request = (headers: Readonly<Record<string, string>>): IncomingMessage => ({ headers }) as unknown as IncomingMessage;

test("the cookie is out of reach of scripts and other sites, and bound to the host over HTTPS", () => {
  assert.equal(printCookie("sls_x", 60_000, false), "sluice_session=sls_x; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
  assert.equal(
    printCookie("sls_x", 60_000, true),
    "__Host-sluice_session=sls_x; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure",
  );
});

test("it is found among others, and only by the name that fits", () => {
  assert.equal(readCookie("a=b; sluice_session=sls_x; c=d", false), "sls_x");
  assert.equal(readCookie("a=b; sluice_session=sls_x", true), undefined);
  assert.equal(readCookie("xsluice_session=sls_x", false), undefined);
  assert.equal(readCookie("sluice_session=", false), undefined);
  assert.equal(readCookie(`sluice_session=${"x".repeat(9000)}`, false), undefined);
});

test("an Authorization header goes before the cookie", () => {
  const cookie = "sluice_session=sls_x";
  assert.deepEqual(credentialsOf(request({ cookie }), plain), { kind: "token", token: "sls_x" });
  assert.deepEqual(credentialsOf(request({ cookie, authorization: "Bearer slc_y" }), plain), { kind: "token", token: "slc_y" });
  assert.deepEqual(credentialsOf(request({}), plain), { kind: "none" });
});

const origins: readonly (readonly [headers: Readonly<Record<string, string>>, client: typeof plain, own: boolean])[] = [
  [{ host: "box:8080", origin: "http://box:8080" }, plain, true],
  [{ host: "box:8080", origin: "http://box:8080", "sec-fetch-site": "same-origin" }, plain, true],
  [{ host: "box:8080", origin: "http://box:8080", "sec-fetch-site": "cross-site" }, plain, false],
  [{ host: "box:8080", origin: "http://box:8888" }, plain, false],
  [{ host: "box:8080", origin: "https://box:8080" }, plain, false],
  [{ host: "box:8080", origin: "https://box:8080" }, secure, true],
  [{ host: "box:8080", origin: "null" }, plain, false],
  [{ host: "box:8080" }, plain, false],
];

for (const [headers, client, own] of origins) {
  test(`${JSON.stringify(headers)} is ${own ? "the page itself" : "somebody else"}`, () => {
    assert.equal(isOwnOrigin(request(headers), client), own);
  });
}
