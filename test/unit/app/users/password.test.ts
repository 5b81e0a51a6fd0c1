import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesCredential } from "#app/users/password.ts";

/** Made with the argon2 reference library: password `test`, salt `somesalt`, 64 KiB, 2 passes. */
const ARGON2ID = "argon2:$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$xkOSORdN8A0AcIfl1cq6l8Dp/fJjCWQThrVhBte4eO8";
const ARGON2I = "argon2:$argon2i$v=19$m=64,t=2,p=1$c29tZXNhbHQ$11HBH4RS1tWsmzUritbtMskGbc36U9+WKhJQxmSxtD4";
const SHA256_OF_TEST = "sha256:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=";

test("plain and hashed credentials match what they were made of, and nothing else", async () => {
  const table: readonly [string, string, boolean][] = [
    ["secret", "secret", true],
    ["secret", "Secret", false],
    ["secret", "", false],
    ["", "anything", true],
    [SHA256_OF_TEST, "test", true],
    [SHA256_OF_TEST, "test2", false],
    [SHA256_OF_TEST, SHA256_OF_TEST, false],
    [ARGON2ID, "test", true],
    [ARGON2ID, "Test", false],
    [ARGON2I, "test", true],
    ["argon2:nonsense", "argon2:nonsense", false],
    [ARGON2ID.replace("m=64", "m=4194304"), "test", false],
  ];
  for (const [stored, given, expected] of table)
    assert.equal(await matchesCredential(stored, given), expected, `${stored} ${given}`);
});
