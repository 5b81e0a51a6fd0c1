/**
 * Fuzz targets of the formats layer. Each reads arbitrary bytes and asserts, besides not failing, what must hold of anything
 * it accepts: ranges lie within the input, counts within their bounds, and what is printed reads back the same.
 */
import assert from "node:assert/strict";
import { SluiceError } from "#base/errors.ts";
import { parseChallenges, preferredOrder, printChallenge } from "#formats/http-auth/challenge.ts";
import { authorize, parseAuthorization, verifyDigest } from "#formats/http-auth/digest.ts";
import { parseRtcp, printBye, printReceiverReport, printSenderReport, printSourceDescription } from "#formats/rtcp/packet.ts";
import type { RtcpPacket } from "#formats/rtcp/packet.ts";
import { emptyRtpHeader, printRtpPacket, readRtpHeader, sequenceDistance } from "#formats/rtp/packet.ts";
import { MAX_MISORDER, ReceptionStatistics } from "#formats/rtp/reception.ts";
import { ReorderBuffer } from "#formats/rtp/reorder-buffer.ts";
import { defaultLimits } from "#formats/rtsp-message/limits.ts";
import { parseHead, printRequest, printResponse } from "#formats/rtsp-message/message.ts";
import type { RtspMessage } from "#formats/rtsp-message/message.ts";
import { parseRange, printRange } from "#formats/rtsp-message/range.ts";
import { parseRtpInfo, printRtpInfo } from "#formats/rtsp-message/rtp-info.ts";
import { parseSession, printSession } from "#formats/rtsp-message/session.ts";
import { RtspStreamReader } from "#formats/rtsp-message/stream-reader.ts";
import { parseTransport, printTransport } from "#formats/rtsp-message/transport.ts";
import { parseRtspUrl, printHost, resolveBase, resolveControl, stripCredentials } from "#formats/rtsp-message/url.ts";
import { parseSdp } from "#formats/sdp/parse.ts";
import type { SessionDescription } from "#formats/sdp/parse.ts";
import { printSdp } from "#formats/sdp/print.ts";
import type { FuzzTarget } from "../target.ts";

const texts = (...seeds: readonly string[]): Buffer[] => seeds.map((seed) => Buffer.from(seed));
const bytes = (...seeds: readonly string[]): Buffer[] => seeds.map((seed) => Buffer.from(seed.replaceAll(" ", ""), "hex"));

const SDP = [
  "v=0\r\no=- 1 1 IN IP4 192.168.1.64\r\ns=Media Presentation\r\nc=IN IP4 239.0.0.1/127\r\nt=0 0\r\na=control:*\r\na=range:npt=now-\r\n",
  "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z01AKA==,aO48gA==\r\n",
  "a=recvonly\r\na=control:trackID=1\r\nm=audio 0 RTP/AVP 8 97\r\na=rtpmap:97 mpeg4-generic/16000/1\r\na=fmtp:97 config=1408;mode=AAC-hbr\r\n",
  "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=sendonly\r\na=control:rtsp://h/p/trackID=3\r\n",
].join("");

const REQUEST = "SETUP rtsp://h:8554/p/trackID=0 RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n";
const RESPONSE =
  "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Base: rtsp://h/p/\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n";
const FRAMES = "$\0\0\x10\x80\x60\0\x01\0\0\0\x01\0\0\0\x01abcd$\x01\0\x08\x80\xc9\0\x01\0\0\0\x01";
const streamSeeds = [
  Buffer.from(REQUEST + RESPONSE),
  Buffer.from(FRAMES + REQUEST + FRAMES, "latin1"),
  Buffer.from(`${RESPONSE}garbage\0${FRAMES}??OPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n${FRAMES}`, "latin1"),
  Buffer.from("POST /t HTTP/1.1\r\nContent-Length: 32767\r\nx-sessioncookie: abc\r\n\r\nT1BUSU9OUw=="),
];
const streamWords = ["RTSP/1.0", "HTTP/1.1", "OPTIONS ", "GET_PARAMETER ", "Content-Length: ", "$\0\0\x08", "CSeq: "];

/** Everything a reader makes of `chunks`, in short; an error it ends with comes last. */
function readStream(chunks: readonly Buffer[], tolerant: boolean): { events: string[]; error: Error | undefined } {
  const events: string[] = [];
  const reader = new RtspStreamReader(
    {
      onMessage: (message) => events.push(`${message.kind} ${String(message.headers.size)} ${String(message.body.length)}`),
      onFrame: (channel, buffer, { start, end }) => {
        assert.ok(
          start >= 4 && end <= buffer.length && buffer[start - 4] === 0x24 && buffer.readUInt16BE(start - 2) === end - start,
        );
        events.push(`$${String(channel)} ${String(end - start)}`);
      },
      onResync: (skipped) => events.push(`~${String(skipped)}`),
    },
    { tolerant },
  );
  try {
    for (const chunk of chunks) reader.push(chunk);
  } catch (error) {
    if (error instanceof SluiceError) return { events, error };
    throw error;
  }
  return { events, error: undefined };
}

/** The same bytes whole and in pieces must read the same; the input's sum decides the pieces. */
function readStreamBothWays(input: Buffer, tolerant: boolean): void {
  const size = 1 + ((input.length * 7 + (input[input.length >> 1] ?? 0)) % 61);
  const pieces: Buffer[] = [];
  for (let at = 0; at < input.length; at += size) pieces.push(input.subarray(at, at + size));
  const whole = readStream([input], tolerant);
  const cut = readStream(pieces, tolerant);
  assert.deepEqual(cut.events, whole.events);
  assert.equal(String(cut.error), String(whole.error));
  if (whole.error !== undefined) throw whole.error;
}

function readHead(input: Buffer): void {
  const limits = { ...defaultLimits, tolerant: (input.length & 1) === 0 };
  const { message, bodyBytes } = parseHead(input, limits);
  assert.ok(bodyBytes <= limits.maxBodyBytes);
  const printed = printMessage(message);
  const again = parseHead(printed, limits);
  assert.deepEqual(printMessage(again.message), printed);
}

function printMessage(message: RtspMessage): Buffer {
  return message.kind === "request" ? printRequest(message) : printResponse(message);
}

function readSdp(input: Buffer): void {
  const session = parseSdp(input.toString("utf8"));
  const printable = {
    originId: "1",
    address: "192.0.2.1",
    name: session.name,
    control: session.control ?? "*",
    media: session.media.flatMap(({ formats, kind, control = "", connection, direction, port, protocol }) => {
      const [format] = formats;
      if (format === undefined) return [];
      const fmtp = [...format.fmtp].map(([key, value]) => `${key}=${value}`).join(";");
      return [{ ...format, kind, fmtp, control, connection, direction, port, protocol }];
    }),
  };
  if (printable.media.length === 0) return;
  const again = parseSdp(printSdp(printable));
  assert.deepEqual(essence(again), essence({ ...session, media: session.media.filter(({ formats }) => formats.length > 0) }));
}

/** What printing keeps of a description: one format per medium. */
function essence(session: SessionDescription): unknown[] {
  const media = session.media.map(({ formats, control = "", kind, connection, direction, port, protocol }) => {
    return { format: formats[0], control, kind, connection, direction, port, protocol };
  });
  return [session.name === "" ? "-" : session.name, session.control ?? "*", media];
}

function readRtp(input: Buffer): void {
  const header = emptyRtpHeader();
  const start = Math.min(input.length & 3, input.length);
  if (!readRtpHeader(input, { start, end: input.length }, header)) return;
  assert.ok(header.payloadStart >= start + 12 && header.payloadStart <= header.payloadEnd && header.payloadEnd <= input.length);
  const payload = input.subarray(header.payloadStart, header.payloadEnd);
  const printed = printRtpPacket(header, payload);
  const again = emptyRtpHeader();
  assert.ok(readRtpHeader(printed, { start: 0, end: printed.length }, again));
  assert.deepEqual({ ...again, payloadStart: 0, payloadEnd: 0 }, { ...header, payloadStart: 0, payloadEnd: 0 });
  assert.ok(printed.subarray(again.payloadStart, again.payloadEnd).equals(payload));
}

/** Every four bytes: a sequence number, milliseconds since the packet before, and whether time runs out meanwhile. */
function reorder(input: Buffer): void {
  const statistics = new ReceptionStatistics(90000);
  const packet = printRtpPacket({ marker: false, payloadType: 96, sequence: 0, timestamp: 0, ssrc: 1 }, Buffer.alloc(8));
  let delivered = 0;
  let last: number | undefined;
  const buffer = new ReorderBuffer({
    maxPackets: 1 + (input.length % 64),
    maxDelayMs: 50,
    deliver: (bytesOf, { start }) => {
      const sequence = bytesOf.readUInt16BE(start + 2);
      // A source may start anew further back than packets are ever late (RFC 3550 A.1); otherwise numbers only go up.
      const step = last === undefined ? 1 : sequenceDistance(last, sequence);
      assert.ok(step > 0 || step < -MAX_MISORDER, `after ${String(last)} came ${String(sequence)}`);
      last = sequence;
      delivered++;
    },
  });
  let nowMs = 0;
  let pushed = 0;
  for (let at = 0; at + 4 <= input.length; at += 4) {
    nowMs += input.readUInt8(at + 2);
    input.copy(packet, 2, at, at + 2);
    buffer.push(packet, { start: 0, end: packet.length }, nowMs);
    statistics.packet(input.readUInt16BE(at), input.readUInt16BE(at) * 3000, nowMs);
    pushed++;
    if ((input.readUInt8(at + 3) & 3) === 0) buffer.flushExpired(nowMs + 20);
    assert.ok((buffer.nextDeadline() ?? Infinity) > nowMs);
    assert.ok(delivered + buffer.duplicates <= pushed);
  }
  buffer.flush();
  assert.equal(buffer.nextDeadline(), undefined);
  const report = statistics.report(1, nowMs);
  assert.ok(report.fractionLost >= 0 && report.fractionLost <= 255 && report.jitter >= 0);
  parseRtcp(printReceiverReport(1, [report]), { start: 0, end: 32 });
}

function readRtcp(input: Buffer): void {
  const packets = parseRtcp(input, { start: 0, end: input.length });
  assert.ok(packets.length <= 32);
  for (const packet of packets) {
    const printed = printRtcp(packet);
    if (printed === undefined) continue;
    assert.equal(printed.length % 4, 0);
    assert.deepEqual(parseRtcp(printed, { start: 0, end: printed.length }), [packet]);
  }
}

/** Undefined for what can't be printed as it was read: several names, or text that was no UTF-8. */
function printRtcp(packet: RtcpPacket): Buffer | undefined {
  switch (packet.kind) {
    case "sender-report":
      return printSenderReport(packet, packet.reports);
    case "receiver-report":
      return printReceiverReport(packet.ssrc, packet.reports);
    case "source-description": {
      const [chunk, ...others] = packet.chunks;
      const fits = chunk !== undefined && others.length === 0 && !chunk.cname.includes("\ufffd");
      return fits ? printSourceDescription(chunk.ssrc, chunk.cname) : undefined;
    }
    case "bye":
      // An empty reason and none differ in one byte that padding may hide.
      return packet.reason?.includes("\ufffd") === true || packet.reason === ""
        ? undefined
        : printBye(packet.ssrcs, packet.reason);
    case "other":
      return undefined;
  }
}

function readChallenges(input: Buffer): void {
  const challenges = parseChallenges(input.toString("utf8").split("\n"));
  assert.equal(preferredOrder(challenges).length, challenges.length);
  for (const challenge of challenges) {
    assert.ok(parseChallenges([printChallenge(challenge)]).length === 1);
    const [username, password, method, uri] = ['ad"m\\in', "p:w", "PLAY", "rtsp://h/p?a=b,c"];
    const answer = parseAuthorization(authorize(challenge, { username, password, method, uri, nonceCount: 1, cnonce: "c" }));
    if (challenge.scheme === "basic") {
      assert.deepEqual(answer, { scheme: "basic", user: username, password });
      continue;
    }
    assert.ok(answer?.scheme === "digest");
    const { realm, nonce } = challenge;
    assert.ok(verifyDigest(answer, { username, password, method, realm, nonce }));
    assert.ok(!verifyDigest(answer, { username, password: "other", method, realm, nonce }));
  }
}

function readAuthorization(input: Buffer): void {
  const authorization = parseAuthorization(input.toString("utf8"));
  if (authorization?.scheme !== "digest") return;
  const { username, realm, nonce } = authorization;
  assert.ok(!verifyDigest(authorization, { username, realm, nonce, password: "right", method: "PLAY" }));
}

function readTransport(input: Buffer): void {
  const specs = parseTransport(input.toString("utf8"));
  assert.ok(specs.length <= 16);
  assert.deepEqual(parseTransport(specs.map(printTransport).join(",")), specs);
}

/** The smaller headers, all of the same text. */
function readHeaderValues(input: Buffer): void {
  const text = input.toString("utf8");
  const session = parseSession(text);
  assert.deepEqual(parseSession(printSession(session)), session);
  const range = parseRange(text);
  if (range !== undefined) {
    const printed = printRange(range);
    const again = parseRange(printed);
    assert.ok(again !== undefined, printed);
    assert.equal(printRange(again), printed);
  }
  const entries = parseRtpInfo(text);
  assert.deepEqual(parseRtpInfo(printRtpInfo(entries)), entries);
}

function readUrl(input: Buffer): void {
  const [text = "", control = "", contentBase = ""] = input.toString("utf8").split("\n");
  const plain = stripCredentials(text);
  const url = parseRtspUrl(text);
  assert.equal(stripCredentials(plain), plain);
  const stripped = parseRtspUrl(plain);
  assert.equal(stripped.user ?? stripped.password, undefined);
  assert.equal(`${stripped.scheme} ${printHost(stripped)}`, `${url.scheme} ${printHost(url)}`);
  const base = resolveBase(contentBase, text);
  for (const each of [base, resolveControl(base, control), resolveControl(text, control)]) {
    if (each.length > 4096) continue;
    const resolved = parseRtspUrl(each);
    assert.equal(resolved.user, undefined, each);
    assert.equal(printHost(resolved), printHost(url), each);
  }
}

/** All targets of the layer. */
export const formatTargets: readonly FuzzTarget[] = [
  {
    name: "rtsp-stream-server",
    seeds: streamSeeds,
    dictionary: streamWords,
    run: (input) => {
      readStreamBothWays(input, false);
    },
  },
  {
    name: "rtsp-stream-client",
    seeds: streamSeeds,
    dictionary: streamWords,
    run: (input) => {
      readStreamBothWays(input, true);
    },
  },
  {
    name: "rtsp-head",
    seeds: texts(REQUEST, RESPONSE.slice(0, -5), "GET /t HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
    dictionary: streamWords,
    run: readHead,
  },
  {
    name: "sdp",
    seeds: texts(SDP, "m=video 0 RTP/AVP 26", SDP.replaceAll("\r", "")),
    dictionary: ["m=", "a=fmtp:", "a=rtpmap:", "c=IN IP4 ", "/"],
    run: readSdp,
  },
  {
    name: "rtp-packet",
    seeds: bytes("80e0123489abcdeffedcba98aabb", "b261123400000001000000020000000300000004bede000110ff0000aabbccdd00000004"),
    run: readRtp,
  },
  {
    name: "rtp-reorder",
    seeds: bytes("0001000000020a0100040a0100030a01000500010006280300070000", "fffe0101000001010001ff01ffff0101"),
    run: reorder,
  },
  {
    name: "rtcp",
    seeds: [
      Buffer.concat([
        printSenderReport({ ssrc: 1, ntpSeconds: 2, ntpFraction: 3, rtpTimestamp: 4, packetCount: 5, octetCount: 6 }),
        printSourceDescription(1, "camera@host"),
      ]),
      Buffer.concat([printReceiverReport(1, [new ReceptionStatistics(8000).report(2, 0)]), printBye([1, 2], "over")]),
    ],
    run: readRtcp,
  },
  {
    name: "http-auth-challenge",
    seeds: texts(
      'Basic realm="IP Camera"\nDigest realm="IP Camera(GH455)", nonce="abc123", algorithm=SHA-256, qop="auth,auth-int", stale=TRUE, opaque="x"',
    ),
    dictionary: ["Digest ", "Basic ", "realm=", "nonce=", "algorithm=MD5", "qop=auth", ", "],
    run: readChallenges,
  },
  {
    name: "http-auth-authorization",
    seeds: texts(
      "Basic YWRtaW46cGFzczEyMzQ=",
      'Digest username="a\\"b", realm="r", nonce="n", uri="rtsp://h/p", response="00", algorithm=MD5, qop=auth, nc=00000001, cnonce="c"',
    ),
    dictionary: ["username=", "response=", "qop=auth", "nc="],
    run: readAuthorization,
  },
  {
    name: "rtsp-transport",
    seeds: texts(
      'RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1234ABCD;mode="PLAY"',
      "RTP/AVP;multicast;destination=239.1.1.1;port=5000-5001;ttl=16,RTP/AVP;unicast;client_port=8000;server_port=9000-9001;source=[::1]",
    ),
    dictionary: ["interleaved=", "client_port=", "destination=", "mode=record", ","],
    run: readTransport,
  },
  {
    name: "rtsp-header-values",
    seeds: texts(
      "12345678;timeout=60",
      "npt=1:02:03.5-20",
      "clock=20230812T120000.5Z-20230812T120001Z",
      "smpte-25=10:07:00-10:07:33:05.01;time=19970123T143720Z",
      "url=rtsp://h/p/trackID=1;seq=45102;rtptime=12345678,url=rtsp://h/p/trackID=2;seq=1",
    ),
    dictionary: ["npt=", "now-", "clock=", "smpte=", "url=", ";seq=", ";rtptime=", ";timeout="],
    run: readHeaderValues,
  },
  {
    name: "rtsp-url",
    seeds: texts(
      "rtsp://admin:p@ss#w?rd/x@192.168.1.64:554/cam?a=b\ntrackID=1\nrtsp://10.0.0.9/cam/",
      "rtsps://[::ffff:10.0.0.1]:322/x\n/x/trackID=1\n192.168.1.5:554/x/",
      "rtsp://rtsp://u:%40@h\n?ctype=video\nrtsp://::ffff:1.2.3.4/",
    ),
    dictionary: ["rtsp://", "@", "://", "[::1]", ":554", "%40", "192.168.1.1"],
    maxInputBytes: 1024,
    run: readUrl,
  },
];
