import assert from "node:assert/strict";
import { test } from "node:test";
import type { SluiceError } from "#base/errors.ts";
import { MAX_ATTRIBUTES, MAX_FORMATS, MAX_MEDIA, MAX_SDP_LENGTH, parseSdp } from "#formats/sdp/parse.ts";
import type { MediaDescription, RtpMap } from "#formats/sdp/parse.ts";

/** The one medium of a description. */
function medium(...lines: string[]): MediaDescription {
  const [first, ...others] = parseSdp(lines.join("\r\n")).media;
  assert.ok(first !== undefined && others.length === 0);
  return first;
}

/** The one format of the one medium. */
function format(...lines: string[]): RtpMap {
  const [first, ...others] = medium(...lines).formats;
  assert.ok(first !== undefined && others.length === 0);
  return first;
}

const CAMERA = [
  "v=0",
  "o=- 1109162014219182 1109162014219192 IN IP4 192.168.1.64",
  "s=Media Presentation",
  "e=NONE",
  "b=AS:5100",
  "t=0 0",
  "a=control:rtsp://192.168.1.64:554/Streaming/Channels/101/",
  "a=range:npt=now-",
  "m=video 0 RTP/AVP 96",
  "c=IN IP4 0.0.0.0",
  "b=AS:5000",
  "a=recvonly",
  "a=x-dimensions:1920,1080",
  "a=control:trackID=1",
  "a=rtpmap:96 H264/90000",
  "a=fmtp:96 profile-level-id=420029; packetization-mode=1; sprop-parameter-sets=Z01AKA==,aO48gA==",
  "m=audio 0 RTP/AVP 8 104",
  "a=control:trackID=2",
  "a=rtpmap:104 mpeg4-generic/16000/1",
  "a=fmtp:104 streamtype=5;mode=AAC-hbr;config=1408;SizeLength=13",
  "a=Media_header:MEDIAINFO=494D4B48010200000400000111710110401F;",
  "",
].join("\r\n");

test("reads a camera's description whole", () => {
  const session = parseSdp(CAMERA);
  assert.equal(session.name, "Media Presentation");
  assert.equal(session.control, "rtsp://192.168.1.64:554/Streaming/Channels/101/");
  assert.equal(session.range, "npt=now-");
  assert.equal(session.connection, undefined);
  const [video, audio] = session.media;
  assert.deepEqual(video, {
    kind: "video",
    protocol: "RTP/AVP",
    port: 0,
    control: "trackID=1",
    direction: "recvonly",
    connection: "0.0.0.0",
    formats: [
      {
        kind: "video",
        payloadType: 96,
        encodingName: "H264",
        clockRate: 90000,
        channels: undefined,
        fmtp: new Map([
          ["profile-level-id", "420029"],
          ["packetization-mode", "1"],
          ["sprop-parameter-sets", "Z01AKA==,aO48gA=="],
        ]),
      },
    ],
    attributes: new Map([["x-dimensions", "1920,1080"]]),
  });
  assert.deepEqual(
    audio?.formats.map(({ payloadType, encodingName, clockRate, channels }) => [payloadType, encodingName, clockRate, channels]),
    [
      [8, "PCMA", 8000, 1],
      [104, "MPEG4-GENERIC", 16000, 1],
    ],
  );
  assert.equal(audio.formats[1]?.fmtp.get("sizelength"), "13");
  assert.equal(audio.attributes.get("media_header"), "MEDIAINFO=494D4B48010200000400000111710110401F;");
});

// What cameras really send; each changes nothing about the media (quirks of session lines and line ends).
const harmless: readonly { name: string; change: (sdp: string) => string }[] = [
  { name: "LF alone ends lines", change: (sdp) => sdp.replaceAll("\r\n", "\n") },
  { name: "CR alone ends lines", change: (sdp) => sdp.replaceAll("\r\n", "\r") },
  { name: "the last line has no end", change: (sdp) => sdp.trimEnd() },
  { name: "zero bytes follow", change: (sdp) => `${sdp}\0\0\0` },
  { name: "lines end in blanks", change: (sdp) => sdp.replaceAll("\r\n", " \t\r\n") },
  { name: "lines begin with blanks", change: (sdp) => sdp.replaceAll("\r\n", "\r\n  ") },
  { name: "blank lines lie between", change: (sdp) => sdp.replaceAll("\r\n", "\r\n\r\n") },
  { name: "the session name is missing", change: (sdp) => sdp.replace("s=Media Presentation\r\n", "") },
  { name: "there are two session names", change: (sdp) => sdp.replace("s=", "s=\r\ns=Another\r\ns=") },
  { name: "numbers of the origin are negative", change: (sdp) => sdp.replace(/o=.*/, "o=- -1 -2 IN IP4 1.2.3.4") },
  { name: "numbers of the origin have fractions", change: (sdp) => sdp.replace(/o=.*/, "o=- 1.5 2.5e9 IN IP4 1.2.3.4") },
  { name: "the origin has no address", change: (sdp) => sdp.replace(/o=.*/, "o=- 1 1 IN IP4 ") },
  { name: "the origin is missing", change: (sdp) => sdp.replace(/o=.*\r\n/, "") },
  { name: "the version is missing", change: (sdp) => sdp.replace("v=0\r\n", "") },
  { name: "a connection has no address", change: (sdp) => sdp.replace("t=0 0", "c=IN \r\nt=0 0") },
  { name: "time and bandwidth are nonsense", change: (sdp) => sdp.replace("t=0 0", "t=now\r\nb=many\r\nr=\r\nz=x") },
  { name: "lines aren't lines at all", change: (sdp) => sdp.replace("t=0 0", "hello\r\n=\r\na\r\na=\r\na=:\r\n\u0007\r\n🎥=🎥") },
  {
    name: "attributes name no payload type",
    change: (sdp) => `${sdp}a=rtpmap:\r\na=rtpmap:x H264/90000\r\na=rtpmap:300 A/1\r\n`,
  },
  { name: "an rtpmap stands before any medium", change: (sdp) => sdp.replace("t=0 0", "a=rtpmap:96 VP8/90000\r\na=fmtp:96 x=y") },
];
for (const { name, change } of harmless) {
  test(`reads the same media when ${name}`, () => {
    const expected = parseSdp(CAMERA);
    const changed = parseSdp(change(CAMERA));
    assert.deepEqual(
      changed.media.map(({ kind, control, formats }) => ({ kind, control, formats })),
      expected.media.map(({ kind, control, formats }) => ({ kind, control, formats })),
    );
    assert.equal(changed.control, expected.control);
  });
}

test("media lines alone are enough", () => {
  const session = parseSdp("m=video 0 RTP/AVP 26");
  assert.deepEqual(
    [session.name, session.control, session.range, session.connection, session.media.length],
    ["", undefined, undefined, undefined, 1],
  );
});

const mediaLines: readonly { line: string; kind: string; protocol: string; port: number; payloadTypes: number[] }[] = [
  { line: "m=video 0 RTP/AVP 96", kind: "video", protocol: "RTP/AVP", port: 0, payloadTypes: [96] },
  { line: "m=video 5004/2 RTP/AVP 96 97", kind: "video", protocol: "RTP/AVP", port: 5004, payloadTypes: [96, 97] },
  { line: "m=VIDEO 0 rtp/savp 96", kind: "video", protocol: "RTP/SAVP", port: 0, payloadTypes: [96] },
  { line: "m=application 0 RTP/AVP 107", kind: "application", protocol: "RTP/AVP", port: 0, payloadTypes: [107] },
  { line: "m=metadata 0 RTP/AVP 107", kind: "application", protocol: "RTP/AVP", port: 0, payloadTypes: [107] },
  { line: "m=vnd.onvif.metadata 0 RTP/AVP 107", kind: "application", protocol: "RTP/AVP", port: 0, payloadTypes: [107] },
  { line: "m=audio  0   RTP/AVP  0  0  8", kind: "audio", protocol: "RTP/AVP", port: 0, payloadTypes: [0, 8] },
  { line: "m=audio 99999 RTP/AVP 200 -1 x", kind: "audio", protocol: "RTP/AVP", port: 0, payloadTypes: [] },
  { line: "m=audio", kind: "audio", protocol: "RTP/AVP", port: 0, payloadTypes: [] },
  { line: "m=", kind: "application", protocol: "RTP/AVP", port: 0, payloadTypes: [] },
];
for (const { line, kind, protocol, port, payloadTypes } of mediaLines) {
  test(`reads the media line "${line}"`, () => {
    const media = medium(line);
    assert.deepEqual(
      {
        kind: media.kind,
        protocol: media.protocol,
        port: media.port,
        payloadTypes: media.formats.map((each) => each.payloadType),
      },
      { kind, protocol, port, payloadTypes },
    );
  });
}

const encodings: readonly { lines: string[]; encodingName: string; clockRate: number; channels: number | undefined }[] = [
  { lines: ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H265/90000 "], encodingName: "H265", clockRate: 90000, channels: undefined },
  { lines: ["m=video 0 RTP/AVP 96", "a=rtpmap: 96   h264/90000"], encodingName: "H264", clockRate: 90000, channels: undefined },
  { lines: ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264"], encodingName: "H264", clockRate: 90000, channels: undefined },
  { lines: ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/fast"], encodingName: "H264", clockRate: 90000, channels: undefined },
  { lines: ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/0"], encodingName: "H264", clockRate: 90000, channels: undefined },
  { lines: ["m=video 0 RTP/AVP 96"], encodingName: "", clockRate: 90000, channels: undefined },
  { lines: ["m=video 0 RTP/AVP 96", "a=rtpmap:96 "], encodingName: "", clockRate: 90000, channels: undefined },
  { lines: ["m=video 0 RTP/AVP 26"], encodingName: "JPEG", clockRate: 90000, channels: undefined },
  { lines: ["m=video 0 RTP/AVP 33"], encodingName: "MP2T", clockRate: 90000, channels: undefined },
  { lines: ["m=audio 0 RTP/AVP 0"], encodingName: "PCMU", clockRate: 8000, channels: 1 },
  { lines: ["m=audio 0 RTP/AVP 10"], encodingName: "L16", clockRate: 44100, channels: 2 },
  { lines: ["m=audio 0 RTP/AVP 9"], encodingName: "G722", clockRate: 8000, channels: 1 },
  { lines: ["m=audio 0 RTP/AVP 14"], encodingName: "MPA", clockRate: 90000, channels: undefined },
  { lines: ["m=audio 0 RTP/AVP 97"], encodingName: "", clockRate: 8000, channels: undefined },
  { lines: ["m=audio 0 RTP/AVP 8", "a=rtpmap:8 PCMA/16000"], encodingName: "PCMA", clockRate: 16000, channels: undefined },
  { lines: ["m=audio 0 RTP/AVP 97", "a=rtpmap:97 opus/48000/2"], encodingName: "OPUS", clockRate: 48000, channels: 2 },
  { lines: ["m=audio 0 RTP/AVP 97", "a=rtpmap:97 L16/16000/0"], encodingName: "L16", clockRate: 16000, channels: undefined },
  { lines: ["m=audio 0 RTP/AVP", "a=rtpmap:97 L16/16000"], encodingName: "L16", clockRate: 16000, channels: undefined },
];
for (const { lines, encodingName, clockRate, channels } of encodings) {
  test(`knows the encoding of ${lines.join(" ")}`, () => {
    const read = format(...lines);
    assert.deepEqual([read.encodingName, read.clockRate, read.channels], [encodingName, clockRate, channels]);
  });
}

test("formats that only have an rtpmap come after those of the media line", () => {
  const media = medium("m=video 0 RTP/AVP 96", "a=rtpmap:97 H265/90000");
  assert.deepEqual(
    media.formats.map((each) => [each.payloadType, each.encodingName]),
    [
      [96, ""],
      [97, "H265"],
    ],
  );
});

const parameters: readonly { name: string; fmtp: string; expected: Record<string, string> }[] = [
  { name: "blanks around keys and values", fmtp: "a=fmtp:96 A = 1 ; b=2 ;", expected: { a: "1", b: "2" } },
  {
    name: "base64 padding in values",
    fmtp: "a=fmtp:96 sprop-sps=QgEB==;sprop-pps=RAHA=",
    expected: { "sprop-sps": "QgEB==", "sprop-pps": "RAHA=" },
  },
  { name: "a flag without value", fmtp: "a=fmtp:96 0-15", expected: { "0-15": "" } },
  { name: "an empty value", fmtp: "a=fmtp:96 cpresent=0;config=", expected: { cpresent: "0", config: "" } },
  { name: "a key twice", fmtp: "a=fmtp:96 a=1;a=2", expected: { a: "1" } },
  { name: "two lines for one format", fmtp: "a=fmtp:96 a=1\r\na=fmtp:96 b=2", expected: { a: "1", b: "2" } },
  { name: "no payload type", fmtp: "a=fmtp:packetization-mode=1;x=y", expected: { "packetization-mode": "1", x: "y" } },
  { name: "nothing at all", fmtp: "a=fmtp:96", expected: {} },
  { name: "separators only", fmtp: "a=fmtp:96 ;;=;", expected: {} },
];
for (const { name, fmtp, expected } of parameters) {
  test(`reads format parameters with ${name}`, () => {
    assert.deepEqual(Object.fromEntries(format("m=video 0 RTP/AVP 96", fmtp).fmtp), expected);
  });
}

const connections: readonly { line: string; connection: string | undefined }[] = [
  { line: "c=IN IP4 239.1.2.3/127", connection: "239.1.2.3/127" },
  { line: "c=IN IP4 10.0.0.5", connection: "10.0.0.5" },
  { line: "c=IN IP6 ff02::1", connection: "ff02::1" },
  { line: "c=in ip4 10.0.0.5 ", connection: "10.0.0.5" },
  { line: "c=IN ", connection: undefined },
  { line: "c=IN IP4", connection: undefined },
  { line: "c=", connection: undefined },
  { line: "c=10.0.0.5", connection: undefined },
];
for (const { line, connection } of connections) {
  test(`reads the connection "${line}"`, () => {
    assert.equal(medium("m=video 0 RTP/AVP 96", line).connection, connection);
    assert.equal(parseSdp(`${line}\nm=video 0 RTP/AVP 96`).connection, connection);
  });
}

test("a direction of the session holds for media that name none", () => {
  const { media } = parseSdp(
    "a=recvonly\nm=video 0 RTP/AVP 96\nm=audio 0 RTP/AVP 0\na=sendonly\nm=audio 0 RTP/AVP 8\na=inactive",
  );
  assert.deepEqual(
    media.map((each) => each.direction),
    ["recvonly", "sendonly", "inactive"],
  );
});

test("keeps flags, and the first of equal attributes", () => {
  const media = medium(
    "m=video 0 RTP/AVP 96",
    "a=Rtcp-Mux",
    "a=framerate:25",
    "a=framerate:30",
    "a=control:one",
    "a=control:two",
  );
  assert.deepEqual(
    [...media.attributes],
    [
      ["rtcp-mux", ""],
      ["framerate", "25"],
    ],
  );
  assert.equal(media.control, "one");
});

test("an empty control is an empty control", () => {
  assert.equal(medium("m=video 0 RTP/AVP 96", "a=control:").control, "");
});

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as SluiceError).code;
  }
  return "none";
}

test("refuses a description without media, whatever else it holds", () => {
  for (const text of ["", "\n\n", "v=0\r\ns=x\r\n", "<html>no</html>", "m =video"]) {
    assert.equal(
      codeOf(() => parseSdp(text)),
      "sdp-no-media",
    );
  }
});

test("refuses a description over the limit", () => {
  const media = "m=video 0 RTP/AVP 96\n";
  assert.equal(parseSdp(media + "x".repeat(MAX_SDP_LENGTH - media.length)).media.length, 1);
  assert.equal(
    codeOf(() => parseSdp(media + "x".repeat(MAX_SDP_LENGTH))),
    "sdp-too-large",
  );
});

test("keeps a bounded number of media, formats, attributes and parameters", () => {
  const many = (count: number, line: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => line(index)).join("\n");
  assert.equal(parseSdp(many(6000, () => "m=video 0 RTP/AVP 96")).media.length, MAX_MEDIA);
  assert.equal(medium(`m=video 0 RTP/AVP ${many(127, String).replaceAll("\n", " ")}`).formats.length, MAX_FORMATS);
  assert.equal(
    medium(
      "m=video 0 RTP/AVP",
      many(128, (index) => `a=rtpmap:${String(index)} X/1`),
    ).formats.length,
    MAX_FORMATS,
  );
  assert.equal(
    medium(
      "m=video 0 RTP/AVP 1",
      many(5000, (index) => `a=x${String(index)}:1`),
    ).attributes.size,
    MAX_ATTRIBUTES,
  );
  const fmtp = many(5000, (index) => `k${String(index)}=1`).replaceAll("\n", ";");
  assert.equal(format("m=video 0 RTP/AVP 96", `a=fmtp:96 ${fmtp}`).fmtp.size, MAX_ATTRIBUTES);
});

test("reads every truncation of a description, or says that it has no media", () => {
  for (let end = 0; end <= CAMERA.length; end++) {
    const text = CAMERA.slice(0, end);
    const code = codeOf(() => parseSdp(text));
    assert.equal(code, text.includes("m=") ? "none" : "sdp-no-media");
  }
});
