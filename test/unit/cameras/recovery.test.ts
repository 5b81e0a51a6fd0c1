import assert from "node:assert/strict";
import { test } from "node:test";
import type { Random } from "#base/random.ts";
import {
  emptyHistory,
  noteFacts,
  noteFrameInterval,
  noteGoodMedia,
  noteMedia,
  planAttempt,
  planRecovery,
  stallLimit,
  type Failure,
  type RecoveryHistory,
} from "#cameras/recovery.ts";
import type { FailureKind, KeepAliveMethod } from "#cameras/session.ts";

const random = (unit: number): Random => ({ bytes: (count) => Buffer.alloc(count), unit: () => unit, uint32: () => 0 });
const MIDDLE = random(0.5);
const AUTOMATIC = ["tcp", "udp", "multicast"];
const fail = (kind: FailureKind, more: Partial<Failure> = {}): Failure => ({ kind, now: 0, spentMs: 0, ...more });

/** Pauses after failures of one kind in a row. */
function pauses(kind: FailureKind, count: number, unit = 0.5): number[] {
  let history = emptyHistory;
  return Array.from({ length: count }, () => {
    const plan = planRecovery(history, fail(kind), { transports: ["tcp"], random: random(unit) });
    history = plan.history;
    return plan.action.kind === "retry" ? plan.action.afterMs : -1;
  });
}

test("retries an unreachable camera after half a second, growing to two and a half", () => {
  assert.deepEqual(pauses("unreachable", 5), [500, 1000, 2000, 2500, 2500]);
  assert.deepEqual(pauses("no-answer", 3), [500, 1000, 2000]);
  assert.deepEqual(pauses("stalled", 3), [500, 1000, 2000]);
});

test("retries a camera that refuses after half a second, growing to thirty", () => {
  assert.deepEqual(pauses("refused", 9), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("spreads pauses, never above the longest", () => {
  assert.deepEqual(pauses("unreachable", 4, 0), [400, 800, 1600, 2000]);
  assert.deepEqual(pauses("unreachable", 4, 1), [600, 1200, 2400, 2500]);
});

test("never gives up and never overflows", () => {
  assert.ok(pauses("refused", 3000).every((pause) => pause >= 500 && pause <= 30_000));
});

test("counts the time of a connection nobody took into the pause after it", () => {
  const history = { ...emptyHistory, unreachable: 10 };
  const plan = planRecovery(history, fail("unreachable", { spentMs: 2000 }), { transports: ["tcp"], random: MIDDLE });
  assert.deepEqual(plan.action, { kind: "retry", afterMs: 500 });
  const early = planRecovery(emptyHistory, fail("unreachable", { spentMs: 2000 }), { transports: ["tcp"], random: MIDDLE });
  assert.deepEqual(early.action, { kind: "retry", afterMs: 400 });
});

test("begins anew after a minute of good media", () => {
  const worn: RecoveryHistory = { ...emptyHistory, unreachable: 7, refused: 7 };
  const fresh = noteGoodMedia(worn);
  assert.deepEqual([fresh.unreachable, fresh.refused], [0, 0]);
  assert.equal(noteMedia(worn, "tcp").unreachable, 7);
});

test("goes through the transports at once, then waits and begins again with more patience", () => {
  let history = emptyHistory;
  const step = (kind: FailureKind): unknown => {
    const plan = planRecovery(history, fail(kind), { transports: AUTOMATIC, random: MIDDLE });
    history = plan.history;
    return plan.action;
  };
  assert.equal(planAttempt(history, AUTOMATIC).transport, "tcp");
  assert.deepEqual(step("transport"), { kind: "switch-transport", transport: "udp" });
  assert.equal(planAttempt(history, AUTOMATIC).transport, "udp");
  assert.deepEqual(step("no-media"), { kind: "switch-transport", transport: "multicast" });
  assert.equal(planAttempt(history, AUTOMATIC).firstMediaMs, 3000);
  assert.deepEqual(step("transport"), { kind: "retry", afterMs: 500 });
  const again = planAttempt(history, AUTOMATIC);
  assert.equal(again.transport, "tcp");
  assert.equal(again.firstMediaMs, 6000);
});

test("begins with the transport that has worked", () => {
  const history = noteMedia({ ...emptyHistory, transportsTried: 1 }, "udp");
  assert.equal(planAttempt(history, AUTOMATIC).transport, "udp");
  const { action } = planRecovery(history, fail("no-media"), { transports: AUTOMATIC, random: MIDDLE });
  assert.deepEqual(action, { kind: "switch-transport", transport: "tcp" });
});

test("forgets the transport that has worked where it may no longer be used", () => {
  const history = noteMedia(emptyHistory, "udp");
  assert.equal(planAttempt(history, ["tcp"]).transport, "tcp");
});

test("waits longer for the first media where there is no other transport", () => {
  assert.equal(planAttempt(emptyHistory, ["tcp"]).firstMediaMs, 10_000);
});

test("waits for the configuration where a password is missing or was never right", () => {
  for (const kind of ["credentials-missing", "credentials-refused"] as const) {
    const plan = planRecovery(emptyHistory, fail(kind), { transports: ["tcp"], random: MIDDLE });
    assert.deepEqual(plan.action, { kind: "wait-for-configuration" });
    assert.equal(plan.history.waitsForConfiguration, kind);
  }
});

test("tries a password that has worked after 1, 5 and 15 minutes, and no more than three times in an hour", () => {
  let history = noteFacts(emptyHistory, { authScheme: "digest-md5" });
  let now = 0;
  const tries: number[] = [];
  for (let count = 0; count < 12; count++) {
    const { action, history: next } = planRecovery(history, fail("credentials-refused", { now }), {
      transports: ["tcp"],
      random: MIDDLE,
    });
    assert.equal(action.kind, "retry-credentials");
    history = next;
    now = history.credentialsNotBefore;
    tries.push(now / 60_000);
  }
  assert.deepEqual(tries.slice(0, 4), [1, 6, 21, 61]);
  for (const [index, at] of tries.entries()) {
    const within = tries.filter((other) => other >= at && other < at + 60);
    assert.ok(within.length <= 3, `from try ${String(index)}`);
  }
});

test("forgets refusals once the password is taken again", () => {
  const refused = planRecovery(noteFacts(emptyHistory, { authScheme: "basic" }), fail("credentials-refused", { now: 5 }), {
    transports: ["tcp"],
    random: MIDDLE,
  }).history;
  const again = noteFacts(refused, { authScheme: "basic" });
  assert.deepEqual([again.credentialRefusals, again.credentialsNotBefore], [0, 0]);
});

test("leaves the opening request out after it wasn't answered, and tries it again", () => {
  const once = planRecovery(emptyHistory, fail("no-answer"), { transports: ["tcp"], random: MIDDLE }).history;
  assert.equal(planAttempt(once, ["tcp"]).skipOptions, true);
  const twice = planRecovery(once, fail("no-answer"), { transports: ["tcp"], random: MIDDLE }).history;
  assert.equal(planAttempt(twice, ["tcp"]).skipOptions, false);
});

const ends: readonly {
  name: string;
  method: KeepAliveMethod;
  ageMs: number;
  silentMs: number;
  sentMsAgo?: number;
  kind: FailureKind;
  next: KeepAliveMethod | undefined;
}[] = [
  { name: "of its time-out", method: "get-parameter", ageMs: 60_300, silentMs: 0, kind: "unreachable", next: "options" },
  {
    name: "by silence after its time-out",
    method: "options",
    ageMs: 64_500,
    silentMs: 4300,
    kind: "stalled",
    next: "set-parameter",
  },
  {
    name: "after the last method",
    method: "set-parameter",
    ageMs: 61_000,
    silentMs: 0,
    kind: "unreachable",
    next: "get-parameter",
  },
  { name: "early", method: "get-parameter", ageMs: 20_000, silentMs: 0, kind: "unreachable", next: undefined },
  { name: "late", method: "get-parameter", ageMs: 600_000, silentMs: 0, kind: "unreachable", next: undefined },
  {
    name: "right after a keep-alive",
    method: "get-parameter",
    ageMs: 27_200,
    silentMs: 0,
    sentMsAgo: 200,
    kind: "unreachable",
    next: "options",
  },
  {
    name: "by silence right after a keep-alive",
    method: "get-parameter",
    ageMs: 27_200,
    silentMs: 4100,
    sentMsAgo: 200,
    kind: "stalled",
    next: undefined,
  },
];

for (const { name, method, ageMs, silentMs, sentMsAgo, kind, next } of ends) {
  test(`after a session that ended ${name}, ${next === undefined ? "keeps the keep-alive method" : `asks by ${next}`}`, () => {
    const keepAlive = { method, timeoutMs: 60_000, lastSentAt: sentMsAgo === undefined ? undefined : 100_000 - sentMsAgo };
    const failure = fail(kind, { now: 100_000, session: { ageMs, silentMs, keepAlive } });
    const { history } = planRecovery(emptyHistory, failure, { transports: ["tcp"], random: MIDDLE });
    assert.equal(history.keepAlive, next);
  });
}

const limits: readonly {
  name: string;
  history: Partial<RecoveryHistory>;
  configuredMs: number;
  intervalMs: number | undefined;
  limit: number;
}[] = [
  { name: "25 frames a second", history: {}, configuredMs: 0, intervalMs: 40, limit: 4000 },
  { name: "a frame a second", history: {}, configuredMs: 0, intervalMs: 1000, limit: 8000 },
  { name: "an unknown interval", history: {}, configuredMs: 0, intervalMs: undefined, limit: 4000 },
  {
    name: "an interval known from before",
    history: { frameIntervalMs: 2000 },
    configuredMs: 0,
    intervalMs: undefined,
    limit: 16_000,
  },
  {
    name: "two stalls with an unknown interval",
    history: { blindStalls: 2 },
    configuredMs: 0,
    intervalMs: undefined,
    limit: 16_000,
  },
  {
    name: "many stalls with an unknown interval",
    history: { blindStalls: 40 },
    configuredMs: 0,
    intervalMs: undefined,
    limit: 60_000,
  },
  { name: "a configured limit", history: {}, configuredMs: 700, intervalMs: 1000, limit: 700 },
];

for (const { name, history, configuredMs, intervalMs, limit } of limits) {
  test(`takes video for stalled after ${String(limit)} ms with ${name}`, () => {
    assert.equal(stallLimit({ ...emptyHistory, ...history }, { configuredMs, intervalMs }), limit);
  });
}

test("counts stalls of cameras whose frame interval isn't known, until it is", () => {
  const stalled = planRecovery(emptyHistory, fail("stalled"), { transports: ["tcp"], random: MIDDLE }).history;
  assert.equal(stalled.blindStalls, 1);
  const known = noteFrameInterval(stalled, 5000);
  assert.equal(planRecovery(known, fail("stalled"), { transports: ["tcp"], random: MIDDLE }).history.blindStalls, 0);
});
