import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "#base/turns.ts";

test("work is done one after the other, in order, also after a failure", async () => {
  const turns = new Turns(64);
  const seen: string[] = [];
  const work =
    (name: string, fails = false) =>
    async (): Promise<string> => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const [a, b, c] = await Promise.allSettled([turns.run(work("a")), turns.run(work("b", true)), turns.run(work("c"))]);
  assert.deepEqual([a.status, b.status, c.status], ["fulfilled", "rejected", "fulfilled"]);
  assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("of many at once some are sent away rather than queued without end", async () => {
  const turns = new Turns(64);
  const answers = await Promise.all(Array.from({ length: 100 }, () => turns.run(() => Promise.resolve("done"))));
  assert.equal(answers.filter((answer) => answer === "busy").length, 36);
  assert.equal(await turns.run(() => Promise.resolve("done")), "done");
});
