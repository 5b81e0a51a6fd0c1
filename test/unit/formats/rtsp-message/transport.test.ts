import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_TRANSPORTS, isInterleaved, parseTransport, printTransport } from "#formats/rtsp-message/transport.ts";
import type { TransportSpec } from "#formats/rtsp-message/transport.ts";

/** A parsed spec without its undefined fields. */
function defined(spec: TransportSpec | undefined): Partial<TransportSpec> {
  return Object.fromEntries(Object.entries(spec ?? {}).filter(([, value]) => value !== undefined));
}

const udp = { protocol: "RTP/AVP", delivery: "unicast" } as const;
const tcp = { protocol: "RTP/AVP/TCP", delivery: "unicast" } as const;

const cases: readonly { value: string; spec: TransportSpec; interleaved?: true }[] = [
  { value: "RTP/AVP;unicast;client_port=5000-5001", spec: { ...udp, clientPort: [5000, 5001] } },
  {
    value: "RTP/AVP/UDP;unicast;client_port=5000-5001;mode=play",
    spec: { ...udp, protocol: "RTP/AVP/UDP", clientPort: [5000, 5001], mode: "play" },
  },
  { value: "RTP/AVP/TCP;unicast;interleaved=0-1", spec: { ...tcp, interleaved: [0, 1] }, interleaved: true },
  { value: "RTP/AVP/TCP;interleaved=0", spec: { ...tcp, interleaved: [0, 1] }, interleaved: true },
  { value: "RTP/AVP/TCP", spec: tcp, interleaved: true },
  { value: "RTP/AVP;unicast;interleaved=6-7", spec: { ...udp, interleaved: [6, 7] }, interleaved: true },
  { value: "rtp/avp/tcp; unicast; interleaved = 3 - 9", spec: { ...tcp, interleaved: [3, 9] }, interleaved: true },
  { value: "RTP/AVP/TCP;unicast;interleaved=255", spec: { ...tcp, interleaved: [255, 255] }, interleaved: true },
  { value: "RTP/AVP/TCP;unicast;interleaved=0-256", spec: tcp, interleaved: true },
  { value: "RTP/AVP;unicast;client_port=70000-70001", spec: udp },
  { value: "RTP/AVP;unicast;client_port=", spec: udp },
  { value: "RTP/AVP;unicast;client_port=-", spec: udp },
  {
    value: "RTP/AVP;unicast;client_port=8000-8001;server_port=9000-9001;ssrc=1234ABCD",
    spec: { ...udp, clientPort: [8000, 8001], serverPort: [9000, 9001], ssrc: 0x1234abcd },
  },
  {
    value: "RTP/AVP;unicast;client_port=8000-8001;server_port=0-0",
    spec: { ...udp, clientPort: [8000, 8001], serverPort: [0, 0] },
  },
  { value: "RTP/AVP;unicast;client_port=8000-8001;ssrc= 1A", spec: { ...udp, clientPort: [8000, 8001], ssrc: 0x1a } },
  { value: "RTP/AVP;unicast;client_port=8000-8001;ssrc=123456789", spec: { ...udp, clientPort: [8000, 8001] } },
  {
    value: "RTP/AVP;multicast;destination=239.1.1.1;port=5000-5001;ttl=16",
    spec: { protocol: "RTP/AVP", delivery: "multicast", destination: "239.1.1.1", port: [5000, 5001], ttl: 16 },
  },
  { value: "RTP/AVP;multicast;ttl=999", spec: { protocol: "RTP/AVP", delivery: "multicast" } },
  {
    value: "RTP/AVP;unicast;source=[2001:db8::1];destination=[::1]",
    spec: { ...udp, source: "2001:db8::1", destination: "::1" },
  },
  { value: "RTP/AVP;unicast;source=;destination= ", spec: udp },
  {
    value: 'RTP/AVP/TCP;unicast;interleaved=0-1;mode="PLAY"',
    spec: { ...tcp, interleaved: [0, 1], mode: "play" },
    interleaved: true,
  },
  {
    value: 'RTP/AVP/TCP;unicast;interleaved=0-1;mode="record"',
    spec: { ...tcp, interleaved: [0, 1], mode: "record" },
    interleaved: true,
  },
  {
    value: "RTP/AVP/TCP;unicast;interleaved=0-1;mode=receive",
    spec: { ...tcp, interleaved: [0, 1], mode: "record" },
    interleaved: true,
  },
  { value: "RTP/AVP/TCP;unicast;interleaved=0-1;mode=other", spec: { ...tcp, interleaved: [0, 1] }, interleaved: true },
  {
    value: "RTP/SAVP;unicast;client_port=1-2;append;x=y;RTCP-mux",
    spec: { protocol: "RTP/SAVP", delivery: "unicast", clientPort: [1, 2] },
  },
  { value: "unicast;RTP/AVP;client_port=5000-5001", spec: { ...udp, clientPort: [5000, 5001] } },
  {
    value: "interleaved=0-1;mode=play;rtp/avp/tcp;unicast",
    spec: { ...tcp, interleaved: [0, 1], mode: "play" },
    interleaved: true,
  },
  { value: ";;unicast", spec: { protocol: "UNICAST", delivery: "unicast" } },
];
for (const { value, spec, interleaved = false } of cases) {
  test(`reads "${value}"`, () => {
    const specs = parseTransport(value);
    assert.equal(specs.length, 1);
    const [read] = specs;
    assert.ok(read !== undefined);
    assert.deepEqual(defined(read), spec);
    assert.equal(isInterleaved(read), interleaved);
  });

  test(`writes what "${value}" means, and reads it back`, () => {
    assert.deepEqual(parseTransport(printTransport(spec)).map(defined), [spec]);
  });
}

test("reads alternatives in order", () => {
  const specs = parseTransport("RTP/AVP/UDP;unicast;client_port=1-2,RTP/AVP/TCP;unicast;interleaved=0-1, ,");
  assert.deepEqual(
    specs.map((spec) => spec.protocol),
    ["RTP/AVP/UDP", "RTP/AVP/TCP"],
  );
});

test("a comma in quotes divides nothing", () => {
  assert.deepEqual(parseTransport('RTP/AVP;unicast;client_port=1-2;mode="PLAY,RECORD"').length, 1);
});

test("leaves out what has no sensible protocol", () => {
  assert.deepEqual(parseTransport('"RTP;unicast'), []);
  assert.deepEqual(parseTransport(`${"R".repeat(65)};unicast`), []);
  assert.equal(parseTransport("R\u00e9P;unicast,RTP/AVP;unicast").length, 1);
});

test("an address that is none is as if it weren't there", () => {
  for (const value of ['"a b"', "a=b", "'x'", "x".repeat(256)]) {
    assert.equal(parseTransport(`RTP/AVP;unicast;destination=${value}`)[0]?.destination, undefined);
  }
});

test("an empty header has no alternatives", () => {
  for (const value of ["", " ", ",,", "\t"]) assert.deepEqual(parseTransport(value), []);
});

test("reads a bounded number of alternatives", () => {
  assert.equal(parseTransport("RTP/AVP,".repeat(500)).length, MAX_TRANSPORTS);
});

test("writes the parameters in one order", () => {
  const text = printTransport({ ...udp, clientPort: [1, 2], serverPort: [3, 4], ssrc: 5, source: "192.0.2.1", mode: "play" });
  assert.equal(text, "RTP/AVP;unicast;source=192.0.2.1;client_port=1-2;server_port=3-4;ssrc=00000005;mode=play");
});
