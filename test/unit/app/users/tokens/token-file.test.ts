import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ApiTokens } from "#app/users/tokens/api-tokens.ts";
import { openTokenFile } from "#app/users/tokens/token-file.ts";
import { silentLogger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import { systemTextFiles } from "#platform/text-files.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const parts = { files: systemTextFiles, log: silentLogger };

async function tokensIn(folder: string | undefined): Promise<ApiTokens> {
  const opened = await openTokenFile(folder, parts);
  return new ApiTokens({ clock: new ManualClock(), random: systemRandom, file: opened?.file }, opened?.kept ?? []);
}

test("tokens made at once are all there after a restart, by their hashes, in a file of their owner alone", async (t) => {
  const folder = tempDir(t);
  const tokens = await tokensIn(folder);
  const made = await Promise.all(["a", "b", "c"].map((name) => tokens.add({ name, role: "viewer", days: 0 })));
  await tokens.remove(made[1]?.id ?? "");
  const file = join(folder, "tokens.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  for (const { token } of made) assert.ok(!readFileSync(file, "utf8").includes(token));
  const again = await tokensIn(folder);
  assert.deepEqual(
    made.map(({ token }) => again.find(token)?.user),
    ["a", undefined, "c"],
  );
});

test("a broken file is put aside, and new tokens are kept", async (t) => {
  const folder = tempDir(t);
  const file = join(folder, "tokens.json");
  for (const text of ["{", '{"version": 1, "tokens": [{"id": "x", "role": "root"}]}', '{"version": 2, "tokens": []}']) {
    writeFileSync(file, text);
    const tokens = await tokensIn(folder);
    assert.deepEqual(tokens.list(), []);
    assert.equal(readFileSync(`${file}.broken`, "utf8"), text);
    assert.ok(!existsSync(file));
    await tokens.add({ name: "new", role: "admin", days: 1 });
    assert.equal((await tokensIn(folder)).list()[0]?.name, "new");
  }
});

test("without a folder, or with one that can't be used, tokens end with the process and it is told", async (t) => {
  assert.equal((await tokensIn(undefined)).lasting, false);
  const folder = tempDir(t);
  assert.equal((await tokensIn(folder)).lasting, true);
  writeFileSync(join(folder, "tokens.json"), "x".repeat(300_000));
  assert.equal((await tokensIn(folder)).lasting, false);
});

test("a token whose revoking can't be written is refused all the same", async () => {
  const broken = { save: () => Promise.reject(new Error("disk full")) };
  const clock = new ManualClock();
  const kept = await new ApiTokens({ clock, random: systemRandom, file: undefined }, []).add({
    name: "a",
    role: "admin",
    days: 0,
  });
  const hash = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(kept.token))).toString("base64");
  const tokens = new ApiTokens({ clock, random: systemRandom, file: broken }, [{ ...kept, hash }]);
  assert.equal(tokens.find(kept.token)?.user, "a");
  await assert.rejects(tokens.remove(kept.id), /disk full/);
  assert.equal(tokens.find(kept.token), undefined);
});
