import assert from "node:assert/strict";
import { test } from "node:test";
import { SluiceError } from "#base/errors.ts";
import { openTrack } from "#codecs/registry.ts";
import { parseOffer } from "#formats/jsep/offer.ts";
import { agreeOnReading } from "#protocols/webrtc/negotiation/read-offer.ts";
import { Track } from "#streams/track.ts";
import { rtpFormat, audioFormat } from "#test/support/rtp-formats.ts";

const FINGERPRINT = Array.from({ length: 32 }, () => "AB").join(":");
const TRANSPORT = ["a=ice-ufrag:abcd", "a=ice-pwd:0123456789012345678901", `a=fingerprint:sha-256 ${FINGERPRINT}`];
const H264 = [
  "m=video 9 UDP/TLS/RTP/SAVPF 102 104 106 103 107",
  "a=mid:0",
  "a=recvonly",
  "a=rtpmap:102 H264/90000",
  "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f",
  "a=rtpmap:104 H264/90000",
  "a=fmtp:104 packetization-mode=1;profile-level-id=64001f",
  "a=rtpmap:106 H264/90000",
  "a=fmtp:106 packetization-mode=0;profile-level-id=64001f",
  "a=rtpmap:103 rtx/90000",
  "a=fmtp:103 apt=104",
  "a=rtpmap:107 VP8/90000",
  "a=rtcp-fb:* nack pli",
];
const OPUS = ["m=audio 9 UDP/TLS/RTP/SAVPF 111 8", "a=mid:1", "a=recvonly", "a=rtpmap:111 opus/48000/2", "a=rtpmap:8 PCMA/8000"];

const offer = (...media: readonly (readonly string[])[]) =>
  parseOffer(["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", ...TRANSPORT, ...media.flat(), ""].join("\r\n"));

function tracks(...formats: readonly Parameters<typeof openTrack>[0][]): Track[] {
  return formats.map((format, index) => new Track(openTrack(format), { index, ssrc: 100 + index, sequence: 0, timestamp: 0 }));
}
const h264 = (profile: string) => rtpFormat("H264", { fmtp: { "profile-level-id": profile, "packetization-mode": "1" } });
const agree = (given: ReturnType<typeof offer>, list: readonly Track[]) =>
  agreeOnReading(given, { path: "yard", tracks: list, cname: "us" }, () => 777);

test("the profile that fits is chosen, with its retransmissions; packetization mode 0 never", () => {
  const { tracks: agreed, media } = agree(offer(H264), tracks(h264("640028")));
  assert.deepEqual(agreed, [
    { track: 0, kind: "video", ssrc: 100, payloadType: 104, retransmission: { ssrc: 777, payloadType: 103 } },
  ]);
  const [video] = media;
  assert.ok(video !== undefined && !video.rejected);
  assert.deepEqual(
    video.formats.map(({ payloadType }) => payloadType),
    [104, 103],
  );
  assert.deepEqual(video.formats[0]?.feedback, ["nack pli"]);
});

test("a baseline stream takes the baseline format", () => {
  assert.equal(agree(offer(H264), tracks(h264("42c01e"))).tracks[0]?.payloadType, 102);
});

test("media keep their places; what nobody asked for or nobody plays is left out", () => {
  const list = tracks(h264("42e01f"), audioFormat("PCMA", 8000), audioFormat("MPEG4-GENERIC", 48_000));
  const { tracks: agreed, media, skipped } = agree(offer(OPUS, H264), list);
  assert.deepEqual(
    agreed.map(({ track, payloadType }) => [track, payloadType]),
    [
      [1, 8],
      [0, 102],
    ],
  );
  assert.deepEqual(
    media.map(({ kind, rejected }) => [kind, rejected]),
    [
      ["audio", false],
      ["video", false],
    ],
  );
  assert.deepEqual(
    skipped.map(({ name }) => name),
    ["MPEG-4 Audio"],
  );
});

test("an offer without any codec of the stream is refused by name", () => {
  assert.throws(
    () => agree(offer(H264), tracks(rtpFormat("VP9"))),
    (error) => error instanceof SluiceError && error.code === "webrtc-no-codec" && /VP9/.test(error.message),
  );
});
