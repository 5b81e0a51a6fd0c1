/** `sluice passwd` as people use it: the password comes in by standard input, and what it writes lets the user in. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { matchesCredential } from "#app/users/password.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";

function passwd(words: readonly string[], input: string): { status: number | null; stdout: string; stderr: string } {
  const args = [join(ROOT, "src", "main.ts"), "passwd", ...words];
  return spawnSync(process.execPath, args, { input, encoding: "utf8", timeout: 20_000 });
}

test("without a user it prints a hash of the password", async () => {
  const { status, stdout } = passwd([], "correct horse battery\n");
  assert.equal(status, 0);
  assert.equal(await matchesCredential(stdout.trim(), "correct horse battery"), true);
  assert.equal(await matchesCredential(stdout.trim(), "correct hors"), false);
});

test("with a user it writes the configuration, keeps the rest of it, and says no to what is too easy", async (t) => {
  const file = join(tempDir(t), "sluice.yml");
  writeFileSync(file, "# ours\nauthInternalUsers:\n  - user: ann\n    pass: old\n    permissions:\n      - action: read\n", {
    mode: 0o600,
  });
  assert.equal(passwd(["ann", "--config", file], "short\n").status, 2);
  assert.match(readFileSync(file, "utf8"), /pass: old/);
  const { status, stderr } = passwd(["ann", "--config", file], "correct horse battery\n");
  assert.equal(status, 0, stderr);
  assert.equal(passwd(["ben", "--config", file], "battery staple horse\n").status, 0);
  const text = readFileSync(file, "utf8");
  assert.match(text, /^# ours\n/);
  const [ann = "", ben = ""] = [...text.matchAll(/pass: "?(argon2:[^"\s]+)/g)].map(([, hash]) => hash ?? "");
  assert.equal(await matchesCredential(ann, "correct horse battery"), true);
  assert.equal(await matchesCredential(ben, "battery staple horse"), true);
  assert.match(text, /action: api/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.doesNotMatch(text, /correct horse battery|battery staple horse/);
});
