/** Cameras that answer with broken bytes: whatever they send, a session fails with an error of its own and leaves nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemClock } from "#base/clock.ts";
import { SluiceError } from "#base/errors.ts";
import { systemRandom } from "#base/random.ts";
import { defaultsOf } from "#config/read-value.ts";
import { createNetwork } from "#platform/network.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { RtspSessionOpener } from "#protocols/rtsp/source.ts";
import { pathOptions } from "#streams/options.ts";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { RecordingInput } from "#test/support/recording-input.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const SESSIONS = 150;
const AT_ONCE = 10;

/** A small generator of its own, so that a failing seed can be run again. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Changes, doubles, drops or inserts some bytes. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (let edits = 1 + Math.floor(random() * 4); edits > 0 && at < bytes.length; edits--) {
    const next = at + Math.floor(random() * (bytes.length - at));
    pieces.push(bytes.subarray(at, next));
    const length = Math.floor(random() * 20);
    const kind = random();
    if (kind < 0.3) pieces.push(Buffer.from(Array.from({ length }, () => Math.floor(random() * 256))));
    else if (kind < 0.5) pieces.push(bytes.subarray(Math.max(0, next - length), next));
    else if (kind < 0.6) pieces.push(Buffer.alloc(length * 50, 0x24));
    at = next + (kind < 0.8 ? 1 : length);
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}

test("survives cameras that answer with broken bytes", { timeout: 60_000 }, async (t) => {
  const clock = new SystemClock();
  const machine = { network: createNetwork(), clock, random: systemRandom };
  const opener = new RtspSessionOpener(machine, { optionsMs: 150, describeMs: 150, otherMs: 150 });
  const options = { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "hostile" };
  const outcomes = new Map<string, number>();
  const attempt = async (seed: number): Promise<void> => {
    const random = generator(seed);
    const camera = await RtspCamera.start({
      media: { audio: true },
      ...(seed % 3 === 0 ? { authentication: { user: "a", password: "b" } } : {}),
      mangle: (bytes) => (random() < 0.3 ? mutate(bytes, random) : bytes),
    });
    const transport = seed % 2 === 0 ? "tcp" : "udp";
    const hints = { transport, firstMediaMs: 150, keepAlive: undefined, authScheme: undefined, skipOptions: false };
    const inputs: RecordingInput[] = [];
    try {
      const session = await opener.open({
        url: camera.url(),
        options,
        hints,
        attach: (tracks) => {
          const input = new RecordingInput(tracks, clock);
          input.pushRtp = () => undefined;
          inputs.push(input);
          return input;
        },
        learned: () => undefined,
        signal: AbortSignal.timeout(5000),
      });
      await Promise.race([session.ended, clock.sleep("a while of media", 100)]);
      await session.close();
      outcomes.set("played", (outcomes.get("played") ?? 0) + 1);
    } catch (error) {
      assert.ok(error instanceof SluiceError, `seed ${String(seed)}: ${String(error)}`);
      outcomes.set(error.code, (outcomes.get(error.code) ?? 0) + 1);
    }
    await waitUntil(() => camera.openConnections === 0, { what: `seed ${String(seed)} to leave` });
    await camera.close();
  };
  const lanes = Array.from({ length: AT_ONCE }, async (_, lane) => {
    for (let seed = lane; seed < SESSIONS; seed += AT_ONCE) await attempt(seed);
  });
  await Promise.all(lanes);
  t.diagnostic([...outcomes].map(([name, count]) => `${name} ${String(count)}`).join(", "));
  assert.ok((outcomes.get("played") ?? 0) > 0 && outcomes.size > 3);
});
