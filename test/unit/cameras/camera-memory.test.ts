import assert from "node:assert/strict";
import { test } from "node:test";
import { CameraMemories } from "#cameras/camera-memory.ts";
import { noteMedia } from "#cameras/recovery.ts";

test("remembers a camera between sources", () => {
  const memories = new CameraMemories();
  const memory = memories.of("gate", "rtsp://a/1");
  memory.history = noteMedia(memory.history, "udp");
  assert.equal(memories.of("gate", "rtsp://a/1").history.workedTransport, "udp");
});

test("starts from nothing when the address has changed, but still waits for the old source to leave", () => {
  const memories = new CameraMemories();
  const memory = memories.of("gate", "rtsp://admin:old@a/1");
  memory.history = noteMedia(memory.history, "udp");
  const changed = memories.of("gate", "rtsp://admin:new@a/1");
  assert.equal(changed.history.workedTransport, undefined);
  assert.equal(changed.released, memory.released);
});

test("forgets the camera unused for longest beyond its limit", () => {
  const memories = new CameraMemories();
  const first = memories.of("0", "rtsp://a/0");
  const second = memories.of("1", "rtsp://a/1");
  for (let index = 2; index < 4096; index++) memories.of(String(index), "rtsp://a/");
  memories.of("0", "rtsp://a/0");
  memories.of("one more", "rtsp://a/");
  assert.equal(memories.of("0", "rtsp://a/0"), first);
  assert.notEqual(memories.of("1", "rtsp://a/1"), second);
});
