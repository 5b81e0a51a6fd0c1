import assert from "node:assert/strict";
import { test } from "node:test";
import { HostGuard } from "#api/http/host-guard.ts";

const guard = new HostGuard({ own: ["gate.office.example"], allowed: ["Cams.Example.com", "*.video.example"] });

const cases: readonly (readonly [host: string | undefined, allowed: boolean])[] = [
  [undefined, true],
  ["192.168.1.5:8080", true],
  ["[fd00::5]:8080", true],
  ["[::1]", true],
  ["localhost:8888", true],
  ["a.localhost", true],
  ["gate", true],
  ["gate.local:80", true],
  ["gate.office.example", true],
  ["GATE.office.example.", true],
  ["cams.example.com:443", true],
  ["a.b.video.example", true],
  ["video.example", false],
  ["evil.example", false],
  ["evilvideo.example", false],
  ["other.local", false],
  ["127.0.0.1.evil.example", false],
  ["[::1", false],
  ["evil.example:80:80", false],
  ["a b", false],
  ["x".repeat(400), false],
];

for (const [host, allowed] of cases) {
  test(`${allowed ? "answers" : "refuses"} ${String(host).slice(0, 40)}`, () => assert.equal(guard.allows(host), allowed));
}
