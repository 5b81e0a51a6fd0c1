import assert from "node:assert/strict";
import { test } from "node:test";
import { SluiceError } from "#base/errors.ts";
import type { RtspLimits } from "#formats/rtsp-message/limits.ts";
import { RtspStreamReader } from "#formats/rtsp-message/stream-reader.ts";

interface Reading {
  readonly reader: RtspStreamReader;
  /** What was read, in short: `OPTIONS * body`, `200 body`, `#channel:payload`, `~skipped`. */
  readonly events: string[];
}

function reading(limits: Partial<RtspLimits> = {}): Reading {
  const events: string[] = [];
  const reader = new RtspStreamReader(
    {
      onMessage: (message) => {
        const start = message.kind === "request" ? `${message.method} ${message.url}` : String(message.status);
        events.push(`${start} ${message.body.toString()}`.trimEnd());
      },
      onFrame: (channel, buffer, { start, end }) => {
        assert.equal(buffer[start - 4], 0x24);
        assert.equal(buffer.readUInt16BE(start - 2), end - start);
        events.push(`#${String(channel)}:${buffer.toString("latin1", start, end)}`);
      },
      onResync: (bytes) => events.push(`~${String(bytes)}`),
    },
    limits,
  );
  return { reader, events };
}

function frame(channel: number, payload: string): Buffer {
  const header = Buffer.from([0x24, channel, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([header, Buffer.from(payload, "latin1")]);
}

/** A payload that looks like RTP. */
const rtp = (text: string): string => `\x80${text}`;

const OPTIONS = Buffer.from("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
const ANNOUNCE = Buffer.from("ANNOUNCE rtsp://h/p RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 12\r\n\r\nm=video 0 $\r\n");
const RESPONSE = Buffer.from("RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Length: 0\r\n\r\n");

const MIXED = Buffer.concat([
  OPTIONS,
  frame(0, rtp("one")),
  frame(1, ""),
  ANNOUNCE,
  frame(255, rtp("x".repeat(300))),
  RESPONSE,
  frame(0, rtp("z")),
]);
const MIXED_EVENTS = [
  "OPTIONS *",
  `#0:${rtp("one")}`,
  "#1:",
  "ANNOUNCE rtsp://h/p m=video 0 $",
  `#255:${rtp("x".repeat(300))}`,
  "200",
  `#0:${rtp("z")}`,
];

for (const tolerant of [false, true]) {
  const mode = tolerant ? "tolerantly" : "strictly";

  test(`reads messages and frames in one chunk, ${mode}`, () => {
    const { reader, events } = reading({ tolerant });
    assert.equal(reader.push(MIXED), MIXED.length);
    assert.deepEqual(events, MIXED_EVENTS);
    assert.equal(reader.midMessage, false);
  });

  test(`reads the same cut in two at every byte, ${mode}`, () => {
    for (let cut = 0; cut <= MIXED.length; cut++) {
      const { reader, events } = reading({ tolerant });
      reader.push(MIXED.subarray(0, cut));
      reader.push(MIXED.subarray(cut));
      assert.deepEqual(events, MIXED_EVENTS, `cut at ${String(cut)}`);
    }
  });

  test(`reads the same in chunks of any size, ${mode}`, () => {
    for (const size of [1, 2, 3, 5, 7, 64, 250]) {
      const { reader, events } = reading({ tolerant });
      for (let at = 0; at < MIXED.length; at += size) reader.push(MIXED.subarray(at, at + size));
      assert.deepEqual(events, MIXED_EVENTS, `chunks of ${String(size)}`);
    }
  });

  test(`steps over blank lines between messages, ${mode}`, () => {
    const { reader, events } = reading({ tolerant });
    reader.push(
      Buffer.concat([Buffer.from("\r\n\n"), OPTIONS, Buffer.from("\r\n"), frame(0, rtp("a")), Buffer.from("\r\n\r\n"), OPTIONS]),
    );
    assert.deepEqual(events, ["OPTIONS *", `#0:${rtp("a")}`, "OPTIONS *"]);
  });
}

test("reads only its range of a chunk", () => {
  const { reader, events } = reading();
  const chunk = Buffer.concat([Buffer.from("junk"), frame(2, "abc"), Buffer.from("junk")]);
  assert.equal(reader.push(chunk, { start: 4, end: chunk.length - 4 }), 7);
  assert.deepEqual(events, ["#2:abc"]);
});

test("hands a complete frame on where it lies", () => {
  const chunk = Buffer.concat([frame(0, "abc"), frame(0, "de")]);
  const seen: { same: boolean; start: number; end: number }[] = [];
  const ranges = new Set<unknown>();
  const reader = new RtspStreamReader({
    onMessage: () => undefined,
    onResync: () => undefined,
    onFrame: (_, buffer, range) => {
      seen.push({ same: buffer === chunk, start: range.start, end: range.end });
      ranges.add(range);
    },
  });
  reader.push(chunk);
  assert.deepEqual(seen, [
    { same: true, start: 4, end: 7 },
    { same: true, start: 11, end: 13 },
  ]);
  assert.equal(ranges.size, 1);
});

test("a body is the message's own, whatever becomes of the chunk", () => {
  const bodies: Buffer[] = [];
  const reader = new RtspStreamReader({
    onMessage: (message) => bodies.push(message.body),
    onFrame: () => undefined,
    onResync: () => undefined,
  });
  const whole = Buffer.from(ANNOUNCE);
  reader.push(whole);
  whole.fill(0);
  const [first, second] = [Buffer.from(ANNOUNCE.subarray(0, -5)), Buffer.from(ANNOUNCE.subarray(-5))];
  reader.push(first);
  first.fill(0);
  reader.push(second);
  second.fill(0);
  reader.push(Buffer.from(ANNOUNCE.subarray(0, -5)).fill(0x24, 0, 0));
  assert.deepEqual(
    bodies.map((body) => body.toString()),
    ["m=video 0 $\r", "m=video 0 $\r"],
  );
});

test("knows whether it is in the middle of something", () => {
  const { reader } = reading();
  assert.equal(reader.midMessage, false);
  const states: boolean[] = [];
  for (const part of [OPTIONS.subarray(0, 9), OPTIONS.subarray(9), frame(0, "abc").subarray(0, 1), frame(0, "abc").subarray(1)]) {
    reader.push(part);
    states.push(reader.midMessage);
  }
  assert.deepEqual(states, [true, false, true, false]);
});

test("reads frames of the greatest length, whole and in pieces", () => {
  const largest = frame(7, "\x80".repeat(65535));
  const { reader, events } = reading();
  reader.push(largest);
  for (let at = 0; at < largest.length; at += 1000) reader.push(largest.subarray(at, at + 1000));
  assert.deepEqual(
    events.map((event) => event.length),
    [65538, 65538],
  );
});

test("reads a body of the greatest length in pieces", () => {
  const body = "b".repeat(131072);
  const message = Buffer.from(`RTSP/1.0 200 OK\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`);
  const { reader, events } = reading();
  for (let at = 0; at < message.length; at += 1460) reader.push(message.subarray(at, at + 1460));
  assert.deepEqual(events, [`200 ${body}`]);
});

test("a body that looks like frames and messages stays a body", () => {
  const body = `$\0\0\x04RTSP/1.0 200 OK\r\n\r\n`;
  const { reader, events } = reading();
  reader.push(Buffer.concat([Buffer.from(`RTSP/1.0 200 OK\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`), OPTIONS]));
  assert.deepEqual(events, [`200 ${body.trimEnd()}`, "OPTIONS *"]);
});

test("stops where the handler says, and says how much it took", () => {
  const stopAfter = (what: "message" | "frame", chunk: Buffer): { taken: number; later: number } => {
    const reader = new RtspStreamReader({
      onMessage: () => {
        if (what === "message") reader.stop();
      },
      onFrame: () => {
        if (what === "frame") reader.stop();
      },
      onResync: () => undefined,
    });
    return { taken: reader.push(chunk), later: reader.push(OPTIONS) };
  };
  const tunnel = Buffer.from("POST /t HTTP/1.1\r\nContent-Length: 32767\r\n\r\n");
  const base64 = Buffer.from("T1BUSU9OUyAqIFJUU1AvMS4wDQoNCg==");
  assert.deepEqual(stopAfter("message", Buffer.concat([tunnel, base64])), { taken: tunnel.length, later: 0 });
  assert.deepEqual(stopAfter("frame", Buffer.concat([frame(0, "abc"), frame(0, "def")])), { taken: 7, later: 0 });
});

test("an HTTP response opens a tunnel on the same stream: RTSP follows it", () => {
  const { reader, events } = reading({ tolerant: true });
  reader.push(
    Buffer.concat([
      Buffer.from("HTTP/1.0 200 OK\r\nContent-Type: application/x-rtsp-tunnelled\r\nContent-Length: 9\r\n\r\n"),
      RESPONSE,
    ]),
  );
  assert.deepEqual(events, ["200", "200"]);
});

function codeOf(run: () => void): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof SluiceError, String(error));
    return error.code;
  }
  return "none";
}

const refused: readonly { name: string; bytes: Buffer; code: string }[] = [
  { name: "a TLS greeting on the plain port", bytes: Buffer.from("160301020001000201", "hex"), code: "rtsp-garbage" },
  { name: "a zero byte after a frame", bytes: Buffer.concat([frame(0, "abc"), Buffer.from([0])]), code: "rtsp-garbage" },
  { name: "a start line of another protocol", bytes: Buffer.from("EHLO example.org\r\n\r\n"), code: "rtsp-start-line-malformed" },
  {
    name: "a header line without colon",
    bytes: Buffer.from("OPTIONS * RTSP/1.0\r\nhello\r\n\r\n"),
    code: "rtsp-header-malformed",
  },
  {
    name: "a length that is none",
    bytes: Buffer.from("OPTIONS * RTSP/1.0\r\nContent-Length: x\r\n\r\n"),
    code: "rtsp-content-length-malformed",
  },
];
for (const { name, bytes, code } of refused) {
  test(`ends a strict stream on ${name}, however it is cut`, () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { reader } = reading();
      const run = (): void => {
        reader.push(bytes.subarray(0, cut));
        reader.push(bytes.subarray(cut));
      };
      assert.equal(codeOf(run), code, `cut at ${String(cut)}`);
      assert.equal(reader.push(OPTIONS), 0);
    }
  });
}

// Each never ends: the limit must hold before the message is complete.
const endless: readonly { name: string; begin: string; repeat: string; code: string; within: number }[] = [
  { name: "a request line", begin: "OPTIONS rtsp://", repeat: "x", code: "rtsp-url-too-long", within: 2048 + 256 },
  {
    name: "a header line",
    begin: "OPTIONS * RTSP/1.0\r\nA: ",
    repeat: "x",
    code: "rtsp-header-value-too-long",
    within: 2048 + 512 + 256,
  },
  {
    name: "header lines",
    begin: "OPTIONS * RTSP/1.0\r\n",
    repeat: "A: 1\r\n",
    code: "rtsp-too-many-headers",
    within: 6 * 256 + 64,
  },
  {
    name: "long header lines",
    begin: "OPTIONS * RTSP/1.0\r\n",
    repeat: `A: ${"x".repeat(2000)}\r\n`,
    code: "rtsp-head-too-large",
    within: 65536 + 2048,
  },
  { name: "carriage returns", begin: "OPTIONS", repeat: "\r", code: "rtsp-head-too-large", within: 65536 + 64 },
];
for (const { name, begin, repeat, code, within } of endless) {
  test(`gives ${name} without end up at the limit`, () => {
    const { reader } = reading();
    reader.push(Buffer.from(begin));
    let sent = begin.length;
    const found = codeOf(() => {
      for (;;) {
        reader.push(Buffer.from(repeat));
        sent += repeat.length;
      }
    });
    assert.equal(found, code);
    assert.ok(sent <= within, `after ${String(sent)} bytes`);
  });
}

test("a declared length alone reserves nothing", () => {
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 200 }, () => {
    const { reader } = reading();
    reader.push(Buffer.from("ANNOUNCE rtsp://h/p RTSP/1.0\r\nContent-Length: 131072\r\n\r\nx"));
    return reader;
  });
  assert.ok(readers.every((reader) => reader.midMessage));
  assert.ok(process.memoryUsage().arrayBuffers - before < 200 * 16384);
});

const stray: readonly { name: string; bytes: Buffer[]; events: string[] }[] = [
  {
    name: "zero bytes between frames",
    bytes: [frame(0, rtp("abc")), Buffer.alloc(7), frame(0, rtp("def"))],
    events: [`#0:${rtp("abc")}`, "~7", `#0:${rtp("def")}`],
  },
  { name: "text between frames", bytes: [Buffer.from("hello"), frame(0, rtp("def"))], events: ["~5", `#0:${rtp("def")}`] },
  {
    name: "a dollar sign in the garbage",
    bytes: [Buffer.from("a$b$\0\0"), frame(0, rtp("def"))],
    events: ["~6", `#0:${rtp("def")}`],
  },
  {
    name: "a dollar sign right before a frame",
    bytes: [Buffer.from("a$"), frame(0, rtp("def"))],
    events: ["~2", `#0:${rtp("def")}`],
  },
  { name: "garbage before a response", bytes: [Buffer.from("\x01\x02"), RESPONSE], events: ["~2", "200"] },
  {
    name: "garbage before a request of the camera",
    bytes: [Buffer.from("??"), OPTIONS, frame(0, rtp("a"))],
    events: ["~2", "OPTIONS *", `#0:${rtp("a")}`],
  },
  {
    name: "a response cut off by another",
    bytes: [Buffer.from("RTSRTSPRTSP"), RESPONSE.subarray(0, 4), RESPONSE],
    events: ["~15", "200"],
  },
  {
    name: "a body longer than declared",
    bytes: [ANNOUNCE, Buffer.from("a=rest\r\n"), frame(0, rtp("def"))],
    events: ["ANNOUNCE rtsp://h/p m=video 0 $", "~8", `#0:${rtp("def")}`],
  },
];
for (const { name, bytes, events: expected } of stray) {
  test(`skips ${name} in a tolerant stream, however it is cut`, () => {
    const stream = Buffer.concat(bytes);
    for (let cut = 0; cut <= stream.length; cut++) {
      const { reader, events } = reading({ tolerant: true });
      reader.push(stream.subarray(0, cut));
      reader.push(stream.subarray(cut));
      assert.deepEqual(events, expected, `cut at ${String(cut)}`);
    }
  });
}

test("skips garbage up to its limit and no further, counted anew each time", () => {
  const { reader, events } = reading({ tolerant: true, maxGarbageBytes: 1000 });
  for (let round = 0; round < 3; round++) reader.push(Buffer.concat([Buffer.alloc(1000), frame(0, rtp("abc"))]));
  assert.deepEqual(events, ["~1000", `#0:${rtp("abc")}`, "~1000", `#0:${rtp("abc")}`, "~1000", `#0:${rtp("abc")}`]);
  assert.equal(
    codeOf(() => reader.push(Buffer.alloc(1010))),
    "rtsp-garbage",
  );
});

test("a handler may stop the reader when garbage was skipped", () => {
  const reader = new RtspStreamReader(
    { onMessage: () => undefined, onFrame: () => undefined, onResync: () => reader.stop() },
    { tolerant: true },
  );
  assert.ok(reader.push(Buffer.concat([Buffer.alloc(3), frame(0, rtp("abc"))])) < 12);
  assert.equal(reader.push(OPTIONS), 0);
});

test("an error of the handler comes out, and the reader reads no further", () => {
  const reader = new RtspStreamReader({
    onMessage: () => {
      throw new RangeError("no");
    },
    onFrame: () => undefined,
    onResync: () => undefined,
  });
  assert.throws(() => reader.push(OPTIONS), RangeError);
  assert.equal(reader.push(OPTIONS), 0);
});
