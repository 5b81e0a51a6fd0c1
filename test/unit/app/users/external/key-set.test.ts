import assert from "node:assert/strict";
import { test } from "node:test";
import type { JSONWebKeySet, LocalJWKSet } from "jose";
import { KeySet } from "#app/users/external/key-set.ts";
import { silentLogger } from "#base/log.ts";
import type { HttpAnswer } from "#platform/http/ask.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const HOUR_MS = 3_600_000;
const options = { authJWTJWKS: "http://login/jwks.json", authJWTJWKSFingerprint: "" };

/** Keys whose loaded form is told by what was fetched, and a server that answers as the test says. */
function stage() {
  const clock = new ManualClock();
  const server = { answer: (): HttpAnswer | Error => ({ status: 200, body: '{"keys":[{"kty":"EC"}]}' }), asked: 0 };
  const loaded: JSONWebKeySet[] = [];
  const keys = new KeySet(options, {
    clock,
    log: silentLogger,
    ask: () => {
      server.asked += 1;
      const answer = server.answer();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    load: (set) => {
      loaded.push(set);
      const resolver = (() => Promise.reject(new Error("unused"))) as unknown as LocalJWKSet;
      return Promise.resolve(resolver);
    },
  });
  return { clock, server, loaded, keys };
}

test("fetched when first needed, by all who need them at once, and again after an hour without making anyone wait", async () => {
  const { clock, server, keys } = stage();
  const [first, second] = await Promise.all([keys.current(), keys.current()]);
  assert.ok(first !== undefined && first === second);
  assert.equal(server.asked, 1);
  await clock.run(HOUR_MS);
  assert.equal(await keys.current(), first);
  assert.equal(server.asked, 2);
  await keys.refresh();
  assert.notEqual(await keys.current(), first);
});

test("the keys of before count for a day while the server can't be asked, which isn't tried for everyone", async () => {
  const { clock, server, keys } = stage();
  const first = await keys.current();
  server.answer = () => new Error("refused");
  await clock.run(2 * HOUR_MS);
  for (let count = 0; count < 10; count += 1) assert.equal(await keys.current(), first);
  assert.equal(server.asked, 2);
  await clock.run(22 * HOUR_MS);
  assert.equal(await keys.current(), undefined);
});

test("an unknown key has them fetched, at most twice a minute", async () => {
  const { clock, server, keys } = stage();
  const first = await keys.current();
  assert.equal(await keys.newer(), undefined);
  await clock.run(30_000);
  const newer = await keys.newer();
  assert.ok(newer !== undefined && newer !== first);
  assert.equal(await keys.newer(), undefined);
  assert.equal(server.asked, 2);
});

test("secret keys are left out, and what is no list of keys is refused", async () => {
  const { server, loaded, keys } = stage();
  server.answer = () => ({ status: 200, body: JSON.stringify({ keys: [{ kty: "oct", k: "c2VjcmV0" }, { kty: "RSA" }, 7, {}] }) });
  await keys.refresh();
  assert.deepEqual(loaded[0]?.keys, [{ kty: "RSA" }]);
  for (const answer of [
    { status: 404, body: "" },
    { status: 200, body: "<" },
    { status: 200, body: "{}" },
  ]) {
    server.answer = () => answer;
    await assert.rejects(keys.refresh(), { code: "user-key-set" });
  }
});
