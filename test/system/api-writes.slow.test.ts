/** The configuration under fire through the API of a whole process, in full measure. */
import { test } from "node:test";
import { callAtOnce, killInTheMiddle } from "./api-box.ts";

test("kill -9 in the middle of 500 writes leaves a file that loads, with its comments and all that was acknowledged", async (t) => {
  await killInTheMiddle(t, { writes: 500, kills: 5 });
});

test("a thousand calls at once, writes among them, are all answered, and no update is lost", async (t) => {
  await callAtOnce(t, 1000);
});
