import assert from "node:assert/strict";
import { test } from "node:test";
import { SluiceError } from "#base/errors.ts";
import { silentLogger } from "#base/log.ts";
import { CameraMemories } from "#cameras/camera-memory.ts";
import { CameraSource } from "#cameras/camera-source.ts";
import type { CameraState } from "#cameras/camera-state.ts";
import type { CameraSession, FailureKind, OpenSessionOptions, SessionOpener } from "#cameras/session.ts";
import { defaultsOf } from "#config/read-value.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { pathOptions, type PathOptions } from "#streams/options.ts";
import { fakeTrack } from "#test/support/fake-stream.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { RecordingInput } from "#test/support/recording-input.ts";

const text = { en: "failed", zh: "失败", remedyEn: "wait", remedyZh: "等待" };
const random = { bytes: (count: number) => Buffer.alloc(count), unit: () => 0.5, uint32: () => 0 };

/** A key picture of the fake codec in one packet. */
const KEY = Buffer.from([0x80, 0xe0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x4b]);

/** A protocol whose every step the test decides. */
class FakeOpener implements SessionOpener {
  readonly type = "fakeSource";
  readonly attempts: OpenSessionOptions[] = [];
  openSessions = 0;
  /** What the next attempts do; the last one repeats. */
  outcomes: (FailureKind | "plays" | "hangs")[] = ["plays"];
  end: (error: SluiceError) => void = () => undefined;

  transports(): readonly string[] {
    return ["tcp", "udp"];
  }

  async open(options: OpenSessionOptions): Promise<CameraSession> {
    const outcome = this.outcomes[Math.min(this.attempts.length, this.outcomes.length - 1)] ?? "plays";
    this.attempts.push(options);
    if (outcome === "hangs") {
      return new Promise((_resolve, reject) => {
        options.signal.addEventListener("abort", () => reject(options.signal.reason as Error), { once: true });
      });
    }
    if (outcome !== "plays") throw failure(outcome);
    await Promise.resolve();
    this.openSessions += 1;
    options.attach([fakeTrack("video")]);
    const ended = Promise.withResolvers<SluiceError>();
    this.end = ended.resolve;
    return {
      transport: options.hints.transport,
      keepAlive: { method: "options", timeoutMs: 60_000, lastSentAt: undefined },
      ended: ended.promise,
      close: () => {
        this.openSessions -= 1;
        return Promise.resolve();
      },
    };
  }

  failureKind(error: SluiceError): FailureKind {
    return error.code.replace("fake-", "") as FailureKind;
  }
}

function failure(kind: FailureKind): SluiceError {
  return new SluiceError(`fake-${kind}`, text);
}

interface Bench {
  readonly clock: ManualClock;
  readonly opener: FakeOpener;
  readonly source: CameraSource;
  readonly inputs: RecordingInput[];
  readonly states: CameraState[];
  /** Sends key pictures for `ms`. */
  readonly media: (ms: number) => Promise<void>;
}

function bench(options: Partial<PathOptions> = {}, memories = new CameraMemories()): Bench {
  const clock = new ManualClock();
  const opener = new FakeOpener();
  const inputs: RecordingInput[] = [];
  const states: CameraState[] = [];
  const source = new CameraSource({
    name: "gate",
    url: "fake://gate",
    options: { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "gate", ...options },
    attach: (tracks) => {
      const input = new RecordingInput(tracks, clock);
      inputs.push(input);
      return input;
    },
    opener,
    memory: memories.of("gate", "fake://gate"),
    clock,
    random,
    log: silentLogger,
    observer: { state: (state) => states.push(state), opened: () => undefined, ended: () => undefined },
  });
  const media = async (ms: number): Promise<void> => {
    const packet = Buffer.from(KEY);
    for (let elapsed = 0; elapsed < ms; elapsed += 40) {
      packet.writeUInt16BE((packet.readUInt16BE(2) + 1) & 0xffff, 2);
      packet.writeUInt32BE(packet.readUInt32BE(4) + 3600, 4);
      inputs.at(-1)?.pushRtp(0, packet, { start: 0, end: packet.length });
      await clock.run(40);
    }
  };
  return { clock, opener, source, inputs, states, media };
}

const kinds = (states: readonly CameraState[]): string[] => states.map(({ kind }) => kind);

test("connects, and is live with the first key picture", async () => {
  const { clock, source, states, media } = bench();
  source.start();
  await clock.run(10);
  assert.deepEqual(kinds(states), ["connecting"]);
  await media(40);
  assert.deepEqual(kinds(states), ["connecting", "live"]);
  await source.close();
  assert.deepEqual(clock.openTimers(), []);
});

test("stays live while media flows", async () => {
  const { source, states, media, opener } = bench();
  source.start();
  await media(120_000);
  assert.deepEqual(kinds(states), ["connecting", "live"]);
  assert.equal(opener.attempts.length, 1);
  await source.close();
});

test("says so when media flows without a key picture", async () => {
  const { clock, source, inputs } = bench({ stallTimeout: 60_000 });
  source.start();
  await clock.run(10_500);
  assert.deepEqual(source.state, { kind: "degraded", reason: "no-key-frame" });
  assert.equal(inputs[0]?.closedWith, undefined);
  await source.close();
});

test("takes a silent camera for stalled, closes its input with the reason, and connects again", async () => {
  const { clock, opener, source, inputs, states, media } = bench();
  source.start();
  await media(1000);
  await clock.run(4300);
  assert.equal(source.state.kind, "stalled");
  assert.equal(source.lastError?.code, "camera-stalled");
  assert.equal(inputs[0]?.closedWith?.code, "camera-stalled");
  assert.equal(opener.openSessions, 0);
  await clock.run(500);
  assert.deepEqual(kinds(states), ["connecting", "live", "stalled", "connecting"]);
  await source.close();
});

test("says when it tries again, and does so then", async () => {
  const { clock, opener, source } = bench();
  opener.outcomes = ["refused"];
  source.start();
  await clock.run(1);
  assert.deepEqual(source.state, { kind: "offline", retryAt: clock.wallNow() + 499 });
  await clock.run(498);
  assert.equal(opener.attempts.length, 1);
  await clock.run(2);
  assert.equal(opener.attempts.length, 2);
  await source.close();
});

test("tries at once when told to, and only then begins a new pause", async () => {
  const { clock, opener, source } = bench();
  opener.outcomes = ["refused"];
  source.start();
  await clock.run(20_000);
  const before = opener.attempts.length;
  source.retryNow();
  await clock.run(0);
  assert.equal(opener.attempts.length, before + 1);
  await source.close();
});

test("short pauses come back after a minute of good media, not before", async () => {
  const { clock, opener, source, media } = bench();
  opener.outcomes = ["unreachable", "unreachable", "unreachable", "plays", "plays", "plays", "plays"];
  source.start();
  await clock.run(4000);
  await media(10_000);
  opener.end(failure("unreachable"));
  await clock.run(2400);
  assert.equal(opener.attempts.length, 4, "the fourth pause is the longest");
  await clock.run(200);
  await media(61_000);
  opener.end(failure("unreachable"));
  await clock.run(600);
  assert.equal(opener.attempts.length, 6);
  await source.close();
});

test("goes over to the next transport without a pause", async () => {
  const { clock, opener, source } = bench();
  opener.outcomes = ["transport", "plays"];
  source.start();
  await clock.run(0);
  assert.deepEqual(
    opener.attempts.map(({ hints }) => hints.transport),
    ["tcp", "udp"],
  );
  await source.close();
});

test("never tries a refused password again, whoever asks", async () => {
  const memories = new CameraMemories();
  const first = bench({}, memories);
  first.opener.outcomes = ["credentials-refused"];
  first.source.start();
  await first.clock.run(24 * 3_600_000);
  first.source.retryNow();
  await first.clock.run(1000);
  assert.equal(first.opener.attempts.length, 1);
  assert.equal(first.source.state.kind, "needs-credentials");
  await first.source.close();
  const second = bench({}, memories);
  second.source.start();
  await second.clock.run(60_000);
  assert.equal(second.opener.attempts.length, 0);
  assert.equal(second.source.state.kind, "needs-credentials");
  await second.source.close();
});

test("tries a password that has worked after a minute, even when it is started anew meanwhile", async () => {
  const { clock, opener, source } = bench();
  opener.outcomes = ["credentials-refused"];
  source.start();
  await clock.run(0);
  opener.attempts[0]?.learned({ authScheme: "basic" });
  await source.close();
  const memories = new CameraMemories();
  const memory = memories.of("gate", "fake://gate");
  memory.history = { ...memory.history, authScheme: "basic" };
  const second = bench({}, memories);
  second.opener.outcomes = ["credentials-refused"];
  second.source.start();
  await second.clock.run(10_000);
  await second.source.close();
  second.source.start();
  await second.clock.run(1000);
  assert.equal(second.source.state.kind, "locked-out");
  await second.clock.run(48_900);
  assert.equal(second.opener.attempts.length, 1);
  await second.clock.run(200);
  assert.equal(second.opener.attempts.length, 2);
  await second.source.close();
});

test("ends an attempt that hangs when it is closed", async () => {
  const { clock, opener, source, states } = bench();
  opener.outcomes = ["hangs"];
  source.start();
  await clock.run(1000);
  await source.close();
  assert.deepEqual(kinds(states), ["connecting", "disabled"]);
  assert.deepEqual(clock.openTimers(), []);
});

test("goes on after a failure that nobody foresaw", async () => {
  const { clock, opener, source } = bench();
  const open = opener.open.bind(opener);
  let broken = true;
  opener.open = (options) => {
    if (!broken) return open(options);
    broken = false;
    throw new TypeError("a bug");
  };
  source.start();
  await clock.run(1);
  assert.equal(source.lastError?.code, "camera-unexpected");
  assert.equal(source.state.kind, "offline");
  await clock.run(600);
  assert.equal(opener.attempts.length, 1);
  await source.close();
});

test("goes on when whoever is told of its state fails", async () => {
  const { clock, opener, source, states } = bench();
  const push = states.push.bind(states);
  states.push = () => {
    states.push = push;
    throw new TypeError("a bug");
  };
  source.start();
  await clock.run(100);
  assert.equal(opener.attempts.length, 0);
  await clock.run(30_000);
  assert.equal(opener.attempts.length, 1);
  await source.close();
});

test("has one session at a time, however often it is started and closed", async () => {
  const { clock, opener, source } = bench();
  for (let round = 0; round < 20; round++) {
    source.start();
    await clock.run(round % 3);
    void source.close();
    source.start();
    await clock.run(10);
    assert.ok(opener.openSessions <= 1);
    void source.close();
  }
  await source.close();
  assert.equal(opener.openSessions, 0);
  assert.deepEqual(clock.openTimers(), []);
});

test("pulled anew as asked, it leaves its session and opens another at once; without one it tries at once", async () => {
  const { clock, opener, source, inputs, media } = bench();
  source.start();
  await media(1000);
  source.restart();
  await clock.run(1000);
  assert.equal(inputs[0]?.closedWith?.code, "camera-restarted");
  assert.deepEqual([opener.attempts.length, opener.openSessions], [2, 1]);
  await media(1000);
  assert.equal(source.state.kind, "live");
  await source.close();
  source.restart();
  assert.deepEqual(clock.openTimers(), []);
});
