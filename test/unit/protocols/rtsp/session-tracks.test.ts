import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSdp } from "#formats/sdp/parse.ts";
import { MAX_TRACKS, selectTracks } from "#protocols/rtsp/session-tracks.ts";

const VIDEO = "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\na=control:v\n";
const AUDIO = "m=audio 0 RTP/AVP 8\na=control:a\n";

const select = (text: string): { taken: string[]; skipped: string[] } => {
  const { tracks, skipped } = selectTracks(parseSdp(`v=0\n${text}`));
  return {
    taken: tracks.map(({ open }) => open.codec.name),
    skipped: skipped.map(({ index, reason }) => `${String(index)} ${reason}`),
  };
};

const cases: readonly { name: string; sdp: string; taken: string[]; skipped: string[] }[] = [
  { name: "takes video and audio", sdp: VIDEO + AUDIO, taken: ["H264", "G711"], skipped: [] },
  {
    name: "leaves a back-channel beside real media",
    sdp: `${VIDEO}a=recvonly\n${AUDIO}a=sendonly\n`,
    taken: ["H264"],
    skipped: ["1 back-channel"],
  },
  {
    name: "takes media that are all mislabelled",
    sdp: `${VIDEO}a=sendonly\n${AUDIO}a=sendonly\n`,
    taken: ["H264", "G711"],
    skipped: [],
  },
  { name: "takes video that alone is mislabelled", sdp: `${VIDEO}a=sendonly\n${AUDIO}`, taken: ["H264", "G711"], skipped: [] },
  { name: "leaves inactive media", sdp: `${VIDEO}${AUDIO}a=inactive\n`, taken: ["H264"], skipped: ["1 inactive"] },
  {
    name: "leaves media without a format",
    sdp: `${VIDEO}m=audio 0 RTP/AVP\na=control:a\n`,
    taken: ["H264"],
    skipped: ["1 no-format"],
  },
  {
    name: "leaves one of several media that can't be asked for",
    sdp: `${VIDEO}m=audio 0 RTP/AVP 8\n`,
    taken: ["H264"],
    skipped: ["1 no-control"],
  },
  {
    name: "takes the only medium without a control",
    sdp: "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    taken: ["H264"],
    skipped: [],
  },
  {
    name: "prefers a format it knows",
    sdp: "m=audio 0 RTP/AVP 110 8\na=rtpmap:110 WONDER/8000\na=control:a\n",
    taken: ["G711"],
    skipped: [],
  },
  {
    name: "passes on what nobody knows",
    sdp: "m=audio 0 RTP/AVP 110\na=rtpmap:110 WONDER/8000\na=control:a\n",
    taken: ["Generic"],
    skipped: [],
  },
];

for (const { name, sdp, taken, skipped } of cases) {
  test(name, () => {
    assert.deepEqual(select(sdp), { taken, skipped });
  });
}

test("takes no more tracks than there are channels for", () => {
  const { taken, skipped } = select(AUDIO.repeat(MAX_TRACKS + 3));
  assert.equal(taken.length, MAX_TRACKS);
  assert.equal(skipped.length, 3);
});
