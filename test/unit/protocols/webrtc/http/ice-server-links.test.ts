import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "#base/secret.ts";
import { iceServerLinks } from "#protocols/webrtc/http/ice-server-links.ts";

const server = (url: string, username = "", password = "") => ({
  url,
  username,
  password: new Secret(password),
  clientOnly: false,
});

test("a STUN server needs no credentials", () => {
  assert.deepEqual(iceServerLinks([server("stun:stun.example.com:3478")], 0), ['<stun:stun.example.com:3478>; rel="ice-server"']);
});

test("a TURN server's name and password are quoted", () => {
  assert.deepEqual(iceServerLinks([server("turn:t.example.com", 'a"b', "c\\d")], 0), [
    '<turn:t.example.com>; rel="ice-server"; username="a\\"b"; credential="c\\\\d"; credential-type="password"',
  ]);
});

test("with AUTH_SECRET credentials are made for a day, and the secret isn't told", () => {
  const [link = ""] = iceServerLinks([server("turn:t.example.com", "AUTH_SECRET", "the secret")], 1_000_000_000_000);
  assert.match(link, /username="1000086400:sluice"; credential="[A-Za-z0-9+/]{27}="/);
  assert.ok(!link.includes("the secret"));
});
