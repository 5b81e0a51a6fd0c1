import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_NACKS, parseFeedback, printBandwidth, printNack, printPictureLoss } from "#formats/rtcp/feedback.ts";
import { printReceiverReport } from "#formats/rtcp/packet.ts";

test("lost packets are read as they were written, over a wrap too", () => {
  const sequences = [65_530, 65_531, 65_534, 2, 9, 300];
  const packet = printNack(1, 2, sequences);
  assert.ok(packet);
  assert.deepEqual(parseFeedback(packet), [{ kind: "nack", ssrc: 2, sequences }]);
  assert.equal(printNack(1, 2, []), undefined);
});

test("requests for a picture: PLI, and FIR with its source in the entry", () => {
  assert.deepEqual(parseFeedback(printPictureLoss(1, 2)), [{ kind: "picture-loss", ssrc: 2 }]);
  const fir = Buffer.from("84ce000400000001000000000000000701000000", "hex");
  assert.deepEqual(parseFeedback(fir), [{ kind: "picture-loss", ssrc: 7 }]);
});

for (const bitrate of [1, 30_000, 262_143, 1_000_000, 50_000_000]) {
  test(`a bandwidth of ${String(bitrate)} comes back, rounded down by less than a thousandth`, () => {
    const [found] = parseFeedback(printBandwidth(1, bitrate, [2, 3]));
    assert.ok(found?.kind === "bandwidth" && found.bitrate <= bitrate && found.bitrate >= bitrate * 0.999, JSON.stringify(found));
  });
}

test("transport-wide reports: runs and symbols are counted", () => {
  // 10 packets: a run of 4 received, then one-bit symbols 1 0 1 1 0 1.
  const chunks = Buffer.from([0x20, 0x04, 0b10_101101, 0b00000000]);
  const head = Buffer.from("8fcd00050000000100000002000a000a00000000", "hex");
  const packet = Buffer.concat([head, chunks]);
  assert.deepEqual(parseFeedback(packet), [{ kind: "transport-wide", packets: 10, lost: 2 }]);
});

test("feedback behind a report of a compound packet is found; broken packets end the reading", () => {
  const compound = Buffer.concat([printReceiverReport(1, []), printPictureLoss(1, 2)]);
  assert.deepEqual(parseFeedback(compound), [{ kind: "picture-loss", ssrc: 2 }]);
  for (let end = 0; end < compound.length; end += 1) assert.deepEqual(parseFeedback(compound.subarray(0, end)), []);
});

test("a packet that asks for everything is cut short", () => {
  const packet = Buffer.alloc(12 + 4 * 1000, 0xff);
  Buffer.from([0x81, 205, 0, 0]).copy(packet);
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  const [found] = parseFeedback(packet);
  assert.ok(found?.kind === "nack" && found.sequences.length < MAX_NACKS + 17);
});
