import assert from "node:assert/strict";
import { test } from "node:test";
import { checkNewPassword, checkUserName, withRole } from "#app/users/written-user.ts";

for (const name of ["ann", "Åsa", "张三", "a.b-c_d@e", "x".repeat(64)]) {
  test(`'${name}' can be a user`, () => assert.doesNotThrow(() => checkUserName(name)));
}
for (const name of ["", "any", "a b", "-x", "a:b", "sha256:x", "$x", "x".repeat(65), "a\n"]) {
  test(`'${name}' can't be a user`, () => assert.throws(() => checkUserName(name), { code: "user-name" }));
}
for (const password of [
  "correct horse battery",
  "ann's own password",
  "这个密码已经足够长了不是吗对吧",
  "123456789012345x",
  "7193 0482 5561 90",
]) {
  test(`'${password}' can be a password`, () => assert.doesNotThrow(() => checkNewPassword("ann", password)));
}
for (const password of [
  "",
  "short",
  "password",
  "Password123!",
  "12345678",
  "1234567890",
  "aaaaaaaaaa",
  "ann12345",
  "Sluice2026",
  "88888888",
  "correct horse",
  "passwordpassword1",
  "123456789123456789",
  "1234567890123456789",
  "888888888888888888",
  "Sluice-Sluice-2026!",
]) {
  test(`'${password}' is too easy`, () => assert.throws(() => checkNewPassword("ann", password), { code: "user-password" }));
}

test("another role keeps what isn't its business", () => {
  const written = { user: "ann", pass: "x", ips: ["10.0.0.0/8"], permissions: [{ action: "api" }] };
  assert.deepEqual(withRole(written, "viewer"), { ...written, permissions: [{ action: "read" }, { action: "playback" }] });
});
