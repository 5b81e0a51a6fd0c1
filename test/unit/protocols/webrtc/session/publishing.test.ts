/** What of a publisher's first packets reaches the stream, and when it is asked for a picture. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseFeedback } from "#formats/rtcp/feedback.ts";
import { parseOffer } from "#formats/jsep/offer.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import { Publishing } from "#protocols/webrtc/session/publishing.ts";
import type { SessionServices } from "#protocols/webrtc/session/services.ts";
import type { SessionTransport } from "#protocols/webrtc/session/transport.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { RecordingInput } from "#test/support/recording-input.ts";

const VIDEO = 102;
const AUDIO = 111;
/** STAP-A with parameter sets, the start of an IDR picture in fragments, and a picture that needs it. */
const PARAMETER_SETS = Buffer.from("7800046742c00a000468ce3c80", "hex");
const KEY = Buffer.of(0x7c, 0x85, 0x88, 0x80);
const DELTA = Buffer.of(0x41, 0x9a, 0x00);

const OFFER = [
  "v=0",
  "o=- 1 1 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:abcdefghijklmnopqrstuvwx",
  `a=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}`,
  "a=setup:actpass",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 0.0.0.0",
  "a=mid:0",
  "a=sendonly",
  "a=rtcp-mux",
  "a=rtpmap:111 opus/48000/2",
  "m=video 9 UDP/TLS/RTP/SAVPF 102",
  "c=IN IP4 0.0.0.0",
  "a=mid:1",
  "a=sendonly",
  "a=rtcp-mux",
  "a=rtpmap:102 H264/90000",
  "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f",
  "a=rtcp-fb:102 nack pli",
  "",
].join("\r\n");

function rtp(payloadType: number, sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(0x8000 | payloadType, 0);
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(9000 * Math.max(3, sequence), 4);
  header.writeUInt32BE(payloadType, 8);
  return Buffer.concat([header, payload]);
}

function unexpected(error: Error): never {
  throw error;
}

interface Stage {
  readonly clock: ManualClock;
  readonly publishing: Publishing;
  readonly input: () => RecordingInput;
  /** Requests for a picture so far. */
  readonly asked: () => number;
}

function stage(): Stage {
  const clock = new ManualClock();
  let input: RecordingInput | undefined;
  let asked = 0;
  const services = {
    clock,
    options: { webrtcTrackGatherTimeout: 2000, readTimeout: 10_000 },
    random: { bytes: (count: number) => Buffer.alloc(count), unit: () => 0, uint32: () => 1 },
    registry: {
      checkPublish: () => undefined,
      publish: (_path: string, _publisher: unknown, tracks: ConstructorParameters<typeof RecordingInput>[0]) => {
        input = new RecordingInput(tracks, clock);
        return Promise.resolve(input);
      },
    },
  } as unknown as SessionServices; // what a publisher doesn't use is left out
  const transport = {
    sendRtcp: (packet: Buffer) => {
      asked += parseFeedback(packet).filter((each) => each.kind === "picture-loss").length;
    },
  } as unknown as SessionTransport;
  const publisher = { id: "p", type: "webRTCSession", close: unexpected };
  const publishing = new Publishing(services, { offer: parseOffer(OFFER), path: "cam", publisher });
  publishing.start(transport);
  return {
    clock,
    publishing,
    input: () => {
      assert.ok(input, "nothing has been published");
      return input;
    },
    asked: () => asked,
  };
}

void suite("a publisher by WebRTC", () => {
  test("loses nothing of what came before all its tracks were heard, nor until the path has taken it", async () => {
    const { publishing, input, clock } = stage();
    publishing.rtp(rtp(AUDIO, 1, Buffer.of(1)));
    publishing.rtp(rtp(VIDEO, 1, PARAMETER_SETS));
    publishing.rtp(rtp(VIDEO, 2, KEY));
    await clock.run(0);
    publishing.rtp(rtp(VIDEO, 3, KEY));
    assert.deepEqual(
      [0, 1].map((track) =>
        input()
          .of(track)
          .map((packet) => packet.sequence),
      ),
      [[1], [1, 2, 3]],
    );
    publishing.close(webrtcError("webrtc-client-left"));
  });

  test("is asked for a picture every two seconds, and not while it sends key units by itself", async () => {
    const { publishing, clock, asked } = stage();
    publishing.rtp(rtp(AUDIO, 1, Buffer.of(1)));
    publishing.rtp(rtp(VIDEO, 1, PARAMETER_SETS));
    await clock.run(0);
    let sequence = 1;
    const send = (payload: Buffer): void => publishing.rtp(rtp(VIDEO, (sequence += 1), payload));
    for (let count = 0; count < 4; count += 1) {
      send(KEY);
      await clock.run(1000);
    }
    assert.equal(asked(), 0);
    for (let count = 0; count < 4; count += 1) {
      send(DELTA);
      await clock.run(1000);
    }
    const before = asked();
    assert.ok(before >= 2 && before <= 4, `${String(before)} requests`);
    send(KEY);
    await clock.run(1500);
    assert.equal(asked(), before);
    publishing.close(webrtcError("webrtc-client-left"));
  });
});
