/** A client written for MediaMTX's API runs its configuration calls unchanged: methods, shapes, codes and texts of its v3. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpServer } from "#api/http-server.ts";
import { addConfigurationRoutes } from "#api/routes/configuration.ts";
import { silentLogger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { CONFIG_FILE, openTestStore } from "#test/support/config-store.ts";
import type { TestStore } from "#test/support/config-store.ts";

const unused = (): never => {
  throw new Error("no sockets here");
};
const network: Network = {
  bindUdp: unused,
  connectTcp: unused,
  listenTcp: unused,
  limitSendBuffer: unused,
  resolve: (host) => Promise.resolve(host),
  fanOut: undefined,
  srtp: undefined,
  addresses: unused,
};
const CANARY = "c@:/%#é";

const BASE = `# The shop.
authInternalUsers:
- user: admin
  pass: "${CANARY}"
  ips: [127.0.0.1]
  permissions:
  - action: api
  - action: read
readTimeout: 30m   # long
paths:
  # At the gate.
  gate:
    source: "rtsp://u:${CANARY}@10.0.0.2/1"
  all_others:
`;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Method and address in one: `GET /v3/info`. */
type Call = (what: string, body?: unknown, headers?: Readonly<Record<string, unknown>>) => Promise<Answer>;

function open(text = BASE): TestStore & { call: Call } {
  const bench = openTestStore(text);
  const server = new HttpServer({
    address: { host: undefined, port: 0 },
    network,
    log: silentLogger,
    mount: (routes) => addConfigurationRoutes(routes, bench),
  });
  return Object.assign(bench, {
    call: async (what: string, body?: unknown, headers: object = {}) => {
      const [method, url] = what.split(" ", 2) as ["GET" | "POST" | "PATCH" | "DELETE", string];
      const payload = body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) };
      const answer = await server.routes.inject({ method, url, ...payload, headers: { ...headers } });
      return { status: answer.statusCode, body: answer.json<Record<string, unknown>>(), headers: answer.headers };
    },
  });
}

const ok = { status: "ok" };

test("global settings are read in MediaMTX's spelling and changed one by one", async () => {
  const { call, files } = open();
  const before = await call("GET /v3/config/global/get");
  assert.equal(before.body["readTimeout"], "30m0s");
  assert.equal(before.body["hlsVariant"], "lowLatency");
  const users = before.body["authInternalUsers"] as { pass: string; ips: string[] }[];
  assert.deepEqual([users[0]?.pass, users[0]?.ips], ["<redacted>", ["127.0.0.1/32"]]);
  const answer = await call("PATCH /v3/config/global/patch", { readTimeout: "1h0m0s", rtspTransports: ["tcp"] });
  assert.deepEqual([answer.status, answer.body], [200, ok]);
  assert.equal(
    files.files.get(CONFIG_FILE),
    BASE.replace("30m", "1h0m0s").replace("  all_others:\n", "  all_others:\nrtspTransports: [tcp]\n"),
  );
  assert.equal((await call("GET /v3/config/global/get")).body["readTimeout"], "1h0m0s");
});

test("everything that was read can be sent back and changes nothing", async () => {
  const { call, files } = open();
  const global = await call("GET /v3/config/global/get");
  assert.deepEqual((await call("PATCH /v3/config/global/patch", global.body)).body, ok);
  const defaults = await call("GET /v3/config/pathdefaults/get");
  assert.deepEqual((await call("PATCH /v3/config/pathdefaults/patch", defaults.body)).body, ok);
  const gate = await call("GET /v3/config/paths/get/gate");
  assert.equal(gate.body["source"], "rtsp://u:<redacted>@10.0.0.2/1");
  assert.deepEqual((await call("PATCH /v3/config/paths/patch/gate", gate.body)).body, ok);
  assert.deepEqual((await call("POST /v3/config/paths/replace/gate", gate.body)).body, ok);
  assert.equal(files.files.get(CONFIG_FILE), BASE);
});

test("a secret that comes back masked is kept while other things around it change", async () => {
  const { call, store } = open();
  const { body } = await call("GET /v3/config/global/get");
  const users = body["authInternalUsers"] as object[];
  const more = [{ user: "guest", pass: "new", permissions: [{ action: "read" }] }, ...users];
  assert.deepEqual((await call("PATCH /v3/config/global/patch", { authInternalUsers: more })).body, ok);
  assert.deepEqual(
    store.inForce.config.users.map(({ user, pass }) => [user, pass.reveal()]),
    [
      ["guest", "new"],
      ["admin", CANARY],
    ],
  );
  const changed = users.map((user) => ({ ...user, pass: "other" }));
  await call("PATCH /v3/config/global/patch", {
    authInternalUsers: [{ user: "guest", pass: "<redacted>", permissions: [{ action: "read" }] }, ...changed],
  });
  assert.deepEqual(
    store.inForce.config.users.map(({ pass }) => pass.reveal()),
    ["new", "other"],
  );
  await call("PATCH /v3/config/paths/patch/gate", { source: "rtsp://u:<redacted>@10.0.0.2/2" });
  assert.equal(store.inForce.config.paths[0]?.source, `rtsp://u:${CANARY}@10.0.0.2/2`);
  const elsewhere = await call("PATCH /v3/config/paths/patch/gate", { source: "rtsp://u:<redacted>@10.9.9.9/2" });
  assert.deepEqual([elsewhere.status, elsewhere.body["code"]], [400, "config-secret-elsewhere"]);
});

test("paths are added, read, patched, replaced and deleted", async () => {
  const { call, files } = open();
  assert.deepEqual(
    (await call("POST /v3/config/paths/add/yard/main", { source: "rtsp://10.0.0.3/1", sourceOnDemand: true })).body,
    ok,
  );
  assert.match(
    files.files.get(CONFIG_FILE) ?? "",
    / {2}yard\/main:\n {4}source: rtsp:\/\/10\.0\.0\.3\/1\n {4}sourceOnDemand: true\n/,
  );
  const list = await call("GET /v3/config/paths/list?itemsPerPage=2&page=0");
  assert.deepEqual([list.body["itemCount"], list.body["pageCount"]], [3, 2]);
  assert.deepEqual(
    (list.body["items"] as { name: string }[]).map(({ name }) => name),
    ["all_others", "gate"],
  );
  assert.deepEqual((await call("PATCH /v3/config/paths/patch/yard/main", { maxReaders: 4 })).body, ok);
  const yard = await call("GET /v3/config/paths/get/yard/main");
  assert.deepEqual([yard.body["name"], yard.body["maxReaders"], yard.body["sourceOnDemand"]], ["yard/main", 4, true]);
  assert.deepEqual((await call("POST /v3/config/paths/replace/yard/main", { maxReaders: 2 })).body, ok);
  const replaced = await call("GET /v3/config/paths/get/yard/main");
  assert.deepEqual([replaced.body["source"], replaced.body["maxReaders"]], ["publisher", 2]);
  assert.deepEqual((await call("DELETE /v3/config/paths/delete/yard/main")).body, ok);
  assert.equal(files.files.get(CONFIG_FILE), BASE);
  assert.deepEqual((await call("POST /v3/config/paths/replace/new", {})).body, ok);
  assert.deepEqual((await call("DELETE /v3/config/paths/delete/all_others")).body, ok);
});

const refused: readonly { name: string; call: Parameters<Call>; status: number; error: RegExp }[] = [
  { name: "a path that exists", call: ["POST /v3/config/paths/add/gate", {}], status: 400, error: /^path already exists$/ },
  {
    name: "an unknown path, get",
    call: ["GET /v3/config/paths/get/none"],
    status: 404,
    error: /^path configuration not found$/,
  },
  { name: "an unknown path, patch", call: ["PATCH /v3/config/paths/patch/none", {}], status: 404, error: /^path not found$/ },
  { name: "an unknown path, delete", call: ["DELETE /v3/config/paths/delete/none"], status: 404, error: /^path not found$/ },
  { name: "no name", call: ["POST /v3/config/paths/add/", {}], status: 400, error: /^invalid name$/ },
  {
    name: "an unknown field",
    call: ["POST /v3/config/paths/add/x", { sorce: "" }],
    status: 400,
    error: /^json: unknown field "sorce"/,
  },
  {
    name: "an unknown global field",
    call: ["PATCH /v3/config/global/patch", { nope: 1 }],
    status: 400,
    error: /unknown field "nope"/,
  },
  {
    name: "an unknown field of a user",
    call: ["PATCH /v3/config/global/patch", { authInternalUsers: [{ name: "x" }] }],
    status: 400,
    error: /unknown field/,
  },
  {
    name: "a text in place of a number",
    call: ["PATCH /v3/config/paths/patch/gate", { maxReaders: "4" }],
    status: 400,
    error: /maxReaders must be of type number/,
  },
  {
    name: "a number in place of a duration",
    call: ["PATCH /v3/config/global/patch", { readTimeout: 10 }],
    status: 400,
    error: /readTimeout must be of type string/,
  },
  {
    name: "a bad duration",
    call: ["PATCH /v3/config/global/patch", { readTimeout: "soon" }],
    status: 400,
    error: /readTimeout/,
  },
  {
    name: "a contradiction",
    call: ["POST /v3/config/paths/add/x", { sourceOnDemand: true }],
    status: 400,
    error: /sourceOnDemand/,
  },
  { name: "a bad name", call: ["POST /v3/config/paths/add/a%2F..%2Fb", {}], status: 400, error: /./ },
  { name: "a list", call: ["PATCH /v3/config/global/patch", []], status: 400, error: /not an object/ },
  { name: "no JSON", call: ["PATCH /v3/config/global/patch", "{"], status: 400, error: /./ },
  { name: "items per page 0", call: ["GET /v3/config/paths/list?itemsPerPage=0"], status: 400, error: /./ },
  { name: "a stale If-Match", call: ["POST /v3/config/paths/add/x", {}, { "if-match": '"old"' }], status: 409, error: /./ },
];

for (const { name, call, status, error } of refused) {
  test(`refused: ${name}`, async () => {
    const bench = open();
    const answer = await bench.call(...call);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.match(String(answer.body["error"]), error);
    assert.equal(answer.body["status"], "error");
    assert.equal(bench.files.files.get(CONFIG_FILE), BASE);
    assert.ok(!JSON.stringify(answer.body).includes(CANARY));
  });
}

test("an address that can't be used doesn't come back with its password in the error", async () => {
  const { call } = open();
  const answer = await call("POST /v3/config/paths/add/x", { source: `rtsp://u:${CANARY}@` });
  assert.equal(answer.status, 400);
  assert.ok(!JSON.stringify(answer.body).includes("%#é"), JSON.stringify(answer.body));
});

test("a page past the end is empty", async () => {
  const { body } = await open().call("GET /v3/config/paths/list?page=9");
  assert.deepEqual(body["items"], []);
});

test("old names are understood, and null takes a setting away", async () => {
  const { call, store } = open("protocols: [udp]\nreadTimeout: 1m\n");
  assert.deepEqual((await call("PATCH /v3/config/global/patch", { protocols: ["tcp"], readTimeout: null })).body, ok);
  assert.match(store.inForce.text, /rtspTransports: \[tcp\]/);
  assert.ok(!/protocols|readTimeout/.test(store.inForce.text), store.inForce.text);
});

test("bodies are JSON whatever they are called, as curl -d sends them", async () => {
  const { call } = open();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  assert.equal((await call("PATCH /v3/config/global/patch", { readTimeout: "20s" }, headers)).status, 200);
});

test("a text that looks like a variable stays that text", async () => {
  const { call, store } = open();
  const answer = await call("PATCH /v3/config/paths/patch/gate", { source: "rtsp://u:${HOME}$@10.0.0.2/1" });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.match(store.inForce.text, /\$\$\{HOME\}\$@/);
});

test("a dry run says what would be, and changes nothing", async () => {
  const { call, files } = open();
  assert.equal((await call("DELETE /v3/config/paths/delete/gate?dryRun=1")).status, 200);
  assert.equal((await call("PATCH /v3/config/paths/patch/gate?dryRun=1", { source: "nonsense" })).status, 400);
  assert.equal(files.files.get(CONFIG_FILE), BASE);
});

test("an ETag that was just read is good for one change", async () => {
  const { call } = open();
  const { headers } = await call("GET /v3/config/paths/get/gate");
  const guard = { "if-match": headers["etag"] };
  const first = await call("PATCH /v3/config/paths/patch/gate", { maxReaders: 1 }, guard);
  assert.equal(first.status, 200);
  assert.equal((await call("PATCH /v3/config/paths/patch/gate", { maxReaders: 2 }, guard)).status, 409);
  assert.equal(
    (await call("PATCH /v3/config/paths/patch/gate", { maxReaders: 2 }, { "if-match": first.headers["etag"] })).status,
    200,
  );
});
