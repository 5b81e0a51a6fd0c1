/** The own API's roles, sessions, users and tokens, by its routes, without a socket. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpServer } from "#api/http-server.ts";
import { createWebServer } from "#api/servers.ts";
import { openUsers } from "#app/users/open-users.ts";
import type { UserAccounts, UserStore } from "#app/users/accounts.ts";
import { createSchema } from "#app/schema.ts";
import { silentLogger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { systemRandom } from "#base/random.ts";
import { loadText } from "#config/load.ts";
import type { AuthOptions } from "#config/options.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const unused = (): never => assert.fail("no sockets here");
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

/** Refusals don't wait here; everything else is a clock that stands still. */
class EagerClock extends ManualClock {
  override sleep(): Promise<void> {
    return Promise.resolve();
  }
}

interface Box {
  readonly server: HttpServer;
  readonly accounts: UserAccounts;
  readonly clock: EagerClock;
  ask(method: "GET" | "POST" | "PATCH" | "DELETE", url: string, how?: Ask): Promise<Answer>;
}

interface Ask {
  readonly from?: string;
  readonly body?: object;
  readonly cookie?: string;
  readonly authorization?: string;
  /** "" for none; the page's own unless told. */
  readonly origin?: string;
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly cookie: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const LAN = "192.168.1.9";

function usersOf(written: readonly object[]): AuthOptions {
  const { config } = loadText(createSchema(), JSON.stringify({ authInternalUsers: written }, null, 1));
  assert.ok(config);
  return config.authentication;
}

/** A box with these users; what is changed is in force at once. */
function box(written: readonly object[] = []): Box {
  const clock = new EagerClock();
  let entries = written as readonly Readonly<Record<string, unknown>>[];
  const store: UserStore = {
    change: (edit) => {
      entries = edit(entries);
      authenticator.replaceUsers(usersOf(entries).authInternalUsers);
      return Promise.resolve();
    },
  };
  const { authenticator, accounts } = openUsers(usersOf(written), { clock, random: systemRandom, log: silentLogger, store });
  const address = { host: "127.0.0.1", port: 0 };
  const server = createWebServer(
    { address, network, log: silentLogger, authenticator, accounts },
    { check: () => [], opened: () => true, box: () => [], config: { failure: undefined } },
  );
  const ask: Box["ask"] = async (method, url, { from = LAN, body, cookie, authorization, origin = "http://box" } = {}) => {
    const headers = {
      host: "box",
      ...(origin !== "" && { origin }),
      ...(cookie !== undefined && { cookie }),
      ...(authorization !== undefined && { authorization }),
    };
    const answer = await server.routes.inject({ method, url, remoteAddress: from, headers, ...(body && { payload: body }) });
    const [set = ""] = [answer.headers["set-cookie"] ?? ""].flat();
    return { status: answer.statusCode, body: answer.json(), cookie: set.split(";", 1)[0] ?? "", headers: answer.headers };
  };
  return { server, accounts, clock, ask };
}

const admin = { user: "ann", pass: "ann's secret", permissions: [{ action: "api" }, { action: "read" }] };
const viewer = { user: "ben", pass: "ben's secret", permissions: [{ action: "read" }] };
const users = [admin, viewer];

const login = (asked: Box, user: string, password: string): Promise<Answer> =>
  asked.ask("POST", "/api/session", { body: { user, password } });

test("a new box: this machine is admin, the LAN may claim it with the code, and then has to sign in", async () => {
  const fresh = box();
  const here = await fresh.ask("GET", "/api/session", { from: "127.0.0.1" });
  assert.deepEqual(here.body, { state: "open", role: "admin", user: null, claimed: false, loopback: true });
  const lan = await fresh.ask("GET", "/api/session");
  assert.deepEqual(lan.body, { state: "claim", role: null, user: null, claimed: false, loopback: false });
  assert.equal((await fresh.ask("GET", "/api/users")).status, 403);
  assert.equal((await login(fresh, "ann", "whatever")).status, 409);

  const claim = { user: "ann", password: "long enough for it" };
  assert.equal((await fresh.ask("POST", "/api/claim", { body: { ...claim, code: "0000-0000" } })).status, 401);
  const code = fresh.accounts.claimCode.toLowerCase().replace("-", " ");
  assert.equal((await fresh.ask("POST", "/api/claim", { body: { ...claim, password: "short", code } })).status, 400);
  const claimed = await fresh.ask("POST", "/api/claim", { body: { ...claim, code } });
  assert.equal(claimed.status, 200);
  assert.deepEqual(claimed.body, { state: "open", role: "admin", user: "ann", claimed: true, loopback: false });
  assert.deepEqual((await fresh.ask("GET", "/api/users", { cookie: claimed.cookie })).body, {
    users: [{ name: "ann", role: "admin" }],
  });
  assert.equal((await fresh.ask("GET", "/api/session")).body["state"], "login");
  assert.equal((await fresh.ask("POST", "/api/claim", { body: { ...claim, code } })).status, 400, "not a second time");
});

test("a claim can't be guessed: five tries in ten minutes, from wherever they come", async () => {
  const fresh = box();
  const guess = (from: string): Promise<Answer> =>
    fresh.ask("POST", "/api/claim", { from, body: { user: "x", password: "long enough for it", code: "1111-1111" } });
  for (let attempt = 0; attempt < 5; attempt += 1) assert.equal((await guess(`10.0.0.${String(attempt)}`)).status, 401);
  const refused = await guess("10.0.0.9");
  assert.equal(refused.status, 429);
  assert.equal(refused.headers["retry-after"], "600");
  await fresh.clock.run(601_000);
  assert.equal((await guess("10.0.0.9")).status, 401);
});

test("signing in gives a session, signing out ends it, here or everywhere", async () => {
  const asked = box(users);
  const wrong = await login(asked, "ann", "guess");
  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers["www-authenticate"], undefined, "the page has a form of its own");
  const [first, second] = [await login(asked, "ann", admin.pass), await login(asked, "ann", admin.pass)];
  const open = async ({ cookie }: Answer): Promise<unknown> => (await asked.ask("GET", "/api/session", { cookie })).body["state"];
  assert.equal(await open(first), "open");
  await asked.ask("DELETE", "/api/session", { cookie: first.cookie });
  assert.deepEqual([await open(first), await open(second)], ["login", "open"]);
  const third = await login(asked, "ann", admin.pass);
  const other = await login(asked, "ben", viewer.pass);
  await asked.ask("DELETE", "/api/session?everywhere=1", { cookie: third.cookie });
  assert.deepEqual([await open(second), await open(third), await open(other)], ["login", "login", "open"]);
});

test("a session ends unused after twelve hours and used after a week", async () => {
  const asked = box(users);
  const state = async (cookie: string): Promise<unknown> => (await asked.ask("GET", "/api/session", { cookie })).body["state"];
  const { cookie } = await login(asked, "ann", admin.pass);
  await asked.clock.run(12 * 3_600_000);
  assert.equal(await state(cookie), "login");
  const used = await login(asked, "ann", admin.pass);
  for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
    assert.equal(await state(used.cookie), "open", `after ${String(hours)} h`);
    await asked.clock.run(11 * 3_600_000);
  }
  await asked.clock.run(11 * 3_600_000);
  assert.equal(await state(used.cookie), "login");
});

test("a new password ends the user's sessions and nobody else's", async () => {
  const asked = box(users);
  const [ann, ben] = [await login(asked, "ann", admin.pass), await login(asked, "ben", viewer.pass)];
  const changed = await asked.ask("PATCH", "/api/users/ben", { cookie: ann.cookie, body: { password: "another secret of ben" } });
  assert.equal(changed.status, 200);
  const state = async (cookie: string): Promise<unknown> => (await asked.ask("GET", "/api/session", { cookie })).body["state"];
  assert.deepEqual([await state(ann.cookie), await state(ben.cookie)], ["open", "login"]);
  assert.equal((await login(asked, "ben", viewer.pass)).status, 401);
  assert.equal((await login(asked, "ben", "another secret of ben")).status, 200);
});

test("users are added, changed and removed, and an admin is always left", async () => {
  const asked = box(users);
  const { cookie } = await login(asked, "ann", admin.pass);
  const write = (method: "POST" | "PATCH" | "DELETE", url: string, body?: object): Promise<Answer> =>
    asked.ask(method, url, { cookie, ...(body && { body }) });
  const cara = { name: "cara", role: "viewer", password: "cara's own secret" };
  assert.equal((await write("POST", "/api/users", cara)).status, 201);
  assert.equal((await write("POST", "/api/users", cara)).status, 400);
  for (const bad of [
    { name: "any" },
    { name: "a b" },
    { password: "short" },
    { password: "caro2026" },
    { password: "password1" },
    { role: "king" },
  ])
    assert.equal((await write("POST", "/api/users", { ...cara, name: "caro", ...bad })).status, 400, JSON.stringify(bad));
  assert.equal((await write("PATCH", "/api/users/ann", { role: "viewer" })).body["code"], "user-last-admin");
  assert.equal((await write("DELETE", "/api/users/ann")).body["code"], "user-last-admin");
  assert.equal((await write("PATCH", "/api/users/cara", { role: "admin" })).status, 200);
  assert.equal((await write("DELETE", "/api/users/nobody")).body["code"], "user-unknown");
  assert.equal((await write("DELETE", "/api/users/ann")).status, 200);
  assert.equal((await asked.ask("GET", "/api/users", { cookie })).status, 401, "whoever is removed is out");
  const list = await asked.ask("GET", "/api/users", { authorization: `Basic ${btoa("cara:cara's own secret")}` });
  assert.deepEqual(list.body, {
    users: [
      { name: "ben", role: "viewer" },
      { name: "cara", role: "admin" },
    ],
  });
});

test("the first user must be an admin, or nobody could add the second", async () => {
  const add = (role: string): Promise<Answer> =>
    box().ask("POST", "/api/users", { from: "127.0.0.1", origin: "", body: { name: "ann", role, password: "ann's own secret" } });
  assert.equal((await add("viewer")).body["code"], "user-first-admin");
  assert.equal((await add("admin")).status, 201);
});

test("a token is shown once, works in the header, ends when it is to, and can be revoked", async () => {
  const asked = box(users);
  const { cookie } = await login(asked, "ann", admin.pass);
  const made = await asked.ask("POST", "/api/tokens", { cookie, body: { name: "backup", role: "admin", days: 1 } });
  assert.equal(made.status, 201);
  const { token, id } = made.body as { token: string; id: string };
  assert.match(token, /^slc_[\w-]{43}$/);
  const list = await asked.ask("GET", "/api/tokens", { authorization: `Bearer ${token}`, origin: "" });
  assert.equal(list.status, 200);
  assert.doesNotMatch(JSON.stringify(list.body), /slc_|hash/);
  assert.equal((await asked.ask("GET", `/api/tokens?token=${token}`)).status, 401, "never in the address");
  await asked.clock.run(86_400_000);
  assert.equal((await asked.ask("GET", "/api/tokens", { authorization: `Bearer ${token}` })).status, 401);
  const again = await login(asked, "ann", admin.pass);
  assert.equal((await asked.ask("DELETE", `/api/tokens/${id}`, { cookie: again.cookie })).status, 200);
  assert.equal((await asked.ask("DELETE", `/api/tokens/${id}`, { cookie: again.cookie })).status, 400);
});

test("every route of the own API is open to its role and above, and to nobody else", async () => {
  const asked = box(users);
  const ann = await login(asked, "ann", admin.pass);
  const ben = await login(asked, "ben", viewer.pass);
  await asked.server.routes.inject("/healthz");
  const own = asked.server.routeList.filter(({ url, method }) => url.startsWith("/api/") && method !== "HEAD");
  assert.ok(own.length >= 10, `${String(own.length)} routes`);
  const rank = { anyone: 0, viewer: 1, admin: 2 } as const;
  for (const { method, url, role } of own) {
    for (const [who, cookie, level] of [
      ["nobody", "", 0],
      ["viewer", ben.cookie, 1],
      ["admin", ann.cookie, 2],
    ] as const) {
      if (url === "/api/session" && method === "DELETE") continue;
      const name = `${method} ${url} as ${who}`;
      const answer = await asked.ask(method as "GET", url.replace(/:\w+/, "nobody"), { cookie });
      const refused = answer.status === 403 || (answer.status === 401 && answer.body["code"] === "api-authentication");
      assert.equal(refused, level < rank[role], `${name}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
      assert.equal(answer.headers["cache-control"], "no-store", name);
    }
  }
});

test("a page of another origin changes nothing by the strength of a cookie, or of running on this machine", async () => {
  const asked = box(users);
  const { cookie } = await login(asked, "ann", admin.pass);
  const body = { name: "eve", role: "admin", password: "eve's own secret" };
  for (const origin of ["http://evil.example", "null", "http://box:8888", "https://box", ""])
    assert.equal((await asked.ask("POST", "/api/users", { cookie, origin, body })).status, 403, origin);
  assert.equal(
    (await asked.ask("POST", "/api/session", { origin: "http://evil.example", body: { user: "ann", password: admin.pass } }))
      .status,
    403,
  );
  assert.equal((await box().ask("POST", "/api/users", { from: "127.0.0.1", origin: "http://evil.example", body })).status, 403);
});

test("where everybody may read, the page opens as viewer, and what needs more asks for a login", async () => {
  const asked = box([...users, { user: "any", pass: "", permissions: [{ action: "read" }] }]);
  const session = await asked.ask("GET", "/api/session");
  assert.deepEqual([session.body["state"], session.body["role"], session.body["user"]], ["open", "viewer", null]);
  assert.equal((await asked.ask("GET", "/api/users")).status, 401);
});

test("guessing at the login ends with a wait", async () => {
  const asked = box(users);
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) statuses.push((await login(asked, "ann", `guess ${String(attempt)}`)).status);
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
  const elsewhere = { from: "192.168.1.10", body: { user: "ann", password: admin.pass } };
  assert.equal((await asked.ask("POST", "/api/session", elsewhere)).status, 200);
});
