import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import { readSecret } from "#app/users/read-secret.ts";

test("the first line of what is piped in counts", async () => {
  assert.equal(await readSecret(Readable.from(["corr", "ect horse\nmore"])), "correct horse");
  assert.equal(await readSecret(Readable.from(["no line end"])), "no line end");
});

test("what is typed isn't shown, and can be mended and broken off", async () => {
  const modes: boolean[] = [];
  const typed = (...letters: readonly string[]) =>
    Object.assign(Readable.from(letters), {
      isTTY: true,
      setRawMode(mode: boolean) {
        modes.push(mode);
        return this as never;
      },
    });
  assert.equal(await readSecret(typed("a", "b", "\u007f", "c", "\r")), "ac");
  await assert.rejects(readSecret(typed("a", "\u0003")));
  assert.deepEqual(modes, [true, false, true, false]);
  const endless = new PassThrough();
  endless.write("x".repeat(10_000));
  assert.equal((await readSecret(endless)).length, 4096);
});
