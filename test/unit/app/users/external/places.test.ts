import assert from "node:assert/strict";
import { test } from "node:test";
import { Places } from "#app/users/external/places.ts";

test("so many work at once, so many wait in their order, the next is told to come again", async () => {
  const places = new Places({ atOnce: 2, waiting: 1 });
  const gates = [0, 1, 2].map(() => Promise.withResolvers<number>());
  const begun: number[] = [];
  const run = (index: number) =>
    places.run(() => {
      begun.push(index);
      return gates[index]?.promise ?? Promise.reject(new Error("no gate"));
    });
  const [first, second, third] = [run(0), run(1), run(2)];
  assert.equal(await places.run(() => Promise.resolve("early")), "busy");
  assert.deepEqual(begun, [0, 1]);
  gates[1]?.reject(new Error("broken"));
  await assert.rejects(second, /broken/);
  gates[2]?.resolve(3);
  assert.equal(await third, 3);
  gates[0]?.resolve(1);
  assert.equal(await first, 1);
  assert.equal(await places.run(() => Promise.resolve("late")), "late");
});
