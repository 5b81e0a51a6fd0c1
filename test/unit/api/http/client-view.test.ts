import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { clientOf } from "#api/http/client-view.ts";
import { IpRange } from "#base/ip-range.ts";

const proxies = ["10.0.0.0/8", "fd00::/8"].map((text) => IpRange.parse(text) ?? assert.fail());

function from(remoteAddress: string, headers: Readonly<Record<string, string>> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

const cases: readonly (readonly [name: string, request: IncomingMessage, address: string, secure: boolean])[] = [
  [
    "a stranger's headers count for nothing",
    from("192.0.2.1", { "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https" }),
    "192.0.2.1",
    false,
  ],
  [
    "a trusted proxy tells the client",
    from("::ffff:10.0.0.1", { "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https" }),
    "192.0.2.7",
    true,
  ],
  [
    "what the client itself added in front isn't believed",
    from("10.0.0.1", { "x-forwarded-for": "127.0.0.1, 192.0.2.7" }),
    "192.0.2.7",
    false,
  ],
  ["a chain of proxies is followed", from("10.0.0.1", { "x-forwarded-for": "192.0.2.7, 10.0.0.2" }), "192.0.2.7", false],
  ["rubbish ends the chain", from("10.0.0.1", { "x-forwarded-for": "127.0.0.1, unknown" }), "10.0.0.1", false],
  ["a proxy that says nothing is the client", from("10.0.0.1"), "10.0.0.1", false],
];

for (const [name, request, address, secure] of cases) {
  test(name, () => assert.partialDeepStrictEqual(clientOf(request, proxies), { address, secure }));
}

const here: readonly (readonly [name: string, request: IncomingMessage, local: boolean])[] = [
  ["a client of this machine is local", from("127.0.0.1"), true],
  ["one of another machine isn't", from("10.1.0.1"), false],
  ["what a proxy of this machine passes on need not be", from("::1", { "x-forwarded-for": "127.0.0.1" }), false],
  ["nor with the standard's header", from("127.0.0.1", { forwarded: "for=127.0.0.1" }), false],
  ["a trusted proxy is believed", from("10.0.0.1", { "x-forwarded-for": "127.0.0.1" }), true],
];
for (const [name, request, local] of here) {
  test(name, () => assert.equal(clientOf(request, proxies).local, local));
}
