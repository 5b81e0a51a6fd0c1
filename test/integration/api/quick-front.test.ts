/** The quick way before Fastify, with real sockets: what takes it, what doesn't, and how its answers end. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { suite, test } from "node:test";
import type { TestContext } from "node:test";
import { HostGuard } from "#api/http/host-guard.ts";
import { createProtocolServer } from "#api/servers.ts";
import type { HttpHandler, QuickExchange } from "#base/http.ts";
import { IpRange } from "#base/ip-range.ts";
import { silentLogger } from "#base/log.ts";
import { createNetwork } from "#platform/network.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const network = createNetwork();

interface Served {
  readonly base: string;
  readonly port: number;
  /** Paths that came the long way. */
  readonly handled: string[];
}

/** A listener whose protocol answers with `quick`. */
async function serve(
  t: TestContext,
  quick: (exchange: QuickExchange) => boolean,
  settings: { claimed?: boolean; trustedProxies?: readonly IpRange[] } = {},
): Promise<Served> {
  const handled: string[] = [];
  const handler: HttpHandler = {
    quick,
    handle: ({ path }) => {
      handled.push(path);
      return Promise.resolve({ status: 200, body: "the long way" });
    },
  };
  const server = createProtocolServer(
    {
      address: { host: "127.0.0.1", port: 0 },
      network,
      log: silentLogger,
      authenticator: {
        claimed: settings.claimed ?? true,
        authorize: () => Promise.resolve({ kind: "granted", user: "" } as const),
      },
      hosts: new HostGuard({ own: ["box"], allowed: [] }),
      policy: { allowOrigins: [], trustedProxies: settings.trustedProxies ?? [] },
    },
    { handler, allowOrigins: ["*"] },
  );
  await server.start();
  t.after(() => server.close());
  return { base: `http://127.0.0.1:${String(server.port)}`, port: server.port, handled };
}

/** Answers everything with a text. */
function hello(exchange: QuickExchange): boolean {
  exchange.send({ headers: ["Content-Type", "text/plain"], body: `${exchange.path} ${exchange.query}`, sent: () => undefined });
  return true;
}

void suite("the quick way", () => {
  test("answers a text and buffers, over one connection, and counts what went out", async (t) => {
    const sent: number[] = [];
    const { base, handled } = await serve(t, (exchange) => {
      const body = exchange.path === "/text" ? "abc" : [Buffer.from("de"), Buffer.alloc(300_000, 1), Buffer.from("f")];
      exchange.send({ headers: ["Content-Type", "x/y"], body, sent: (bytes) => sent.push(bytes) });
      return true;
    });
    const text = await fetch(`${base}/text?a=%20`);
    assert.equal(await text.text(), "abc");
    assert.equal(text.headers.get("server"), "sluice");
    assert.equal(text.headers.get("content-length"), "3");
    assert.equal(text.headers.get("access-control-allow-origin"), "*");
    const bytes = await (await fetch(`${base}/bytes`)).bytes();
    assert.equal(bytes.length, 300_003);
    await waitUntil(() => sent.length === 2, { what: "the counts", timeoutMs: 30_000 });
    assert.deepEqual(sent, [3, 300_003]);
    assert.deepEqual(handled, []);
  });

  for (const [what, path, init] of [
    ["HEAD", "/x", { method: "HEAD" }],
    ["a body", "/x", { method: "POST", body: "x" }],
    ["a page of another origin", "/x", { headers: { Origin: "https://a.example" } }],
    ["an encoded path", "/yard%20gate/x", {}],
  ] as const) {
    test(`isn't for ${what}`, async (t) => {
      const { base, handled } = await serve(t, hello);
      const answer = await fetch(`${base}${path}`, init);
      assert.equal(answer.status, 200);
      assert.equal(handled.length, 1);
    });
  }

  test("isn't for foreign host names, nor where proxies tell of clients", async (t) => {
    const rebound = await serve(t, hello);
    const socket = connect(rebound.port, "127.0.0.1");
    t.after(() => socket.destroy());
    socket.write("GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 421 /);
    const proxies = IpRange.parse("127.0.0.1");
    assert.ok(proxies);
    const proxied = await serve(t, hello, { trustedProxies: [proxies] });
    assert.equal(await (await fetch(`${proxied.base}/x`)).text(), "the long way");
  });

  test("a protocol may leave a request to the long way, at once or later", async (t) => {
    const { base, handled } = await serve(t, (exchange) => {
      if (exchange.path === "/now") return false;
      setImmediate(() => exchange.pass());
      return true;
    });
    for (const path of ["/now", "/later"]) assert.equal(await (await fetch(`${base}${path}`)).text(), "the long way");
    assert.deepEqual(handled, ["/now", "/later"]);
  });

  test("a client that leaves while it waits is told of; an answer to it is let go of", async (t) => {
    const sent: number[] = [];
    let waiting: QuickExchange | undefined;
    let gone = false;
    const { base } = await serve(t, (exchange) => {
      waiting = exchange;
      exchange.onGone(() => (gone = true));
      return true;
    });
    const stop = new AbortController();
    const asked = fetch(`${base}/x`, { signal: stop.signal }).catch(() => undefined);
    await waitUntil(() => waiting !== undefined, { what: "the request", timeoutMs: 30_000 });
    stop.abort();
    await asked;
    await waitUntil(() => gone, { what: "word of the client's leaving", timeoutMs: 30_000 });
    waiting?.send({ headers: [], body: "late", sent: (bytes) => sent.push(bytes) });
    assert.deepEqual(sent, [0]);
  });

  test("what waited is answered in the end", async (t) => {
    const { base } = await serve(t, (exchange) => {
      exchange.onGone(() => undefined);
      setTimeout(() => hello(exchange), 20);
      return true;
    });
    assert.equal(await (await fetch(`${base}/x?a=b`)).text(), "/x a=b");
  });
});
