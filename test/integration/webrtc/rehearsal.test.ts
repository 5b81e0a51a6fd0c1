import assert from "node:assert/strict";
import { test } from "node:test";
import { createDtlsIdentity } from "#protocols/webrtc/dtls/certificate.ts";
import { rehearseHandshake } from "#protocols/webrtc/dtls/rehearsal.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

test("a rehearsal succeeds, and leaves nothing behind", { timeout: 60_000 }, async () => {
  const clock = new ManualClock();
  // The clock stands still: only a handshake that is done ends it.
  await rehearseHandshake({ identity: await createDtlsIdentity(), profiles: [7, 1] }, clock, new AbortController().signal);
  assert.deepEqual(clock.openTimers(), []);
});

test("a rehearsal ends with the server", { timeout: 60_000 }, async () => {
  const closing = new AbortController();
  const identity = await createDtlsIdentity();
  const rehearsed = rehearseHandshake({ identity, profiles: [7, 1] }, new ManualClock(), closing.signal);
  closing.abort();
  await rehearsed;
});
