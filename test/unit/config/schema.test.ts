import assert from "node:assert/strict";
import { test } from "node:test";
import { booleanOption, type OptionSchema } from "#base/option.ts";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import { defaultOf } from "#config/read-value.ts";
import { composeSchema } from "#config/schema.ts";

const schema = createSchema();
const known = { ...schema.globalKnown, ...schema.pathKnown };

/** Names that MediaMTX's settings end in where Sluice doesn't carry them yet are declared with their defaults. */
function yamlOf(options: Readonly<Record<string, OptionSchema>>, indent: string): string {
  return Object.entries(options)
    .map(([key, option]) => `${indent}${key}: ${JSON.stringify(option.default ?? null)}\n`)
    .join("");
}

test("every option has a description and a default that can be read", () => {
  for (const [key, option] of Object.entries(known)) {
    assert.ok(option.description.length > 10, key);
    assert.doesNotThrow(() => defaultOf(option), key);
  }
});

test("a file with every key at its default loads without a warning", () => {
  const { memory: _memory, ...global } = schema.globalKnown;
  const text = `${yamlOf(global, "")}pathDefaults:\n${yamlOf(schema.pathKnown, "  ")}paths:\n  cam:\n${yamlOf(schema.pathKnown, "    ")}`;
  const { config, problems } = loadText(schema, text);
  assert.deepEqual(problems, []);
  assert.ok(config);
});

test("what is declared is valid JSON", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(schema.global)), schema.global);
});

test("two parts can't declare one key", () => {
  const part = { rtsp: booleanOption(true, "Twice declared.") };
  assert.throws(() => composeSchema({ ...schema.parts, global: [part, part] }), /rtsp is declared twice/);
});

test("every MediaMTX key of the reference is known", () => {
  const global =
    "logLevel logDestinations readTimeout writeQueueSize udpMaxPayloadSize runOnConnect authMethod authJWTClaimKey api apiEncryption apiTrustedProxies metrics pprofAddress playback rtsp srtpAddress rtmp rtmpsAddress hls hlsSegmentMaxSize webrtc webrtcICEServers2 srt moq moqQUICAddress record readBufferCount protocols encryption serverKey authMethods";
  for (const key of global.split(" ")) assert.ok(key in schema.globalKnown || key in schema.oldGlobal, key);
  const path =
    "source maxReaders srtReadPassphrase useAbsoluteTimestamp alwaysAvailable forward record overridePublisher rtspDemuxMpegts rtspTransport rtpSDP moqTransport whepBearerToken sourceRedirect rpiCameraCamID rpiCameraMJPEGQuality runOnInit runOnRecordSegmentComplete fallback disablePublisherOverride sourceProtocol";
  for (const key of path.split(" ")) assert.ok(key in schema.pathKnown || key in schema.oldPath, key);
});
