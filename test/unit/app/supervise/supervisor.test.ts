import assert from "node:assert/strict";
import { test } from "node:test";
import { Supervisor, type SupervisedProcess } from "#app/supervise/supervisor.ts";
import { silentLogger } from "#base/log.ts";
import type { ProcessEnd } from "#health/supervision.ts";
import type { SupervisedMessage } from "#platform/service-manager/supervised.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

class FakeProcess implements SupervisedProcess {
  readonly pid = 1;
  readonly signals: string[] = [];
  say: (message: SupervisedMessage) => void = () => undefined;
  end: (end: ProcessEnd) => void = () => undefined;
  onMessage(run: (message: SupervisedMessage) => void): void {
    this.say = run;
  }
  onEnd(run: (end: ProcessEnd) => void): void {
    this.end = run;
  }
  kill(signal: string): void {
    this.signals.push(signal);
    if (signal === "SIGKILL") this.end({ code: null, signal });
  }
}

function stage(): { clock: ManualClock; processes: FakeProcess[]; supervisor: Supervisor } {
  const clock = new ManualClock();
  const processes: FakeProcess[] = [];
  const start = (): FakeProcess => {
    const made = new FakeProcess();
    processes.push(made);
    return made;
  };
  return { clock, processes, supervisor: new Supervisor({ clock, log: silentLogger, watchdogMs: 20_000, start }) };
}

test("a process that gives signs of life is left alone, one that gives none is killed and started again", () => {
  const { clock, processes } = stage();
  processes[0]?.say({ kind: "ready" });
  for (let beat = 0; beat < 10; beat += 1) {
    clock.advance(10_000);
    processes[0]?.say({ kind: "alive" });
  }
  assert.deepEqual(processes[0]?.signals, []);
  processes[0].say({ kind: "status", status: "not a sign of life" });
  clock.advance(20_000);
  assert.deepEqual(processes[0].signals, ["SIGKILL"]);
  assert.equal(processes.length, 1);
  clock.advance(1000);
  assert.equal(processes.length, 2);
});

test("where the machine stood still, the process gets the same time again", () => {
  const { clock, processes } = stage();
  processes[0]?.say({ kind: "ready" });
  clock.stall(60_000);
  clock.advance(9000);
  assert.deepEqual(processes[0]?.signals, [], "its own timer was late: it can't tell");
  processes[0].say({ kind: "alive" });
  clock.advance(19_999);
  assert.deepEqual(processes[0].signals, []);
  clock.advance(1);
  assert.deepEqual(processes[0].signals, ["SIGKILL"]);
});

test("a start that never ends is killed after its time", () => {
  const { clock, processes } = stage();
  clock.advance(29_999);
  assert.deepEqual(processes[0]?.signals, []);
  clock.advance(1);
  assert.deepEqual(processes[0]?.signals, ["SIGKILL"]);
});

test("it ends with its process when asked to, by force where that takes too long", async () => {
  const { clock, processes, supervisor } = stage();
  processes[0]?.say({ kind: "ready" });
  supervisor.stop();
  supervisor.stop();
  assert.deepEqual(processes[0]?.signals, ["SIGTERM", "SIGCONT"]);
  clock.advance(5000);
  assert.equal(processes[0].signals.at(-1), "SIGKILL");
  assert.equal(await supervisor.ended, 2);
  assert.deepEqual(clock.openTimers(), []);
});

test("asked to end between two processes it starts no other", async () => {
  const { clock, processes, supervisor } = stage();
  processes[0]?.end({ code: 70, signal: null });
  supervisor.stop();
  clock.advance(10_000);
  assert.equal(await supervisor.ended, 0);
  assert.equal(processes.length, 1);
});

test("a configuration that can't be used from the start ends it with the same exit code", async () => {
  const { clock, processes, supervisor } = stage();
  processes[0]?.end({ code: 1, signal: null });
  assert.equal(await supervisor.ended, 1);
  assert.deepEqual(clock.openTimers(), []);
});
