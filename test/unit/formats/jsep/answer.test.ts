import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, printAnswer, printFragment } from "#formats/jsep/answer.ts";

const candidate = { transport: "udp", address: "192.168.1.2", port: 8189, type: "host", priority: 2_130_706_431 } as const;
const answer: Answer = {
  originId: "42",
  lite: true,
  ice: { ufrag: "ours", pwd: "secret" },
  fingerprint: { algorithm: "sha-256", value: "AB:CD" },
  setup: "passive",
  candidates: [candidate, { ...candidate, transport: "tcp", priority: 5 }],
  media: [
    { kind: "audio", mid: "0", protocol: "UDP/TLS/RTP/SAVPF", rejected: true, format: "111" },
    {
      kind: "video",
      mid: "1",
      protocol: "UDP/TLS/RTP/SAVPF",
      rejected: false,
      direction: "sendonly",
      formats: [
        {
          payloadType: 96,
          encodingName: "H264",
          clockRate: 90_000,
          channels: undefined,
          fmtp: "packetization-mode=1",
          feedback: ["nack pli"],
        },
        { payloadType: 97, encodingName: "rtx", clockRate: 90_000, channels: undefined, fmtp: "apt=96", feedback: [] },
      ],
      extensions: [],
      source: { ssrc: 11, retransmission: 12, cname: "us" },
      streamId: "yard",
    },
  ],
};

test("each medium of the offer has its place; the transport is told once", () => {
  const lines = printAnswer(answer).split("\r\n");
  assert.deepEqual(
    lines.filter((line) => line.startsWith("m=")),
    ["m=audio 0 UDP/TLS/RTP/SAVPF 111", "m=video 9 UDP/TLS/RTP/SAVPF 96 97"],
  );
  assert.ok(lines.includes("a=group:BUNDLE 1"));
  assert.ok(lines.includes("a=ice-lite"));
  assert.deepEqual(
    lines.filter((line) => line.startsWith("a=candidate")),
    [
      "a=candidate:udp19216812 1 udp 2130706431 192.168.1.2 8189 typ host",
      "a=candidate:tcp19216812 1 tcp 5 192.168.1.2 8189 typ host tcptype passive",
    ],
  );
  assert.ok(lines.includes("a=ssrc-group:FID 11 12"));
  assert.ok(lines.includes("a=rtcp-fb:96 nack pli"));
  assert.ok(lines.includes("a=msid:yard video"));
});

test("nothing can break out of its line", () => {
  const hostile = { ...answer, ice: { ufrag: "ours\r\na=evil:1", pwd: "secret" } };
  assert.ok(!printAnswer(hostile).split("\r\n").includes("a=evil:1"));
});

test("a restart is answered with credentials and candidates", () => {
  const fragment = printFragment({ ice: { ufrag: "new", pwd: "secret" }, candidates: [candidate], lite: true, mid: "1" });
  assert.deepEqual(fragment.split("\r\n").slice(0, 3), ["a=ice-lite", "a=ice-ufrag:new", "a=ice-pwd:secret"]);
  assert.match(fragment, /a=candidate:/);
});
