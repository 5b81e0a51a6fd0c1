import assert from "node:assert/strict";
import { test } from "node:test";
import { FIRST_DYNAMIC_PAYLOAD_TYPE, staticPayloadTypes } from "#formats/sdp/static-payload-types.ts";

test("every static type is below the dynamic ones and has a name and a clock", () => {
  for (const [payloadType, { encodingName, clockRate }] of staticPayloadTypes) {
    assert.ok(payloadType >= 0 && payloadType < FIRST_DYNAMIC_PAYLOAD_TYPE);
    assert.equal(encodingName, encodingName.toUpperCase());
    assert.ok(encodingName !== "" && clockRate > 0);
  }
});

test("holds the types cameras use without an rtpmap", () => {
  for (const [payloadType, name] of [
    [0, "PCMU"],
    [8, "PCMA"],
    [9, "G722"],
    [14, "MPA"],
    [26, "JPEG"],
    [32, "MPV"],
  ] as const) {
    assert.equal(staticPayloadTypes.get(payloadType)?.encodingName, name);
  }
});
