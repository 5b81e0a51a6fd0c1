import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { gzipSync, brotliCompressSync } from "node:zlib";
import { fastify } from "fastify";
import { addPageRoutes } from "#api/routes/page.ts";
import type { PageFile } from "#api/routes/page.ts";

const HTML = { accept: "text/html,application/xhtml+xml" };

function file(text: string, type: string): PageFile {
  const plain = Buffer.from(text);
  return { type, version: `v-${text}`, plain, gzip: gzipSync(plain), brotli: brotliCompressSync(plain) };
}

function serve(files: Readonly<Record<string, PageFile>>, opened?: () => void) {
  const server = fastify();
  addPageRoutes(server, { find: (path) => files[path] }, opened);
  return (url: string, headers: Readonly<Record<string, string>> = {}) => server.inject({ method: "GET", url, headers });
}

const ask = serve({
  "index.html": file("<page>", "text/html; charset=utf-8"),
  "assets/main-1a2b.js": file("run()", "text/javascript"),
});

test("addresses that the page understands get the page", async () => {
  for (const url of ["/", "/camera/yard/main", "/settings"]) {
    const answer = await ask(url, HTML);
    assert.deepEqual([answer.statusCode, answer.body, answer.headers["cache-control"]], [200, "<page>", "no-cache"], url);
  }
});

test("what viewers need is told when somebody opens the page, and not for its files", async () => {
  let opened = 0;
  const visit = serve({ "index.html": file("<page>", "text/html"), "a.js": file("", "text/javascript") }, () => (opened += 1));
  for (const url of ["/a.js", "/", "/camera/yard"]) await visit(url, HTML);
  assert.equal(opened, 2);
});

test("hashed files are kept for ever, and come compressed as the browser takes them", async () => {
  const brotli = await ask("/assets/main-1a2b.js", { "accept-encoding": "gzip, deflate, br" });
  assert.equal(brotli.headers["content-encoding"], "br");
  assert.match(String(brotli.headers["cache-control"]), /immutable/);
  const gzip = await ask("/assets/main-1a2b.js", { "accept-encoding": "gzip" });
  assert.equal(gunzipSync(gzip.rawPayload).toString(), "run()");
  const plain = await ask("/assets/main-1a2b.js");
  assert.deepEqual([plain.headers["content-encoding"], plain.body], [undefined, "run()"]);
});

test("nothing foreign may run, and nothing inline", async () => {
  const policy = String((await ask("/", HTML)).headers["content-security-policy"]);
  assert.match(policy, /^default-src 'self';/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
});

test("what hasn't changed isn't sent again", async () => {
  const { headers } = await ask("/", HTML);
  const answer = await ask("/", { ...HTML, "if-none-match": String(headers.etag) });
  assert.deepEqual([answer.statusCode, answer.body], [304, ""]);
});

test("a mistake in an address of the API or in a file's name is answered as one", async () => {
  for (const url of ["/api/nothing", "/v3/nothing", "/live/x/y", "/assets/gone.js", "/index.html/"])
    assert.equal((await ask(url, HTML)).statusCode, url === "/index.html/" ? 200 : 404, url);
  assert.equal((await ask("/robots.txt")).statusCode, 404);
});

test("without a built page it says how to build it", async () => {
  const answer = await serve({})("/", HTML);
  assert.equal(answer.statusCode, 503);
  assert.match(answer.json<{ remedy: string }>().remedy, /scripts\/web/);
});
