import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSdp } from "#formats/sdp/parse.ts";
import { printSdp } from "#formats/sdp/print.ts";
import type { PrintedMedia } from "#formats/sdp/print.ts";

const video: PrintedMedia = {
  kind: "video",
  payloadType: 96,
  encodingName: "H264",
  clockRate: 90000,
  fmtp: "packetization-mode=1;profile-level-id=42C028",
  control: "trackID=0",
};
const audio: PrintedMedia = {
  kind: "audio",
  payloadType: 97,
  encodingName: "opus",
  clockRate: 48000,
  channels: 2,
  fmtp: "",
  control: "trackID=1",
};

test("writes every mandatory line, in the order of the standard", () => {
  const text = printSdp({ originId: "42", address: "192.0.2.1", name: "yard", media: [video, audio] });
  assert.deepEqual(text.split("\r\n"), [
    "v=0",
    "o=- 42 1 IN IP4 192.0.2.1",
    "s=yard",
    "c=IN IP4 0.0.0.0",
    "t=0 0",
    "a=control:*",
    "m=video 0 RTP/AVP 96",
    "a=rtpmap:96 H264/90000",
    "a=fmtp:96 packetization-mode=1;profile-level-id=42C028",
    "a=control:trackID=0",
    "m=audio 0 RTP/AVP 97",
    "a=rtpmap:97 opus/48000/2",
    "a=control:trackID=1",
    "",
  ]);
});

test("writes IPv6, multicast, ports, direction, profile and another session control", () => {
  const text = printSdp({
    originId: "1",
    address: "2001:db8::1",
    name: "",
    control: "rtsp://[2001:db8::1]/yard/",
    media: [
      { ...video, connection: "239.0.0.1/16", port: 5004, direction: "recvonly", protocol: "RTP/SAVP" },
      { ...audio, connection: "ff15::1" },
    ],
  });
  for (const line of ["o=- 1 1 IN IP6 2001:db8::1", "s=-", "c=IN IP6 ::", "a=control:rtsp://[2001:db8::1]/yard/"]) {
    assert.ok(text.includes(`\r\n${line}\r\n`), line);
  }
  for (const line of ["m=video 5004 RTP/SAVP 96", "c=IN IP4 239.0.0.1/16", "a=recvonly", "c=IN IP6 ff15::1"]) {
    assert.ok(text.includes(`\r\n${line}\r\n`), line);
  }
});

test("leaves out the rtpmap of a format without name", () => {
  const text = printSdp({ originId: "1", address: "::1", name: "x", media: [{ ...video, encodingName: "" }] });
  assert.ok(!text.includes("rtpmap"));
});

test("no value can begin another line", () => {
  const evil = "x\r\na=evil:1\nm=audio 0 RTP/AVP 0";
  const text = printSdp({
    originId: "1",
    address: "192.0.2.1",
    name: evil,
    control: evil,
    media: [{ ...video, fmtp: evil, control: evil, encodingName: evil }],
  });
  const session = parseSdp(text);
  assert.equal(session.media.length, 1);
  assert.equal(session.attributes.has("evil"), false);
  assert.equal(session.media[0]?.attributes.has("evil"), false);
});

test("reads back what it writes", () => {
  const media: PrintedMedia[] = [
    { ...video, direction: "sendonly", connection: "239.0.0.1/16", port: 5004 },
    { ...audio, encodingName: "OPUS" },
    {
      kind: "application",
      payloadType: 107,
      encodingName: "VND.ONVIF.METADATA",
      clockRate: 90000,
      fmtp: "",
      control: "trackID=2",
    },
  ];
  const session = parseSdp(printSdp({ originId: "7", address: "192.0.2.1", name: "院子", control: "base", media }));
  assert.deepEqual([session.name, session.control, session.connection], ["院子", "base", "0.0.0.0"]);
  const back = session.media.map((each) => {
    const [format] = each.formats;
    assert.ok(format !== undefined);
    const { kind, payloadType, encodingName, clockRate, channels } = format;
    const fmtp = [...format.fmtp].map(([key, value]) => `${key}=${value}`).join(";");
    const { control = "", connection, direction, port } = each;
    return { kind, payloadType, encodingName, clockRate, channels, fmtp, control, connection, direction, port };
  });
  const defaults = { channels: undefined, connection: undefined, direction: undefined, port: 0 };
  assert.deepEqual(
    back,
    media.map((each) => ({ ...defaults, ...each })),
  );
});
