import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpServer } from "#api/http-server.ts";
import { operations } from "#api/openapi/operations.ts";
import { openApiDocument } from "#api/openapi/document.ts";
import { addSessionRoutes } from "#api/routes/session.ts";
import { addUserRoutes } from "#api/routes/users.ts";
import type { Accounts } from "#api/accounts.ts";
import { addMediaMtxApi, addSluiceApi } from "#api/servers.ts";
import { silentLogger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { openTestApi } from "#test/support/open-api.ts";
import { explainMismatch } from "#test/support/json-schema.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";

const BASE = `rtmpEncryption: optional
paths:
  gate:
    source: rtsp://u:p@10.0.0.2/1
    label: Front gate
    subStream: gate/small
  gate/small:
  off:
    enable: no
`;

interface Route {
  readonly method: string;
  readonly path: string;
  readonly role: unknown;
}

function serve(t: Cleanup) {
  const { own } = openTestApi(t, BASE);
  const routes: Route[] = [];
  const none = (): never => {
    throw new Error("no sockets here");
  };
  const running = { connections: () => [], sessions: () => [], kick: () => false };
  const server = new HttpServer({
    address: { host: undefined, port: 0 },
    network: { listenTcp: none } as unknown as Network,
    log: silentLogger,
    mount: (instance) => {
      instance.addHook("onRoute", ({ method, url, config }) => {
        const methods = Array.isArray(method) ? method : [method];
        const role = config === undefined ? undefined : (config as { role?: unknown }).role;
        for (const name of methods) if (name !== "HEAD") routes.push({ method: name, path: url, role });
      });
      // Only that the routes are there matters here: nobody is asked.
      addUserRoutes(instance, {} as Accounts);
      addSessionRoutes(instance, {} as Accounts, { trustedProxies: [] });
      const views = {
        program: { version: "v0", startedAt: 0 },
        refreshKeys: () => Promise.resolve(),
        config: { file: undefined, version: "", loadedAt: 0, reloads: 0, failures: 0, failure: undefined },
        paths: { list: () => [], find: () => undefined },
        rtsp: running,
        rtsps: running,
        hls: { muxers: () => [], sessions: () => [], kick: () => false },
        webrtc: running,
        own,
      };
      addMediaMtxApi(instance, views);
      addSluiceApi(instance, views);
    },
  });
  return { server, routes, own };
}

test("the document describes exactly the routes there are", async (t) => {
  const { server, routes } = serve(t);
  await server.routes.inject({ method: "GET", url: "/api/health" });
  const real = routes.map(({ method, path }) => `${method} ${path}`).sort();
  const described = operations.map(({ method, path }) => `${method} ${path}`).sort();
  assert.deepEqual(described, real);
});

test("every route of our own API says its role, the same as the document", async (t) => {
  const { server, routes } = serve(t);
  await server.routes.inject({ method: "GET", url: "/api/health" });
  const roles = new Map(operations.map(({ method, path, role }) => [`${method} ${path}`, role]));
  for (const { method, path, role } of routes.filter((route) => route.path.startsWith("/api/"))) {
    // What says nothing is for admins.
    assert.equal(roles.get(`${method} ${path}`), role ?? "admin", `${method} ${path}`);
  }
});

test("every reference leads somewhere, and every component is referred to", (t) => {
  const document = openApiDocument(openTestApi(t, "").schema, "v0");
  const printed = JSON.stringify(document);
  const { components } = document as { components: { schemas: Record<string, unknown> } };
  const used = new Set([...printed.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? ""));
  assert.deepEqual(
    [...used].filter((name) => !(name in components.schemas)),
    [],
  );
  assert.deepEqual(
    Object.keys(components.schemas).filter((name) => !used.has(name)),
    [],
  );
});

test("answers look as the document says", async (t) => {
  const { server } = serve(t);
  const document = (await server.routes.inject({ method: "GET", url: "/api/openapi.json" })).json<Record<string, unknown>>();
  const filled = (path: string): string =>
    path.replace(":name/history", "gate/history").replace(":name", "gate").replace("*", "gate");
  let checked = 0;
  for (const { method, path, answer } of operations) {
    if (
      method !== "GET" ||
      answer === undefined ||
      path.includes(":id") ||
      /session$|users|tokens/.test(path) ||
      /^\/v3\/(?:(?:paths|hlsmuxers)\/get|paths\/forward)/.test(path)
    )
      continue;
    const reply = await server.routes.inject({ method, url: filled(path) });
    assert.equal(reply.statusCode, 200, `${path}: ${reply.body}`);
    assert.equal(explainMismatch(reply.json(), answer, document), undefined, path);
    checked += 1;
  }
  assert.ok(checked >= 20, String(checked));
});

test("refusals look as the document says", async (t) => {
  const { server } = serve(t);
  const document = openApiDocument(openTestApi(t, "").schema, "v0");
  const own = await server.routes.inject({ method: "GET", url: "/api/cameras/none" });
  assert.equal(own.statusCode, 404);
  assert.equal(explainMismatch(own.json(), { $ref: "#/components/schemas/ErrorAnswer" }, document), undefined);
  const v3 = await server.routes.inject({ method: "GET", url: "/v3/config/paths/get/none" });
  assert.equal(explainMismatch(v3.json(), { $ref: "#/components/schemas/Error" }, document), undefined);
  const bad = await server.routes.inject({
    method: "POST",
    url: "/api/cameras",
    payload: { name: "x", address: "rtsp://h/", transport: "pigeon" },
  });
  assert.equal(bad.statusCode, 400);
  assert.equal(explainMismatch(bad.json(), { $ref: "#/components/schemas/ErrorAnswer" }, document), undefined);
  assert.equal(bad.json<{ problems: { key: string }[] }>().problems[0]?.key, "paths.x.rtspTransport");
});
