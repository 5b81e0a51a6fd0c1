/**
 * A camera that is dead for a night: the supervisor of cameras and the health monitor as they are, over the log as it is, for ten
 * hours of a manual clock. However often it is tried, the log stays short.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { composeLog } from "#app/log/log.ts";
import { SluiceError } from "#base/errors.ts";
import { CameraMemories } from "#cameras/camera-memory.ts";
import { CameraSource } from "#cameras/camera-source.ts";
import type { FailureKind, SessionOpener } from "#cameras/session.ts";
import { defaultsOf } from "#config/read-value.ts";
import { HealthMonitor } from "#health/monitor.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { pathOptions } from "#streams/options.ts";
import { ManualClock } from "#test/support/manual-clock.ts";
import { RecordingInput } from "#test/support/recording-input.ts";

const NIGHT_MS = 10 * 3_600_000;
const text = { en: "failed", zh: "失败", remedyEn: "wait", remedyZh: "等待" };

/** How the attempts end, over and over. */
const nights: Readonly<Record<string, readonly FailureKind[]>> = {
  "is switched off": ["unreachable"],
  "answers and says no": ["refused"],
  "fails in another way each time": ["unreachable", "refused", "no-answer", "no-media"],
  "takes connections and says nothing": ["no-answer"],
};

for (const [what, outcomes] of Object.entries(nights)) {
  test(`a night with a camera that ${what} takes less than 50 lines of the log`, async () => {
    const clock = new ManualClock();
    const lines: string[] = [];
    const options = { logLevel: "info", logStructured: false } as const;
    const { log, flush } = composeLog(options, { clock, journal: undefined, write: (line) => lines.push(line) });
    const health = new HealthMonitor({ clock, log, checks: [{ name: "disk", periodMs: 5000, check: () => undefined }] });
    health.start();
    let attempts = 0;
    const opener: SessionOpener = {
      type: "fakeSource",
      transports: () => ["tcp", "udp"],
      failureKind: ({ code }) => code.replace("fake-", "") as FailureKind,
      open: () => {
        const kind = outcomes[attempts % outcomes.length] ?? "refused";
        attempts += 1;
        return Promise.reject(new SluiceError(`fake-${kind}`, text, { details: { attempt: attempts } }));
      },
    };
    const source = new CameraSource({
      name: "gate",
      url: "fake://gate",
      options: { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "gate" },
      attach: (tracks) => new RecordingInput(tracks, clock),
      opener,
      memory: new CameraMemories().of("gate", "fake://gate"),
      clock,
      random: { bytes: (count) => Buffer.alloc(count), unit: () => 0.5, uint32: () => 0 },
      log,
      observer: { state: () => undefined, opened: () => undefined, ended: () => undefined },
    });
    source.start();
    await clock.run(NIGHT_MS);
    await source.close();
    health.close();
    flush();
    assert.ok(attempts >= NIGHT_MS / 30_000, `${String(attempts)} attempts`);
    assert.ok(lines.length < 50, `${String(lines.length)} lines:\n${lines.join("")}`);
    assert.match(lines.join(""), /camera lost/);
    assert.deepEqual(clock.openTimers(), []);
  });
}
