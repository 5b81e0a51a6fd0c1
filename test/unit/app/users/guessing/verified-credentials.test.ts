import assert from "node:assert/strict";
import { test } from "node:test";
import { VerifiedCredentials } from "#app/users/guessing/verified-credentials.ts";
import { systemRandom } from "#base/random.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

type Result = { readonly kind: "proved"; readonly who: string } | { readonly kind: "wrong" };
const counts = ({ kind }: Result): boolean => kind === "proved";
const parts = { random: systemRandom, keepMs: 60_000, counts };
const proof = (who: string): Result => ({ kind: "proved", who });

test("what was right is known for a minute, by name and password exactly", async () => {
  const clock = new ManualClock();
  const verified = new VerifiedCredentials<Result>({ ...parts, clock });
  assert.deepEqual(await verified.verify(["ann", "secret"], () => Promise.resolve(proof("is ann"))), proof("is ann"));
  assert.deepEqual(verified.find(["ann", "secret"]), proof("is ann"));
  for (const [user, password] of [
    ["ann", "Secret"],
    ["an", "nsecret"],
    ["anns", "ecret"],
    ["ann", ""],
  ] as const)
    assert.equal(verified.find([user, password]), undefined, `${user} ${password}`);
  await clock.run(60_000);
  assert.equal(verified.find(["ann", "secret"]), undefined);
});

test("what was wrong isn't remembered, and what is under way is joined", async () => {
  const verified = new VerifiedCredentials<Result>({ ...parts, clock: new ManualClock() });
  let computed = 0;
  const wrong = (): Promise<Result> => {
    computed += 1;
    return Promise.resolve({ kind: "wrong" });
  };
  await Promise.all([verified.verify(["ann", "x"], wrong), verified.verify(["ann", "x"], wrong)]);
  assert.equal(computed, 1);
  await verified.verify(["ann", "x"], wrong);
  assert.equal(computed, 2);
});

test("the table is bounded", async () => {
  const verified = new VerifiedCredentials<Result>({ ...parts, clock: new ManualClock() });
  for (let index = 0; index < 600; index += 1)
    await verified.verify([String(index), ""], () => Promise.resolve(proof(String(index))));
  assert.equal(verified.find(["0", ""]), undefined);
  assert.deepEqual(verified.find(["599", ""]), proof("599"));
});
