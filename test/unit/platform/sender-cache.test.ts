import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_SENDERS, SenderCache } from "#platform/sender-cache.ts";

test("the oldest sender is forgotten when there are too many", () => {
  const cache = new SenderCache<string>();
  for (let hash = 0; hash < MAX_SENDERS + 10; hash += 1) cache.put(hash, `sender ${String(hash)}`);
  assert.equal(cache.size, MAX_SENDERS);
  assert.equal(cache.get(9), undefined);
  assert.equal(cache.get(10), "sender 10");
});

test("a sender with the hash of another takes its place without costing a third", () => {
  const cache = new SenderCache<string>();
  for (let hash = 0; hash < MAX_SENDERS; hash += 1) cache.put(hash, "old");
  cache.put(5, "new");
  assert.equal(cache.get(5), "new");
  assert.equal(cache.get(0), "old");
  assert.equal(cache.size, MAX_SENDERS);
});
