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

test("a body that isn't as its schema says is refused with the reason, by the first requests and by later ones", async (t) => {
  const body = { type: "object", required: ["name"], properties: { name: { type: "string", maxLength: 8 } } };
  const server = new HttpServer({
    address: { host: undefined, port: 0 },
    network: {} as Network, // nothing listens
    log: silentLogger,
    mount: (routes) => {
      routes.post("/named", { schema: { body } }, () => "taken");
    },
  });
  t.after(() => server.close());
  const post = async (payload: object): Promise<string> => {
    const answer = await server.routes.inject({ method: "POST", url: "/named", payload });
    return `${String(answer.statusCode)} ${answer.body}`;
  };
  const all = [{ name: "gate" }, {}, { name: "far too long" }];
  const wanted = [/^200 taken$/, /^400 .*must have required property 'name'/, /^400 .*must NOT have more than 8 characters/];
  for (const round of ["at once", "later"]) {
    const answers = await Promise.all(all.map(post));
    for (const [index, answer] of answers.entries()) assert.match(answer, wanted[index] ?? /never/, round);
  }
});

test("a request without a body is answered, also one that names the type of a body", async (t) => {
  const server = new HttpServer({
    address: { host: undefined, port: 0 },
    network: {} as Network, // nothing listens
    log: silentLogger,
    mount: (routes) => {
      routes.delete("/thing", ({ body }) => `deleted ${String(body)}`);
    },
  });
  t.after(() => server.close());
  const headers = { "content-type": "application/json" };
  const answer = await server.routes.inject({ method: "DELETE", url: "/thing", headers });
  assert.deepEqual([answer.statusCode, answer.body], [200, "deleted undefined"]);
});
