/** Questions to web servers on loopback: bounded in time and size, over TLS only with the right certificate. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { test } from "node:test";
import { askHttp } from "#platform/http/ask.ts";
import { startQuestionServer } from "#test/peers/question-server.ts";
import { createCertificate } from "#test/support/certificate.ts";

const common = { method: "GET", fingerprint: "", timeoutMs: 10_000, maxBytes: 100 } as const;

test("an answer with its status; a redirect is an answer like any other", async (t) => {
  const server = await startQuestionServer(t, ({ method, body }) =>
    method === "POST" ? { status: 201, body: `got ${body}` } : { status: 302, location: "/x" },
  );
  assert.deepEqual(await askHttp({ ...common, url: server.url, method: "POST", body: '{"a":"é"}' }), {
    status: 201,
    body: 'got {"a":"é"}',
  });
  assert.equal((await askHttp({ ...common, url: server.url })).status, 302);
  assert.equal(server.questions.length, 2);
});

test("an endless answer, a silent server and a closed port are told by the host alone", async (t) => {
  const server = await startQuestionServer(t, ({ path }) =>
    path === "/long?key=hidden" ? { status: 200, body: "x".repeat(200) } : "never",
  );
  const refused = async (url: string, timeoutMs: number, reason: RegExp) => {
    await assert.rejects(askHttp({ ...common, url, timeoutMs }), (error: Error & { code?: string }) => {
      assert.equal(error.code, "http-no-answer");
      assert.match(error.message, reason);
      assert.doesNotMatch(error.message, /hidden/);
      return true;
    });
  };
  await refused(`${server.url}long?key=hidden`, 10_000, /longer than 100 bytes/);
  await refused(`${server.url}never?key=hidden`, 200, /didn't answer within 0.2 s/);
  await server.close();
  await refused(`${server.url}?key=hidden`, 10_000, /ECONNREFUSED/);
});

test("a certificate nobody vouches for counts with its fingerprint, and nothing is sent to another one", async (t) => {
  const tls = createCertificate("auth");
  const server = await startQuestionServer(t, () => ({ status: 204 }), tls);
  const asked = { ...common, url: server.url, method: "POST", body: "{}" } as const;
  await assert.rejects(askHttp(asked), { code: "http-no-answer" });
  await assert.rejects(askHttp({ ...asked, fingerprint: "00".repeat(32) }), { code: "http-no-answer" });
  assert.equal(server.questions.length, 0);
  const { fingerprint256 } = new X509Certificate(tls.cert);
  assert.equal((await askHttp({ ...asked, fingerprint: fingerprint256 })).status, 204);
});

test("who isn't interested any more ends it", async (t) => {
  const server = await startQuestionServer(t, () => "never");
  const reason = new Error("gone");
  const gone = new AbortController();
  const answer = askHttp({ ...common, url: server.url }, gone.signal);
  gone.abort(reason);
  await assert.rejects(answer, reason);
});
