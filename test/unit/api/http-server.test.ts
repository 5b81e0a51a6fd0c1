import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpServer } from "#api/http-server.ts";
import { silentLogger } from "#base/log.ts";
import type { Network } from "#base/network.ts";

test("a body that is too large is refused by code, with the route's own limit", async (t) => {
  const server = new HttpServer({
    address: { host: undefined, port: 0 },
    network: {} as Network, // nothing listens
    log: silentLogger,
    mount: (routes) => {
      routes.post("/small", () => "taken");
      routes.post("/large", { bodyLimit: 1_000_000 }, () => "taken");
    },
  });
  t.after(() => server.close());
  const post = async (url: string, bytes: number): Promise<{ status: number; text: string }> => {
    const payload = JSON.stringify({ text: "x".repeat(bytes) });
    const headers = { "content-type": "application/json" };
    const answer = await server.routes.inject({ method: "POST", url, payload, headers });
    return { status: answer.statusCode, text: answer.body };
  };
  assert.equal((await post("/small", 1000)).status, 200);
  const refused = await post("/small", 100_000);
  assert.equal(refused.status, 413);
  assert.match(refused.text, /"code":"api-body-too-large"/);
  assert.match(refused.text, /65536/);
  assert.equal((await post("/large", 100_000)).status, 200);
  assert.match((await post("/large", 2_000_000)).text, /1000000/);
});
