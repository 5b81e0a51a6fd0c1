/**
 * Fuzz targets of WebRTC's wire syntax: what arrives on the open UDP port before anybody has proved anything (STUN), after the
 * handshake (SRTP, SRTCP, feedback), from STUN and TURN servers, and over HTTP (offers, trickled fragments).
 */
import { parseFragmentCredentials, parseOffer } from "#formats/jsep/offer.ts";
import { parseFeedback, printBandwidth, printNack, printPictureLoss } from "#formats/rtcp/feedback.ts";
import { deriveSessionKeys, srtpProfiles } from "#formats/srtp/profile.ts";
import { SrtcpReceiver } from "#formats/srtp/rtcp.ts";
import { SrtpReceiver } from "#formats/srtp/rtp.ts";
import { hasIntegrity, parseStun, printBindingSuccess } from "#formats/stun/message.ts";
import { longTermKey, parseServerMessage, printSendIndication, printServerRequest } from "#formats/stun/server-message.ts";
import type { FuzzTarget } from "../target.ts";

const FINGERPRINT = Array.from({ length: 32 }, () => "AB").join(":");
const OFFER = [
  "v=0",
  "o=- 1 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:0123456789012345678901",
  `a=fingerprint:sha-256 ${FINGERPRINT}`,
  "a=setup:actpass",
  "a=mid:0",
  "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid",
  "a=rtpmap:96 H264/90000",
  "a=fmtp:96 packetization-mode=1",
  "a=rtcp-fb:96 nack pli",
  "a=rtpmap:97 rtx/90000",
  "a=ssrc-group:FID 1 2",
  "a=ssrc:1 cname:x",
  "",
].join("\r\n");

const keys = srtpProfiles.map((profile) => {
  const master = { profile, key: Buffer.alloc(16, 1), salt: Buffer.alloc(profile.saltBytes, 2) };
  return { rtp: deriveSessionKeys(master, "rtp"), rtcp: deriveSessionKeys(master, "rtcp") };
});

const TRANSACTION = Buffer.alloc(12, 3);
const ENDPOINT = { address: "192.0.2.1", port: 9 };
const CREDENTIALS = { username: "u", realm: "r", nonce: "n", key: longTermKey("u", "r", "p") };

/** `message` with another type, as a server would send it (RFC 5389 §6, RFC 8656 §17). */
function typed(type: number, message: Buffer): Buffer {
  message.writeUInt16BE(type, 0);
  return message;
}

/** See the head of this file. */
export const webrtcTargets: readonly FuzzTarget[] = [
  {
    name: "stun",
    seeds: [printBindingSuccess(TRANSACTION, ENDPOINT, "secret")],
    run: (input) => {
      const range = { start: 0, end: input.length };
      const message = parseStun(input, range);
      if (message !== undefined) hasIntegrity(message, { buffer: input, range }, "secret");
    },
  },
  {
    name: "stun-server",
    seeds: [
      printBindingSuccess(TRANSACTION, ENDPOINT, "secret"),
      typed(0x0017, printSendIndication(TRANSACTION, ENDPOINT, Buffer.from("media"))),
      typed(0x0104, printServerRequest({ method: "refresh", lifetimeS: 600, transactionId: TRANSACTION })),
      typed(0x0113, printServerRequest({ method: "allocate", transactionId: TRANSACTION, credentials: CREDENTIALS })),
    ],
    run: (input) => {
      parseServerMessage(input, { start: 0, end: input.length });
    },
  },
  {
    name: "webrtc-offer",
    seeds: [Buffer.from(OFFER)],
    dictionary: ["a=ice-ufrag:", "a=fingerprint:sha-256 ", "a=setup:", "a=mid:", "a=extmap:", "a=ssrc-group:", "m=audio 9 X 0"],
    run: (input) => {
      parseOffer(input.toString("utf8"));
    },
  },
  {
    name: "trickle-fragment",
    seeds: [Buffer.from("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=video 9 X 0\r\na=mid:0\r\n")],
    run: (input) => {
      parseFragmentCredentials(input.toString("utf8"));
    },
  },
  {
    name: "rtcp-feedback",
    seeds: [
      printNack(1, 2, [3, 4, 900]) ?? Buffer.alloc(0),
      printPictureLoss(1, 2),
      printBandwidth(1, 1_000_000, [2]),
      Buffer.from("8fcd00050000000100000002000a000a000000002004ad00", "hex"),
    ],
    run: (input) => {
      parseFeedback(input);
    },
  },
  {
    name: "srtp",
    seeds: [
      Buffer.from("8060000100000001000000010011223344556677889900aabbccddeeff", "hex"),
      Buffer.from("90600001000000010000000100bede0001aabbccdd", "hex"),
    ],
    run: (input) => {
      for (const { rtp, rtcp } of keys) {
        new SrtpReceiver(rtp).open(input);
        new SrtcpReceiver(rtcp).open(input);
      }
    },
  },
];
