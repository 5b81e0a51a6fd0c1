import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpServer } from "#api/http-server.ts";
import { addInfoRoute } from "#api/routes/info.ts";
import { addNotCarriedRoutes } from "#api/routes/not-carried.ts";
import type { PathView } from "#api/views.ts";
import { createSchema } from "#app/schema.ts";
import { silentLogger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { loadText } from "#config/load.ts";

const schema = createSchema();
const UUID = "11111111-2222-4333-8444-555555555555";
const EMPTY = { itemCount: 0, pageCount: 0, items: [] };

/** Asks the routes as they are with `text` in force. */
async function ask(text: string, what: string): Promise<{ status: number; body: unknown; location: unknown }> {
  const { config } = loadText(schema, text);
  assert.ok(config);
  const server = new HttpServer({
    address: { host: undefined, port: 0 },
    network: {} as Network,
    log: silentLogger,
    mount: (instance) => {
      const find = (name: string): PathView | undefined => (name === "a" ? ({} as PathView) : undefined);
      addNotCarriedRoutes(instance, () => config, { list: () => [], find });
      addInfoRoute(
        instance,
        { version: "v1", startedAt: 0 },
        {
          file: undefined,
          version: "",
          loadedAt: 0,
          reloads: 0,
          failures: 0,
          failure: undefined,
        },
      );
    },
  });
  const [method = "", url = ""] = what.split(" ");
  const answer = await server.routes.inject({ method: method as "GET", url });
  return { status: answer.statusCode, body: answer.body === "" ? undefined : answer.json(), location: answer.headers.location };
}

const found: readonly { what: string; status: number; body?: object; text?: string }[] = [
  { what: "GET /v3/recordings/list", status: 200, body: EMPTY },
  { what: "GET /v3/recordings/list?page=x", status: 400, body: { error: "invalid page: '\"x\"'" } },
  { what: "GET /v3/recordings/get/a", status: 200, body: { name: "a", segments: [] } },
  { what: "GET /v3/recordings/get/", status: 400, body: { error: "invalid name" } },
  { what: "GET /v3/recordings/get/zz", status: 400, body: { error: "path 'zz' is not configured" } },
  { what: "GET /v3/recordings/get/a%20b", status: 400 },
  { what: "GET /v3/recordings/get/zz", text: "paths: {all_others: }\n", status: 200, body: { name: "zz", segments: [] } },
  { what: "DELETE /v3/recordings/deletesegment?path=a", status: 400, body: { code: "api-bad-time" } },
  { what: "DELETE /v3/recordings/deletesegment?path=zz&start=2026-01-01T00:00:00Z", status: 400 },
  {
    what: "DELETE /v3/recordings/deletesegment?path=a&start=2026-01-01T00:00:00%2B08:00",
    status: 400,
    body: { code: "api-no-recording" },
  },
  { what: "GET /v3/paths/forward/list", status: 400, body: { error: "invalid path" } },
  { what: "GET /v3/paths/forward/list?path=a", status: 200, body: EMPTY },
  { what: "GET /v3/paths/forward/list?path=b", status: 404, body: { error: "path not found" } },
  { what: "GET /v3/paths/forward/get?path=a", status: 400, body: { error: "invalid id" } },
  { what: `GET /v3/paths/forward/get?id=${UUID}`, status: 400, body: { error: "invalid path" } },
  { what: `GET /v3/paths/forward/get?id=${UUID}&path=a`, status: 404, body: { error: "forward destination not found" } },
  { what: "GET /v3/rtmpconns/list", status: 200, body: EMPTY },
  { what: "GET /v3/rtmpconns/list", text: "rtmp: no\n", status: 404 },
  { what: "GET /v3/rtmpsconns/list", status: 404 },
  { what: "GET /v3/rtmpsconns/list", text: "rtmpEncryption: optional\n", status: 200, body: EMPTY },
  { what: "GET /v3/srtconns/get/nonsense", status: 400, body: { error: "invalid id" } },
  { what: `GET /v3/srtconns/get/${UUID}`, status: 404, body: { error: "connection not found" } },
  { what: `POST /v3/srtconns/kick/${UUID}`, status: 404 },
  { what: `POST /v3/moqsessions/kick/${UUID}`, status: 404, body: { error: "session not found" } },
];
for (const { what, status, body = {}, text = "paths: {a: }\n" } of found) {
  test(`${what} answers ${String(status)} with ${JSON.stringify(text)}`, async () => {
    const answer = await ask(text, what);
    assert.equal(answer.status, status);
    assert.partialDeepStrictEqual(answer.body, body);
  });
}

const slashes: readonly { what: string; status: number; to?: string }[] = [
  { what: "GET /v3/info/", status: 301, to: "/v3/info" },
  { what: "GET /v3/recordings/list/?page=1&page=2", status: 301, to: "/v3/recordings/list?page=1&page=2" },
  { what: "GET /v3/recordings/get", status: 301, to: "/v3/recordings/get/" },
  { what: `POST /v3/srtconns/kick/${UUID}/`, status: 307, to: `/v3/srtconns/kick/${UUID}` },
  { what: "GET /v3/nothing/", status: 404 },
  { what: "GET //evil.example/v3/info/", status: 404 },
];
for (const { what, status, to } of slashes) {
  test(`${what} is ${to === undefined ? "nowhere" : `sent to ${to}`}`, async () => {
    assert.deepEqual(await ask("", what).then((answer) => [answer.status, answer.location]), [status, to]);
  });
}
