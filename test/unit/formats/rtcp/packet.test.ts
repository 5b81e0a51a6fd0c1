import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceptionReport, RtcpPacket } from "#formats/rtcp/packet.ts";
import {
  MAX_RTCP_PACKETS,
  parseRtcp,
  printBye,
  printReceiverReport,
  printSenderReport,
  printSourceDescription,
} from "#formats/rtcp/packet.ts";

function parse(bytes: Buffer | string): RtcpPacket[] {
  const buffer = typeof bytes === "string" ? Buffer.from(bytes.replaceAll(" ", ""), "hex") : bytes;
  return parseRtcp(buffer, { start: 0, end: buffer.length });
}

const sender = {
  ssrc: 0xdeadbeef,
  ntpSeconds: 0xe9000001,
  ntpFraction: 0x80000000,
  rtpTimestamp: 0xfffffff0,
  packetCount: 12345,
  octetCount: 0xffffffff,
};
const block: ReceptionReport = {
  ssrc: 1,
  fractionLost: 255,
  cumulativeLost: -3,
  highestSequence: 0x1fffe,
  jitter: 77,
  lastSenderReport: 0x12345678,
  delaySinceLastSenderReport: 65536,
};

const roundTrips: readonly { name: string; bytes: Buffer; packet: RtcpPacket }[] = [
  { name: "a sender report", bytes: printSenderReport(sender), packet: { kind: "sender-report", ...sender, reports: [] } },
  {
    name: "a sender report with blocks",
    bytes: printSenderReport(sender, [block, { ...block, ssrc: 2, cumulativeLost: 0x7fffff }]),
    packet: { kind: "sender-report", ...sender, reports: [block, { ...block, ssrc: 2, cumulativeLost: 0x7fffff }] },
  },
  {
    name: "a receiver report",
    bytes: printReceiverReport(9, [block]),
    packet: { kind: "receiver-report", ssrc: 9, reports: [block] },
  },
  {
    name: "an empty receiver report",
    bytes: printReceiverReport(9, []),
    packet: { kind: "receiver-report", ssrc: 9, reports: [] },
  },
  {
    name: "a source description",
    bytes: printSourceDescription(9, "sluice@box"),
    packet: { kind: "source-description", chunks: [{ ssrc: 9, cname: "sluice@box" }] },
  },
  { name: "a BYE", bytes: printBye([1, 2]), packet: { kind: "bye", ssrcs: [1, 2] } },
  { name: "a BYE with reason", bytes: printBye([1], "关机"), packet: { kind: "bye", ssrcs: [1], reason: "关机" } },
];
for (const { name, bytes, packet } of roundTrips) {
  test(`reads back ${name} it has written`, () => {
    assert.equal(bytes.length % 4, 0);
    assert.deepEqual(parse(bytes), [packet]);
  });
}

for (let length = 0; length <= 8; length++) {
  test(`pads a canonical name of ${String(length)} bytes to whole words`, () => {
    const name = "x".repeat(length);
    const bytes = printSourceDescription(1, name);
    assert.equal(bytes.length % 4, 0);
    assert.deepEqual(parse(Buffer.concat([bytes, printBye([1])])), [
      { kind: "source-description", chunks: [{ ssrc: 1, cname: name }] },
      { kind: "bye", ssrcs: [1] },
    ]);
  });
}

test("reads a compound packet in order", () => {
  const compound = Buffer.concat([
    printSenderReport(sender),
    printSourceDescription(sender.ssrc, "cam"),
    printBye([sender.ssrc]),
  ]);
  assert.deepEqual(
    parse(compound).map((packet) => packet.kind),
    ["sender-report", "source-description", "bye"],
  );
});

test("reads only what lies in its range", () => {
  const report = printReceiverReport(5, []);
  const buffer = Buffer.concat([Buffer.from("$\x01\0\0", "latin1"), report, printBye([5])]);
  assert.deepEqual(parseRtcp(buffer, { start: 4, end: 4 + report.length }), [{ kind: "receiver-report", ssrc: 5, reports: [] }]);
  assert.deepEqual(parseRtcp(buffer, { start: buffer.length, end: buffer.length + 100 }), []);
});

const tolerated: readonly { name: string; hex: string; kinds: string[] }[] = [
  { name: "nothing", hex: "", kinds: [] },
  { name: "less than a header", hex: "80c9", kinds: [] },
  { name: "another version", hex: "00c90001 00000001", kinds: [] },
  { name: "garbage after a whole packet", hex: "80c90001 00000001 ffffffffff", kinds: ["receiver-report"] },
  { name: "a second packet longer than the rest", hex: "80c90001 00000001 81c90007 00000001", kinds: ["receiver-report"] },
  { name: "an empty receiver report without its source", hex: "80c90000 80c90001 00000001", kinds: [] },
  { name: "a sender report too short for its fields", hex: "80c80002 00000001 00000002", kinds: [] },
  { name: "application and feedback packets", hex: "80cc0001 00000001 81ce0002 00000001 00000002", kinds: ["other", "other"] },
  { name: "padding at the end", hex: "80c90001 00000001 a0cb0001 00000004", kinds: ["receiver-report", "bye"] },
  { name: "padding longer than its packet", hex: "80c90001 00000001 a0cb0001 000000ff", kinds: ["receiver-report"] },
];
for (const { name, hex, kinds } of tolerated) {
  test(`reads what is sound of ${name}`, () => {
    assert.deepEqual(
      parse(hex).map((packet) => packet.kind),
      kinds,
    );
  });
}

test("gives as many report blocks as are there, whatever the count says", () => {
  const bytes = printReceiverReport(9, [block]);
  bytes[0] = 0x80 | 31;
  assert.deepEqual(parse(bytes), [{ kind: "receiver-report", ssrc: 9, reports: [block] }]);
});

test("keeps the chunks before one that runs over the end", () => {
  const [packet] = parse("82ca0005 00000001 01026162 00000000 00000002 01ff6162");
  assert.deepEqual(packet, { kind: "source-description", chunks: [{ ssrc: 1, cname: "ab" }] });
});

test("finds the canonical name among other items", () => {
  const [packet] = parse("81ca0004 00000001 02017a01 02616206 00000000");
  assert.deepEqual(packet, { kind: "source-description", chunks: [{ ssrc: 1, cname: "ab" }] });
});

test("steps over a BYE reason that runs over the end", () => {
  assert.deepEqual(parse("81cb0002 00000001 ff616263"), [{ kind: "bye", ssrcs: [1] }]);
});

test("every truncation and every changed byte of a compound is read without failing", () => {
  const compound = Buffer.concat([printSenderReport(sender, [block]), printSourceDescription(1, "camera"), printBye([1], "off")]);
  for (let end = 0; end <= compound.length; end++) parseRtcp(compound, { start: 0, end });
  for (let at = 0; at < compound.length; at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
      const changed = Buffer.from(compound);
      changed[at] = value;
      assert.ok(parse(changed).length <= 3);
    }
  }
});

test("reads a bounded number of packets", () => {
  const many = Buffer.concat(Array.from({ length: 100 }, () => printBye([])));
  assert.equal(parse(many).length, MAX_RTCP_PACKETS);
});

test("writes no more blocks, sources and text than fit", () => {
  const [report] = parse(
    printReceiverReport(
      1,
      Array.from({ length: 40 }, () => block),
    ),
  );
  assert.equal(report?.kind === "receiver-report" && report.reports.length, 31);
  const [bye] = parse(printBye(Array.from({ length: 40 }, (_, index) => index)));
  assert.equal(bye?.kind === "bye" && bye.ssrcs.length, 31);
  const [description] = parse(printSourceDescription(1, "n".repeat(300)));
  assert.deepEqual(description, { kind: "source-description", chunks: [{ ssrc: 1, cname: "n".repeat(255) }] });
});

test("clamps a cumulative loss beyond 24 bits", () => {
  for (const [written, read] of [
    [1e9, 0x7fffff],
    [-1e9, -0x800000],
  ] as const) {
    const [packet] = parse(printReceiverReport(1, [{ ...block, cumulativeLost: written }]));
    assert.equal(packet?.kind === "receiver-report" && packet.reports[0]?.cumulativeLost, read);
  }
});
