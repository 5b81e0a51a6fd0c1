import assert from "node:assert/strict";
import { test } from "node:test";
import { makeCandidates } from "#protocols/webrtc/ice/candidates.ts";

const addresses = [
  { interface: "lo", address: "127.0.0.1", loopback: true },
  { interface: "lo", address: "::1", loopback: true },
  { interface: "eth0", address: "192.168.1.2", loopback: false },
  { interface: "eth0", address: "fe80::1", loopback: false },
  { interface: "eth0", address: "2001:db8::2", loopback: false },
  { interface: "wlan0", address: "10.0.0.2", loopback: false },
];
const options = {
  addresses,
  fromInterfaces: true,
  interfaces: [],
  additionalHosts: [],
  udp: { host: undefined, port: 8189 },
  tcp: undefined,
  clientAddress: "192.168.1.50",
};
const hosts = (more: Partial<typeof options>): string[] => makeCandidates({ ...options, ...more }).map(({ address }) => address);

test("a client of the network gets the interfaces' addresses, its own family first, neither loopback nor link-local ones", () => {
  assert.deepEqual(hosts({}), ["192.168.1.2", "10.0.0.2", "2001:db8::2"]);
  assert.deepEqual(hosts({ clientAddress: "2001:db8::50" }), ["2001:db8::2", "192.168.1.2", "10.0.0.2"]);
});

test("a client of the machine itself gets loopback first", () => {
  assert.deepEqual(hosts({ clientAddress: "127.0.0.1" }).slice(0, 2), ["127.0.0.1", "::1"]);
});

test("interfaces may be chosen or left out, and hosts added", () => {
  assert.deepEqual(
    makeCandidates({ ...options, interfaces: ["wlan0"] }).map(({ address }) => address),
    ["10.0.0.2"],
  );
  const added = makeCandidates({ ...options, fromInterfaces: false, additionalHosts: ["203.0.113.5", "box.example.com"] });
  assert.deepEqual(
    added.map(({ address }) => address),
    ["203.0.113.5", "box.example.com"],
  );
});

test("UDP comes before TCP, and every priority differs", () => {
  const all = makeCandidates({ ...options, tcp: { host: undefined, port: 8189 } });
  const priorities = all.map(({ priority }) => priority);
  assert.deepEqual(
    [...priorities].sort((a, b) => b - a),
    priorities,
  );
  assert.equal(new Set(priorities).size, priorities.length);
  assert.ok(priorities.every((priority) => priority > 0 && priority < 2 ** 32));
  assert.deepEqual(
    all.map(({ transport }) => transport),
    ["udp", "udp", "udp", "tcp", "tcp", "tcp"],
  );
});

test("a port that is bound to one address is offered there only", () => {
  const bound = { ...options, udp: { host: "10.0.0.2", port: 8189 } };
  assert.deepEqual(
    makeCandidates(bound).map(({ address }) => address),
    ["10.0.0.2"],
  );
});
