import assert from "node:assert/strict";
import { test } from "node:test";
import {
  channelsOf,
  fmtpBase64List,
  fmtpHex,
  fmtpInteger,
  isEncoding,
  isSameCoding,
  printFmtp,
  printableFmtp,
} from "#codecs/rtp-format.ts";
import { audioFormat, rtpFormat } from "../../support/rtp-formats.ts";

const withValue = (value: string): ReturnType<typeof rtpFormat> => rtpFormat("X", { fmtp: { key: value } });

test("reads integers and nothing like integers", () => {
  for (const [text, value] of [
    ["13", 13],
    [" 0 ", 0],
    ["", undefined],
    ["-1", undefined],
    ["1.5", undefined],
    ["12345678901", undefined],
    ["0x10", undefined],
  ] as const) {
    assert.equal(fmtpInteger(withValue(text), "key"), value, text);
  }
  assert.equal(fmtpInteger(withValue("1"), "other"), undefined);
});

test("reads hexadecimal in either case, quoted or with an odd digit", () => {
  for (const [text, value] of [
    ["1190", "1190"],
    ["2B92", "2b92"],
    ['"1190"', "1190"],
    ["119", "1190"],
    ["", undefined],
    ["zz", undefined],
    ["0".repeat(20_000), undefined],
  ] as const) {
    assert.equal(fmtpHex(withValue(text), "key")?.toString("hex"), value, text.slice(0, 20));
  }
});

test("reads base64 lists without their empty parts, up to a number", () => {
  assert.deepEqual(
    fmtpBase64List(withValue("Z2QA, ,aO48gA==,"), "key", 8).map((bytes) => bytes.toString("hex")),
    ["676400", "68ee3c80"],
  );
  assert.equal(fmtpBase64List(withValue("AA==,".repeat(100)), "key", 5).length, 5);
  assert.deepEqual(fmtpBase64List(withValue("A".repeat(20_000)), "key", 5), []);
});

test("prints parameters in order, a lone key without an equals sign", () => {
  assert.equal(
    printFmtp(
      new Map([
        ["mode", "AAC-hbr"],
        ["0-15", ""],
        ["config", "1190"],
      ]),
    ),
    "mode=AAC-hbr; 0-15; config=1190",
  );
});

test("leaves out parameters that would break the line or begin another", () => {
  const values = new Map([
    ["good", "1"],
    ["line", "1\r\na=control:evil"],
    ["a;b", "1"],
    ["semi", "1; x=2"],
    ["", "1"],
    ["two words", "1"],
  ]);
  assert.deepEqual([...printableFmtp(values).keys()], ["good"]);
  assert.equal(printFmtp(values), "good=1");
});

test("takes silence about channels, and none, as one", () => {
  assert.equal(channelsOf(audioFormat("PCMU", 8000)), 1);
  assert.equal(channelsOf(audioFormat("PCMU", 8000, { channels: 0 })), 1);
  assert.equal(channelsOf(audioFormat("L16", 8000, { channels: 2 })), 2);
});

test("matches encoding names of any case within their media kind", () => {
  assert.equal(isEncoding(rtpFormat("h264"), "video", ["H264"]), true);
  assert.equal(isEncoding(audioFormat("H264", 8000), "video", ["H264"]), false);
});

test("tells same codings by name, clock, channels and the keys asked for", () => {
  const base = audioFormat("L16", 48_000, { channels: 2, fmtp: { mode: "A", other: "1" } });
  assert.equal(isSameCoding(base, audioFormat("l16", 48_000, { channels: 2, fmtp: { mode: "a" } }), ["mode"]), true);
  assert.equal(isSameCoding(base, audioFormat("L16", 48_000, { channels: 2, fmtp: { mode: "B" } }), ["mode"]), false);
  assert.equal(isSameCoding(base, audioFormat("L16", 44_100, { channels: 2 })), false);
  assert.equal(isSameCoding(base, audioFormat("L16", 48_000)), false);
});
