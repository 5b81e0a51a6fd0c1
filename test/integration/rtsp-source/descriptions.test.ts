/** Broken session descriptions, tracks that can't be used, tracks that must be left alone (quirk rows 3, 13, 15, 21). */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { pull } from "./pulled-camera.ts";

type Edit = (sdp: string) => string;

const broken: readonly { name: string; edit: Edit }[] = [
  { name: "c= without an address", edit: (sdp) => sdp.replace(/c=.*/, "c=IN ") },
  { name: "no s=", edit: (sdp) => sdp.replace(/s=.*\r\n/, "") },
  { name: "two s=", edit: (sdp) => sdp.replace(/s=.*/, "s=One\r\ns=Two") },
  { name: "negative and fractional numbers in o=", edit: (sdp) => sdp.replace(/o=.*/, "o=- -123 1.5 IN IP4 127.0.0.1") },
  { name: "o= without an address", edit: (sdp) => sdp.replace(/o=.*/, "o=- 1 1 IN IP4") },
  { name: "an unknown medium first", edit: (sdp) => sdp.replace("m=video", "m=wizard 0 RTP/AVP 120\r\na=recvonly\r\nm=video") },
  { name: "blanks at the end of rtpmap", edit: (sdp) => sdp.replace("H264/90000", "H264/90000  ") },
  { name: "line feeds alone", edit: (sdp) => sdp.replaceAll("\r\n", "\n") },
  { name: "no line end at the end", edit: (sdp) => sdp.trimEnd() },
  { name: "junk before, between and after", edit: (sdp) => `\r\nhello\r\n${sdp.replace("a=control:*", "=\r\na\r\n:x")}\0\0junk` },
  { name: "the encoding in lower case", edit: (sdp) => sdp.replace("H264", "h264") },
  { name: "broken parameter sets", edit: (sdp) => sdp.replace(/sprop-parameter-sets=\S*/, "sprop-parameter-sets=,Zz=,!") },
  { name: "a format for which nothing is said", edit: (sdp) => sdp.replace("RTP/AVP 96", "RTP/AVP 96 126") },
];

suite("plays from a camera whose description has", { concurrency: true }, () => {
  for (const { name, edit } of broken) {
    test(name, async (t) => {
      const pulled = await pull(t, { description: edit });
      await pulled.state("live");
      assert.ok(pulled.input.tracks.some(({ codec }) => codec.name === "H264"));
    });
  }
});

const audio = (edit: Edit): CameraScript => ({ media: { audio: true }, description: edit });
const spoiled: readonly { name: string; script: CameraScript }[] = [
  { name: "AAC has no config", script: audio((sdp) => sdp.replace(/;config=1408/, "")) },
  { name: "AAC is of type Main", script: audio((sdp) => sdp.replace("config=1408", "config=0C08")) },
  { name: "the audio has no rtpmap", script: audio((sdp) => sdp.replace(/a=rtpmap:97.*\r\n/, "")) },
  {
    name: "LATM has an empty config",
    script: audio((sdp) =>
      sdp.replace(/MPEG4-GENERIC.*/, "MP4A-LATM/16000").replace(/a=fmtp:97.*/, "a=fmtp:97 cpresent=0;config="),
    ),
  },
  {
    name: "the audio is PCMA at 16 kHz",
    script: audio((sdp) => sdp.replace(/MPEG4-GENERIC.*/, "PCMA/16000").replace(/a=fmtp:97.*\r\n/, "")),
  },
  {
    name: "the audio is G.726",
    script: audio((sdp) => sdp.replace(/MPEG4-GENERIC.*/, "G726-32/8000").replace(/a=fmtp:97.*\r\n/, "")),
  },
  {
    name: "the audio is samples in an order nobody describes",
    script: audio((sdp) => sdp.replace(/MPEG4-GENERIC.*/, "PCM/16000").replace(/a=fmtp:97.*\r\n/, "")),
  },
  { name: "the audio's clock rate is wrong", script: audio((sdp) => sdp.replace("MPEG4-GENERIC/16000", "MPEG4-GENERIC/8000")) },
  { name: "the audio's clock rate is none", script: audio((sdp) => sdp.replace("MPEG4-GENERIC/16000", "MPEG4-GENERIC/0")) },
  {
    name: "the audio can't be set up",
    script: {
      ...audio((sdp) => sdp),
      answer: ({ method, url }) => (method === "SETUP" && url.includes("track2") ? { status: 500 } : undefined),
    },
  },
];

suite("plays the video all the same when", { concurrency: true }, () => {
  for (const { name, script } of spoiled) {
    test(name, async (t) => {
      const pulled = await pull(t, script);
      await pulled.state("live");
      await pulled.video(15);
      assert.equal(pulled.input.tracks[0]?.codec.name, "H264");
    });
  }
});

const BACK_CHANNEL = "m=audio 0 RTP/AVP 0\r\na=control:track3\r\na=sendonly\r\n";

test("leaves a back-channel alone", async (t) => {
  const description: Edit = (sdp) => sdp.replace("a=control:track1", "a=control:track1\r\na=recvonly") + BACK_CHANNEL;
  const pulled = await pull(t, { description });
  await pulled.state("live");
  assert.deepEqual(
    pulled.camera.requests.filter(({ method }) => method === "SETUP").map(({ url }) => url.slice(-6)),
    ["track1"],
  );
});

test("plays video that is mislabelled as a back-channel", async (t) => {
  const pulled = await pull(t, { description: (sdp) => sdp.replace("a=control:track1", "a=control:track1\r\na=sendonly") });
  await pulled.state("live");
});

test("takes no back-channel for a camera that sends", async (t) => {
  const description: Edit = (sdp) => sdp.slice(0, sdp.indexOf("m=video")) + BACK_CHANNEL;
  const pulled = await pull(
    t,
    { description, media: { video: false } },
    { options: { rtspTransport: "tcp" }, firstMediaMs: 500 },
  );
  await pulled.state("offline");
  assert.equal(pulled.source.lastError?.code, "source-no-media");
  assert.equal(pulled.inputs.length, 0);
});

const unusable: readonly { name: string; edit: Edit; code: string; state: "unsupported" | "offline" }[] = [
  {
    name: "offers nothing but inactive media",
    edit: (sdp) => `${sdp}a=inactive\r\n`,
    code: "source-no-tracks",
    state: "unsupported",
  },
  { name: "describes no media", edit: () => "v=0\r\n", code: "source-description-unreadable", state: "offline" },
  { name: "describes nothing", edit: () => " ", code: "source-description-unreadable", state: "offline" },
];

for (const { name, edit, code, state } of unusable) {
  test(`says so when the camera ${name}`, async (t) => {
    const pulled = await pull(t, { description: edit });
    await pulled.state(state);
    assert.equal(pulled.source.lastError?.code, code);
  });
}

test("takes H.265 with incomplete parameter sets", async (t) => {
  const description: Edit = (sdp) =>
    sdp.replace("H264/90000", "H265/90000").replace(/a=fmtp:96.*/, "a=fmtp:96 sprop-vps=QAEMAf//AWAAAAMA;sprop-pps=;sprop-sps");
  const pulled = await pull(t, { description });
  await pulled.video(5);
  assert.equal(pulled.input.tracks[0]?.codec.name, "H265");
});

test("passes a medium on that nobody knows", async (t) => {
  const metadata = "m=application 0 RTP/AVP 107\r\na=rtpmap:107 VND.ONVIF.METADATA/90000\r\na=control:track3\r\n";
  const pulled = await pull(t, { description: (sdp) => sdp + metadata });
  await pulled.state("live");
  assert.deepEqual(
    pulled.input.tracks.map(({ codec }) => codec.name),
    ["H264", "Generic"],
  );
});
