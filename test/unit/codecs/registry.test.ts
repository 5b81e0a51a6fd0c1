import assert from "node:assert/strict";
import { test } from "node:test";
import type { CodecProps, RtpFormat } from "#codecs/codec.ts";
import { codecs, openTrack } from "#codecs/registry.ts";
import { audioFormat, rtpFormat } from "../../support/rtp-formats.ts";

const UNKNOWN_PICTURE = { width: 0, height: 0, profile: "", level: "" };

/** Labels and properties as MediaMTX prints them; `{}` where it prints none. */
const tracks: readonly { name: string; format: RtpFormat; label: string; props: CodecProps }[] = [
  { name: "H.264", format: rtpFormat("H264"), label: "H264", props: UNKNOWN_PICTURE },
  { name: "H.265", format: rtpFormat("H265"), label: "H265", props: UNKNOWN_PICTURE },
  { name: "AV1", format: rtpFormat("AV1"), label: "AV1", props: { width: 0, height: 0, profile: 0, level: 0, tier: 0 } },
  { name: "VP8", format: rtpFormat("VP8"), label: "VP8", props: {} },
  { name: "VP9", format: rtpFormat("VP9", { fmtp: { "profile-id": "2" } }), label: "VP9", props: { profile: 2 } },
  { name: "JPEG", format: rtpFormat("JPEG", { payloadType: 26 }), label: "M-JPEG", props: {} },
  { name: "MPEG-4 video", format: rtpFormat("MP4V-ES"), label: "MPEG-4 Video", props: {} },
  { name: "MPEG-2 video", format: rtpFormat("MPV"), label: "MPEG-1/2 Video", props: {} },
  { name: "transport stream", format: rtpFormat("MP2T"), label: "MPEG-TS", props: {} },
  {
    name: "AAC",
    format: audioFormat("MPEG4-GENERIC", 48_000, { fmtp: { config: "1190" } }),
    label: "MPEG-4 Audio",
    props: { sampleRate: 48_000, channelCount: 2 },
  },
  {
    name: "LATM",
    format: audioFormat("MP4A-LATM", 48_000, { fmtp: { cpresent: "0", config: "400023203fc0" } }),
    label: "MPEG-4 Audio LATM",
    props: { sampleRate: 48_000, channelCount: 2 },
  },
  {
    name: "Opus of one channel",
    format: audioFormat("OPUS", 48_000, { channels: 2 }),
    label: "Opus",
    props: { channelCount: 1 },
  },
  {
    name: "Opus of two channels",
    format: audioFormat("OPUS", 48_000, { channels: 2, fmtp: { "sprop-stereo": "1" } }),
    label: "Opus",
    props: { channelCount: 2 },
  },
  { name: "Opus of six", format: audioFormat("MULTIOPUS", 48_000, { channels: 6 }), label: "Opus", props: { channelCount: 6 } },
  {
    name: "µ-law",
    format: audioFormat("PCMU", 8000),
    label: "G711",
    props: { muLaw: true, sampleRate: 8000, channelCount: 1 },
  },
  {
    name: "A-law at 16 kHz",
    format: audioFormat("PCMA", 16_000, { channels: 2 }),
    label: "G711",
    props: { muLaw: false, sampleRate: 16_000, channelCount: 2 },
  },
  { name: "G.722", format: audioFormat("G722", 8000), label: "G722", props: {} },
  { name: "G.726", format: audioFormat("G726-32", 8000), label: "G726", props: {} },
  { name: "G.726 in the other bit order", format: audioFormat("AAL2-G726-40", 8000), label: "G726", props: {} },
  {
    name: "linear PCM of 16 bit",
    format: audioFormat("L16", 44_100, { channels: 2 }),
    label: "LPCM",
    props: { bitDepth: 16, sampleRate: 44_100, channelCount: 2 },
  },
  {
    name: "linear PCM of 24 bit",
    format: audioFormat("L24", 96_000),
    label: "LPCM",
    props: { bitDepth: 24, sampleRate: 96_000, channelCount: 1 },
  },
  { name: "MP3", format: audioFormat("MPA", 90_000), label: "MPEG-1/2 Audio", props: {} },
  {
    name: "AC-3, channels not told",
    format: audioFormat("AC3", 48_000),
    label: "AC3",
    props: { sampleRate: 48_000, channelCount: 6 },
  },
  { name: "FLAC", format: audioFormat("FLAC", 44_100), label: "FLAC", props: {} },
  { name: "KLV", format: rtpFormat("SMPTE336M", { kind: "application" }), label: "KLV", props: {} },
  { name: "ONVIF metadata", format: rtpFormat("VND.ONVIF.METADATA", { kind: "application" }), label: "Generic", props: {} },
  { name: "little-endian PCM under a name nobody has", format: audioFormat("PCM", 8000), label: "Generic", props: {} },
  { name: "nothing known at all", format: rtpFormat(""), label: "Generic", props: {} },
  { name: "video's name on an audio section", format: audioFormat("H264", 90_000), label: "Generic", props: {} },
];

for (const { name, format, label, props } of tracks) {
  test(`knows ${name}`, () => {
    const { codec, track } = openTrack(format);
    assert.equal(codec.name, label);
    assert.deepEqual(track.props(), props);
  });
}

test("ends with the one that takes all", () => {
  assert.equal(codecs.at(-1)?.name, "Generic");
  assert.equal(codecs.at(-1)?.matches(rtpFormat("ANYTHING")), true);
});

test("opens a fresh state each time", () => {
  const format = rtpFormat("VP9");
  const first = openTrack(format).track;
  first.inspect(Buffer.from("0892aa", "hex"), { start: 0, end: 3, firstOfUnit: true });
  assert.deepEqual(openTrack(format).track.props(), { profile: 0 });
});

test("carries on what it doesn't know: every packet a key unit, fmtp as it came", () => {
  const { track } = openTrack(rtpFormat("VND.X", { fmtp: { a: "1", b: "" } }));
  assert.equal(track.fmtp(), "a=1; b");
  assert.equal(track.inspect(Buffer.alloc(4), { start: 0, end: 4, firstOfUnit: false }), 1);
  assert.equal(track.depacketizer(), undefined);
  assert.equal(track.packetizer(1200), undefined);
  assert.deepEqual(track.parameterSetPayloads(), []);
});
