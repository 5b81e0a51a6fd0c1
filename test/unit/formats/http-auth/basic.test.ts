import assert from "node:assert/strict";
import { test } from "node:test";
import { equalSecrets, parseBasic, printBasic, verifyBasic } from "#formats/http-auth/basic.ts";

const credentials = [
  { user: "Aladdin", password: "open sesame", header: "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" },
  { user: "admin", password: "", header: "Basic YWRtaW46" },
  { user: "", password: "", header: "Basic Og==" },
  { user: "用户", password: "a:b:c", header: "Basic 55So5oi3OmE6Yjpj" },
];
for (const { user, password, header } of credentials) {
  test(`writes and reads ${JSON.stringify(user)} with ${JSON.stringify(password)}`, () => {
    assert.equal(printBasic({ user, password }), header);
    assert.deepEqual(parseBasic(header), { scheme: "basic", user, password });
  });
}

const variants = [
  "basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
  "BASIC   QWxhZGRpbjpvcGVuIHNlc2FtZQ== ",
  "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
];
for (const value of variants) {
  test(`reads ${JSON.stringify(value)}`, () => {
    assert.deepEqual(parseBasic(value), { scheme: "basic", user: "Aladdin", password: "open sesame" });
  });
}

for (const value of ["", "Basic", "Basic ", "Basic !!!!", "Basic YWRtaW4=", "Digest x=y", "BasicQWxh"]) {
  test(`${JSON.stringify(value)} holds no credentials`, () => {
    assert.equal(parseBasic(value), undefined);
  });
}

test("both user and password must be right", () => {
  const given = { scheme: "basic", user: "u", password: "p" } as const;
  assert.equal(verifyBasic(given, { user: "u", password: "p" }), true);
  for (const expected of [
    { user: "u", password: "q" },
    { user: "v", password: "p" },
    { user: "", password: "" },
  ]) {
    assert.equal(verifyBasic(given, expected), false);
  }
});

test("secrets of different lengths compare without an error", () => {
  assert.equal(equalSecrets("a", "ab"), false);
  assert.equal(equalSecrets("", ""), true);
  assert.equal(equalSecrets("中文", "中文"), true);
});
