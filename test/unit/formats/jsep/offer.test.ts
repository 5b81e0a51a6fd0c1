import assert from "node:assert/strict";
import { test } from "node:test";
import { SluiceError } from "#base/errors.ts";
import { parseFragmentCandidates, parseFragmentCredentials, parseOffer } from "#formats/jsep/offer.ts";

const FINGERPRINT = Array.from({ length: 32 }, () => "AB").join(":");
const LINES = [
  "v=0",
  "o=- 1 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0 1",
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
  "c=IN IP4 0.0.0.0",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:0123456789012345678901",
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  "a=setup:actpass",
  "a=mid:0",
  "a=extmap:3/recvonly urn:ietf:params:rtp-hdrext:sdes:mid",
  "a=extmap:4 http://example.com/other",
  "a=recvonly",
  "a=rtcp-mux",
  "a=rtpmap:96 H264/90000",
  "a=fmtp:96 packetization-mode=1;profile-level-id=42e01f",
  "a=rtcp-fb:96 nack",
  "a=rtcp-fb:96 nack pli",
  "a=rtpmap:97 rtx/90000",
  "a=fmtp:97 apt=96",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=mid:1",
  "a=sendonly",
  "a=rtpmap:111 opus/48000/2",
  "a=ssrc-group:FID 11 12",
  "a=ssrc:11 cname:x",
  "a=ssrc:12 cname:x",
];
const offer = (lines: readonly string[] = LINES): string => `${lines.join("\r\n")}\r\n`;
const without = (prefix: string): string => offer(LINES.filter((line) => !line.startsWith(prefix)));

test("an offer of a browser is read", () => {
  const { ice, fingerprints, setup, bundle, media } = parseOffer(offer());
  assert.deepEqual(ice, { ufrag: "abcd", pwd: "0123456789012345678901" });
  assert.deepEqual(fingerprints, [{ algorithm: "sha-256", value: FINGERPRINT }]);
  assert.deepEqual([setup, bundle], ["actpass", ["0", "1"]]);
  const [video, audio] = media;
  assert.deepEqual([video?.kind, video?.mid, video?.direction], ["video", "0", "recvonly"]);
  assert.deepEqual(
    video?.formats.map(({ payloadType, encodingName }) => [payloadType, encodingName]),
    [
      [96, "H264"],
      [97, "RTX"],
    ],
  );
  assert.deepEqual(video?.feedback, ["96 nack", "96 nack pli"]);
  assert.equal(video?.extensions.get("urn:ietf:params:rtp-hdrext:sdes:mid"), 3);
  assert.deepEqual([audio?.direction, audio?.sources], ["sendonly", [11, 12]]);
  assert.deepEqual(audio?.groups, [{ semantics: "FID", sources: [11, 12] }]);
});

const broken: readonly { readonly title: string; readonly text: string; readonly code?: string }[] = [
  { title: "nothing", text: "" },
  { title: "HTML", text: "<html></html>" },
  { title: "no media", text: offer(LINES.slice(0, 5)), code: "sdp-no-media" },
  { title: "no user fragment", text: without("a=ice-ufrag") },
  { title: "no password", text: without("a=ice-pwd") },
  { title: "a password that is too short", text: offer().replace("0123456789012345678901", "short") },
  { title: "no fingerprint", text: without("a=fingerprint") },
  { title: "a fingerprint of another shape", text: offer().replace(FINGERPRINT, "AB:CD") },
  { title: "a role nobody knows", text: offer().replace("actpass", "holdconn") },
  { title: "a name that is too long", text: offer().replace("a=mid:0", `a=mid:${"x".repeat(17)}`) },
  { title: "too much", text: offer() + "a=x\r\n".repeat(40_000), code: "sdp-too-large" },
];
for (const { title, text, code = "jsep-offer-invalid" } of broken) {
  test(`refused: ${title}`, () => {
    assert.throws(
      () => parseOffer(text),
      (error) => error instanceof SluiceError && error.code === code,
    );
  });
}

test("a fragment with credentials is a restart, one without isn't", () => {
  const fragment =
    "a=ice-ufrag:wxyz\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 X 0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n";
  assert.deepEqual(parseFragmentCredentials(fragment), { ufrag: "wxyz", pwd: "0123456789012345678901" });
  assert.equal(parseFragmentCredentials("m=audio 9 X 0\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n"), undefined);
  assert.throws(() => parseFragmentCredentials("a=ice-ufrag:wxyz\r\n"));
});

test("candidates over UDP with numeric addresses are read, of offers and of fragments", () => {
  const lines = [
    "a=candidate:1 1 udp 2113937151 192.0.2.7 50001 typ host",
    "a=candidate:2 1 UDP 2113937151 2001:db8::7 50002 typ host generation 0",
    "a=candidate:3 1 udp 1677729535 198.51.100.7 50003 typ srflx raddr 0.0.0.0 rport 0",
    "a=candidate:4 1 udp 2113937151 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 50004 typ host",
    "a=candidate:5 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active",
    "a=candidate:6 1 udp 2113937151 192.0.2.7 0 typ host",
    "a=candidate:7 1 udp",
  ];
  const fragment = `a=ice-ufrag:abcd\r\n${lines.join("\r\n")}\r\n`;
  assert.deepEqual(parseFragmentCandidates(fragment), [
    { address: "192.0.2.7", port: 50_001 },
    { address: "2001:db8::7", port: 50_002 },
    { address: "198.51.100.7", port: 50_003 },
  ]);
  assert.deepEqual(parseOffer(offer()).candidates, parseFragmentCandidates(offer()));
});
