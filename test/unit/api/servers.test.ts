import assert from "node:assert/strict";
import { test } from "node:test";
import { createApiServer, createWebServer } from "#api/servers.ts";
import { healthError } from "#health/errors.ts";
import type { ApiViews } from "#api/servers.ts";
import type { ApiAuthenticator, ConfigStatusView, HealthCheck, HealthView, PathView } from "#api/views.ts";
import type { RtspSessionView } from "#base/views/clients.ts";
import { IpRange } from "#base/ip-range.ts";
import { silentLogger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { streamError } from "#streams/errors.ts";

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

const idle: PathView = {
  name: "hall/main",
  options: { name: "hall/main" },
  ready: false,
  readySince: undefined,
  source: undefined,
  readers: [],
  stream: undefined,
  inboundBytes: 0,
  outboundBytes: 0,
};
const live: PathView = {
  name: "nvr/1",
  options: { name: "~^nvr/" },
  ready: true,
  readySince: Date.UTC(2026, 0, 2, 3, 4, 5),
  source: { type: "rtspSource", id: "" },
  readers: [{ type: "rtspSession", id: "a" }],
  stream: {
    tracks: [
      { name: "H264", props: () => ({ width: 640, height: 360 }) },
      { name: "Generic", props: () => ({}) },
    ],
    inboundInError: 3,
  },
  inboundBytes: 1000,
  outboundBytes: 500,
};

const ID = "11111111-2222-4333-8444-555555555555";
const session: RtspSessionView = {
  id: ID,
  created: Date.UTC(2026, 0, 2),
  remoteAddr: "127.0.0.1:4000",
  state: "read",
  path: "nvr/1",
  query: "",
  user: "",
  userAgent: "test",
  transport: "TCP",
  profile: "AVP",
  conns: [],
  inboundBytes: 1,
  inboundRTPPackets: 2,
  inboundRTPPacketsLost: 3,
  inboundRTPPacketsInError: 4,
  inboundRTPPacketsJitter: 0.5,
  inboundRTCPPackets: 6,
  inboundRTCPPacketsInError: 7,
  outboundBytes: 8,
  outboundRTPPackets: 9,
  outboundRTPPacketsReportedLost: 10,
  outboundRTPPacketsDiscarded: 11,
  outboundRTCPPackets: 12,
};

const config: ConfigStatusView = {
  file: "/etc/sluice.yml",
  version: "0a1b",
  loadedAt: Date.UTC(2026, 0, 2, 3),
  reloads: 2,
  failures: 1,
  failure: undefined,
};
const brokenConfig: ConfigStatusView = {
  ...config,
  failure: {
    at: Date.UTC(2026, 0, 2, 4),
    problems: [
      {
        severity: "error",
        error: streamError("path-name-invalid", { details: { path: "a b" } }),
        origin: { kind: "file", file: "sluice.yml", line: 3, column: 5 },
        path: "paths.a b",
      },
    ],
  },
};
const paths = [idle, live];
const views: ApiViews = {
  program: { version: "v9.9.9", startedAt: Date.UTC(2026, 0, 2) },
  config,
  paths: { list: () => paths, find: (name) => paths.find((path) => path.name === name) },
  rtsp: {
    sessions: () => [session],
    connections: () => [
      { id: ID, created: 0, remoteAddr: "[::1]:1", session: null, tunnel: "none", inboundBytes: 1, outboundBytes: 2 },
    ],
    kick: (id) => id === ID,
  },
  rtsps: undefined,
};

const unclaimed: ApiAuthenticator = { claimed: false, authorize: () => Promise.resolve({ kind: "refused" }) };
const claimed: ApiAuthenticator = {
  claimed: true,
  authorize: ({ credentials }) =>
    Promise.resolve({ kind: credentials.kind === "password" && credentials.password === "right" ? "granted" : "refused" }),
};

const listener = { address: { host: "127.0.0.1", port: 0 }, network, log: silentLogger };

/** Asks the API without a socket. */
async function ask(
  url: string,
  how: { method?: "GET" | "POST" | "PUT"; from?: string; authorization?: string; authenticator?: ApiAuthenticator } = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Readonly<Record<string, unknown>> }> {
  const { method = "GET", from = "127.0.0.1", authorization, authenticator = unclaimed } = how;
  const { routes } = createApiServer({ ...listener, authenticator }, views);
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await routes.inject({ method, url, remoteAddress: from, headers });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>(), headers: answer.headers };
}

test("info says version and start", async () => {
  assert.partialDeepStrictEqual((await ask("/v3/info")).body, { version: "v9.9.9", started: "2026-01-02T00:00:00.000Z" });
});

test("info tells which configuration is in force, and what is wrong with one that isn't", async () => {
  const sound = { file: "/etc/sluice.yml", version: "0a1b", loaded: "2026-01-02T03:00:00.000Z", reloads: 2, failures: 1 };
  assert.deepEqual((await ask("/v3/info")).body["configuration"], { ...sound, failed: null });
  const { routes } = createApiServer({ ...listener, authenticator: unclaimed }, { ...views, config: brokenConfig });
  const answer = await routes.inject({ method: "GET", url: "/v3/info", remoteAddress: "127.0.0.1" });
  assert.deepEqual(answer.json<Record<string, unknown>>()["configuration"], {
    ...sound,
    failed: {
      at: "2026-01-02T04:00:00.000Z",
      errors: [
        {
          code: "path-name-invalid",
          error: "path name 'a b' is not valid: {reason}",
          remedy: "Use letters, digits, '_', '-', '.', and '/' between parts; no leading or trailing slash, no '..'.",
          key: "paths.a b",
          file: "sluice.yml",
          line: 3,
          column: 5,
        },
      ],
    },
  });
});

test("an idle path has no source and no tracks", async () => {
  const { body } = await ask("/v3/paths/get/hall/main");
  assert.partialDeepStrictEqual(body, {
    name: "hall/main",
    source: null,
    ready: false,
    readyTime: null,
    tracks: [],
    tracks2: [],
  });
});

test("a live path has MediaMTX's fields, old and new", async () => {
  const { status, body } = await ask("/v3/paths/get/nvr/1");
  assert.equal(status, 200);
  const time = "2026-01-02T03:04:05.000Z";
  assert.deepEqual(body, {
    name: "nvr/1",
    confName: "~^nvr/",
    available: true,
    availableTime: time,
    online: true,
    onlineTime: time,
    source: { type: "rtspSource", id: "" },
    tracks2: [
      { codec: "H264", codecProps: { width: 640, height: 360 } },
      { codec: "Generic", codecProps: null },
    ],
    readers: [{ type: "rtspSession", id: "a" }],
    inboundBytes: 1000,
    outboundBytes: 500,
    inboundFramesInError: 3,
    ready: true,
    readyTime: time,
    tracks: ["H264", "Generic"],
    bytesReceived: 1000,
    bytesSent: 500,
  });
});

test("lists are paged", async () => {
  const { body } = await ask("/v3/paths/list?itemsPerPage=1&page=1");
  assert.partialDeepStrictEqual(body, { itemCount: 2, pageCount: 2 });
  assert.equal((body["items"] as readonly { name: string }[])[0]?.name, "nvr/1");
});

test("sessions are printed with MediaMTX's names, old and new", async () => {
  const { body } = await ask(`/v3/rtspsessions/get/${ID}`);
  assert.partialDeepStrictEqual(body, { created: "2026-01-02T00:00:00.000Z", transport: "TCP", inboundRTPPacketsLost: 3 });
  assert.partialDeepStrictEqual(body, { rtpPacketsLost: 3, bytesSent: 8, rtcpPacketsInError: 7, rtpPacketsSent: 9 });
});

test("connections are printed with MediaMTX's names, old and new", async () => {
  const { body } = await ask("/v3/rtspconns/list");
  assert.deepEqual(body, {
    itemCount: 1,
    pageCount: 1,
    items: [
      {
        id: ID,
        created: "1970-01-01T00:00:00.000Z",
        remoteAddr: "[::1]:1",
        session: null,
        tunnel: "none",
        inboundBytes: 1,
        outboundBytes: 2,
        bytesReceived: 1,
        bytesSent: 2,
      },
    ],
  });
});

test("a session is kicked, an unknown one is not found", async () => {
  const kick = (id: string) => ask(`/v3/rtspsessions/kick/${id}`, { method: "POST" });
  assert.deepEqual((await kick(ID)).body, { status: "ok" });
  assert.equal((await kick(ID.replace("1", "9"))).status, 404);
  assert.equal((await kick("nonsense")).status, 400);
});

test("what isn't there is 404, what can't be understood 400, in MediaMTX's shape", async () => {
  const table: readonly [string, number, string][] = [
    ["/v3/paths/get/none", 404, "path not found"],
    ["/v3/paths/get/", 400, "invalid name"],
    ["/v3/paths/list?itemsPerPage=0", 400, "invalid itemsPerPage: '0'"],
    ["/v3/paths/list?page=-1", 400, `invalid page: '"-1"'`],
    [`/v3/rtspsessions/get/${ID.replace("1", "9")}`, 404, "session not found"],
    [`/v3/rtspconns/get/${ID.replace("1", "9")}`, 404, "connection not found"],
    ["/v3/rtspconns/get/x", 400, "invalid id"],
    ["/v3/rtspssessions/list", 404, "there is nothing at GET /v3/rtspssessions/list"],
    ["/nothing?secret=x", 404, "there is nothing at GET /nothing"],
  ];
  for (const [url, status, error] of table) {
    const answer = await ask(url);
    assert.equal(answer.status, status, url);
    assert.partialDeepStrictEqual(answer.body, { status: "error", error });
  }
});

test("until users are configured, only this machine may call", async () => {
  for (const from of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) assert.equal((await ask("/v3/info", { from })).status, 200, from);
  for (const from of ["192.168.1.5", "fd00::5", "::ffff:10.0.0.1"]) {
    const { status, body } = await ask("/v3/info", { from });
    assert.equal(status, 403, from);
    assert.equal(body["code"], "api-not-claimed");
  }
});

test("with users, credentials are asked for and checked", async () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
  const none = await ask("/v3/info", { authenticator: claimed });
  assert.equal(none.status, 401);
  assert.equal(none.headers["www-authenticate"], 'Basic realm="mediamtx"');
  assert.equal(none.body["error"], "authentication error");
  const wrong = await ask("/v3/info", { authenticator: claimed, authorization: basic("joe:wrong") });
  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers["www-authenticate"], undefined);
  for (const authorization of [basic("joe:right"), "Bearer joe:right", basic("joe:x").replace("Basic", "bAsIc")]) {
    const expected = authorization.toLowerCase().includes(Buffer.from("joe:x").toString("base64").toLowerCase()) ? 401 : 200;
    assert.equal((await ask("/v3/info", { authenticator: claimed, authorization, from: "10.0.0.9" })).status, expected);
  }
});

test("an error inside is not told to the caller", async () => {
  const broken = { ...views, paths: { list: () => unused(), find: () => undefined } };
  const { routes } = createApiServer({ ...listener, authenticator: unclaimed }, broken);
  const answer = await routes.inject({ method: "GET", url: "/v3/paths/list", remoteAddress: "127.0.0.1" });
  assert.equal(answer.statusCode, 500);
  assert.doesNotMatch(answer.body, /sockets/);
});

const well = { check: () => [], opened: () => true, box: () => [], config } as const;

test("health is 200 while all is well, and 503 with what isn't", async () => {
  const health = async (checks: readonly HealthCheck[]): Promise<{ status: number; body: unknown }> => {
    const { routes } = createWebServer({ ...listener, authenticator: unclaimed }, { ...well, check: () => checks });
    const answer = await routes.inject({ method: "GET", url: "/healthz", remoteAddress: "127.0.0.1" });
    return { status: answer.statusCode, body: answer.json() };
  };
  const configuration = { status: "ok" };
  assert.deepEqual(await health([{ name: "rtsp", ok: true }]), {
    status: 200,
    body: { status: "ok", failed: [], configuration },
  });
  assert.deepEqual(await health([{ name: "rtsp", ok: false, reason: "port lost" }]), {
    status: 503,
    body: { status: "failed", failed: [{ name: "rtsp", reason: "port lost" }], configuration },
  });
});

test("ready is 200 once all is open and nothing of the box has failed, and otherwise 503 with names alone", async () => {
  const error = healthError("health-hot", { details: { celsius: 91 } });
  const ready = async (health: Partial<HealthView>): Promise<unknown> => {
    const { routes } = createWebServer({ ...listener, authenticator: unclaimed }, { ...well, ...health });
    const answer = await routes.inject({ method: "GET", url: "/readyz", remoteAddress: "127.0.0.1" });
    return [answer.statusCode, answer.json<{ failed: unknown }>().failed];
  };
  const entry = (severity: "degraded" | "failed") => [{ name: "temperature", finding: { severity, error }, since: 1 }];
  assert.deepEqual(await ready({}), [200, []]);
  assert.deepEqual(await ready({ box: () => entry("degraded") }), [200, []]);
  assert.deepEqual(await ready({ box: () => entry("failed") }), [503, ["temperature"]]);
  assert.deepEqual(await ready({ check: () => [{ name: "rtsp", ok: false, reason: "port lost" }] }), [503, ["rtsp"]]);
  assert.deepEqual(await ready({ opened: () => false }), [503, ["start"]]);
});

test("a configuration that can't be used leaves health at 200, and is told beside it without its content", async () => {
  const { routes } = createWebServer({ ...listener, authenticator: unclaimed }, { ...well, config: brokenConfig });
  const answer = await routes.inject({ method: "GET", url: "/healthz", remoteAddress: "127.0.0.1" });
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), {
    status: "ok",
    failed: [],
    configuration: { status: "failed", at: "2026-01-02T04:00:00.000Z", codes: ["path-name-invalid"] },
  });
});

test("until users are configured, what a proxy of this machine passes on is refused, also by a trusted one for somebody else", async () => {
  const proxy = IpRange.parse("127.0.0.1");
  assert.ok(proxy);
  const answers = async (trustedProxies: readonly IpRange[], forwardedFor: string): Promise<number> => {
    const policy = { allowOrigins: [], trustedProxies };
    const { routes } = createApiServer({ ...listener, policy, authenticator: unclaimed }, views);
    const headers = { "x-forwarded-for": forwardedFor };
    return (await routes.inject({ method: "GET", url: "/v3/info", remoteAddress: "127.0.0.1", headers })).statusCode;
  };
  assert.equal(await answers([], "127.0.0.1"), 403);
  assert.equal(await answers([proxy], "192.0.2.7"), 403);
  assert.equal(await answers([proxy], "::1"), 200);
});
