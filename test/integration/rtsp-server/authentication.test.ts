import assert from "node:assert/strict";
import { test } from "node:test";
import type { Authenticator } from "#protocols/rtsp/server/authentication.ts";
import { digestAnswer, tcpTransport } from "#test/peers/rtsp-client.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { guardedDoor, HandPublisher } from "#test/support/rtsp-server.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { connected, started } from "./test-server.ts";

const USER = "viewer";
const PASSWORD = "P@ss:wörd/1";

function basic(user: string, password: string): { headers: { Authorization: string } } {
  return { headers: { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` } };
}

test("asks for credentials at once, by the methods in their order", async (t) => {
  const door = guardedDoor(USER, PASSWORD);
  const server = await started(t, { authenticator: door, options: { rtspAuthMethods: ["digest", "basic"] } });
  const client = await connected(t, server);
  const response = await client.request("DESCRIBE", server.url("cam?token=1"));
  assert.equal(response.status, 401);
  const [first, second] = response.headers.all("WWW-Authenticate");
  assert.match(first ?? "", /^Digest realm="ipcam", nonce="[0-9a-f]{32}", algorithm=MD5$/);
  assert.equal(second, 'Basic realm="ipcam"');
  const [asked] = door.asked;
  assert.deepEqual(
    { action: asked?.action, path: asked?.path, query: asked?.query, address: asked?.address, protocol: asked?.protocol },
    { action: "read", path: "cam", query: "token=1", address: "127.0.0.1", protocol: "rtsp" },
  );
});

test("lets a reader in by Basic", async (t) => {
  const server = await started(t, { authenticator: guardedDoor(USER, PASSWORD) });
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  const url = server.url("cam");
  const { headers } = basic(USER, PASSWORD);
  assert.equal((await client.request("DESCRIBE", url, { headers })).status, 200);
  const transport = { Transport: "RTP/AVP/TCP;interleaved=0-1", "User-Agent": "probe/1" };
  assert.equal((await client.request("SETUP", `${url}/trackID=0`, { headers: { ...headers, ...transport } })).status, 200);
  assert.equal((await client.request("PLAY", url, client.withSession())).status, 200);
  const [session] = server.server.sessions();
  assert.equal(session?.user, USER);
  assert.equal(session.userAgent, "probe/1");
});

test("lets a reader in by Digest, also where the digest names the address of the whole stream", async (t) => {
  const options = { rtspAuthMethods: ["digest"] as const };
  const server = await started(t, { authenticator: guardedDoor(USER, PASSWORD), options });
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  const url = server.url("cam");
  const challenge = (await client.request("DESCRIBE", url)).headers.get("WWW-Authenticate") ?? "";
  const answer = (method: string, uri: string): string =>
    digestAnswer(challenge, { user: USER, password: PASSWORD, method, uri });
  const described = await client.request("DESCRIBE", url, { headers: { Authorization: answer("DESCRIBE", url) } });
  assert.equal(described.status, 200);
  const headers = { Authorization: answer("SETUP", `${url}/`), Transport: "RTP/AVP/TCP" };
  assert.equal((await client.request("SETUP", `${url}/trackID=0`, { headers })).status, 200);
});

test("calls a digest for another connection's nonce stale, without delay and without asking anyone", async (t) => {
  const door = guardedDoor(USER, PASSWORD);
  const server = await started(t, { authenticator: door, options: { rtspAuthMethods: ["digest"] } });
  await HandPublisher.open(server.registry, "cam", false);
  const url = server.url("cam");
  const first = await connected(t, server);
  const challenge = (await first.request("DESCRIBE", url)).headers.get("WWW-Authenticate") ?? "";
  const credentials = { user: USER, password: PASSWORD, method: "DESCRIBE", uri: url };
  const second = await connected(t, server);
  const questions = door.asked.length;
  const old = await second.request("DESCRIBE", url, { headers: { Authorization: digestAnswer(challenge, credentials) } });
  assert.equal(old.status, 401);
  assert.equal(door.asked.length, questions);
  const fresh = old.headers.get("WWW-Authenticate") ?? "";
  assert.match(fresh, /stale=TRUE/);
  const again = { headers: { Authorization: digestAnswer(fresh, credentials) } };
  assert.equal((await second.request("DESCRIBE", url, again)).status, 200);
});

test("a digest for another path proves nothing", async (t) => {
  const clock = new ManualClock();
  const options = { rtspAuthMethods: ["digest"] as const };
  const paths = [{ name: "cam" }, { name: "other" }];
  const server = await started(t, { authenticator: guardedDoor(USER, PASSWORD, clock), options, clock, paths });
  const client = await connected(t, server);
  const challenge = (await client.request("DESCRIBE", server.url("cam"))).headers.get("WWW-Authenticate") ?? "";
  const credentials = { user: USER, password: PASSWORD, method: "DESCRIBE", uri: server.url("other") };
  const pending = client.request("DESCRIBE", server.url("cam"), {
    headers: { Authorization: digestAnswer(challenge, credentials) },
  });
  await waitUntil(() => clock.openTimers().includes("wrong credentials"), { what: "the delay" });
  await clock.run(3000);
  assert.equal((await pending).status, 401);
});

test("answers wrong credentials late, and closes the connection after five", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { authenticator: guardedDoor(USER, PASSWORD, clock), clock });
  const client = await connected(t, server);
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const pending = client.request("DESCRIBE", server.url("cam"), basic(USER, `wrong ${String(attempt)}`));
    await waitUntil(() => clock.openTimers().includes("wrong credentials"), { what: "the delay" });
    await clock.run(900);
    assert.equal(client.responses.length, attempt - 1);
    await clock.run(2000);
    assert.equal((await pending).status, 401);
  }
  await client.ended();
});

test("a client that waits for its late answer holds up nobody else", async (t) => {
  const clock = new ManualClock();
  const server = await started(t, { authenticator: guardedDoor(USER, PASSWORD, clock), clock });
  const guesser = await connected(t, server);
  guesser.send(guesser.print("DESCRIBE", server.url("cam"), basic(USER, "wrong")));
  await waitUntil(() => clock.openTimers().includes("wrong credentials"), { what: "the delay" });
  const other = await connected(t, server);
  assert.equal((await other.request("DESCRIBE", server.url("cam"), basic(USER, PASSWORD))).status, 404);
  guesser.close();
  await waitUntil(() => !clock.openTimers().includes("wrong credentials"), { what: "the delay to end with its client" });
});

for (const value of ["Basic", "Basic Og==", "Basic %%%", "Bearer abc", "Digest username="]) {
  test(`takes '${value}' for no credentials`, async (t) => {
    const door = guardedDoor(USER, PASSWORD);
    const server = await started(t, { authenticator: door });
    const client = await connected(t, server);
    const response = await client.request("DESCRIBE", server.url("cam"), { headers: { Authorization: value } });
    assert.equal(response.status, 401);
    assert.equal(door.asked[0]?.credentials.kind, "none");
  });
}

test("asks for the right to publish at ANNOUNCE", async (t) => {
  const door = guardedDoor(USER, PASSWORD);
  const server = await started(t, { authenticator: door });
  const client = await connected(t, server);
  const body = "v=0\r\nm=audio 0 RTP/AVP 8\r\n";
  const headers = { "Content-Type": "application/sdp" };
  assert.equal((await client.request("ANNOUNCE", server.url("cam"), { headers, body })).status, 401);
  assert.equal(door.asked[0]?.action, "publish");
  const allowed = { headers: { ...headers, ...basic(USER, PASSWORD).headers }, body };
  assert.equal((await client.request("ANNOUNCE", server.url("cam"), allowed)).status, 200);
});

test("serves only this machine until users are configured", async (t) => {
  let address = "192.0.2.7";
  const unclaimed: Authenticator = { claimed: false, authorize: () => Promise.resolve({ kind: "granted", user: "" }) };
  const server = await started(t, { authenticator: unclaimed, seenFrom: () => address });
  await HandPublisher.open(server.registry, "cam", false);
  const stranger = await connected(t, server);
  assert.equal((await stranger.request("OPTIONS", server.url("cam"))).status, 403);
  await stranger.ended();
  address = "127.0.0.1";
  const local = await connected(t, server);
  assert.equal((await local.request("DESCRIBE", server.url("cam"))).status, 200);
  address = "::ffff:127.0.0.1";
  const mapped = await connected(t, server);
  assert.equal((await mapped.request("DESCRIBE", server.url("cam"))).status, 200);
});

test("SETUP asks as DESCRIBE does: nobody reads without", async (t) => {
  const server = await started(t, { authenticator: guardedDoor(USER, PASSWORD) });
  await HandPublisher.open(server.registry, "cam", false);
  const client = await connected(t, server);
  assert.equal((await client.setUp(`${server.url("cam")}/trackID=0`, tcpTransport(0))).status, 401);
  assert.equal(server.registry.find("cam")?.readers.length, 0);
});
