import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_SCENARIOS, parseScenarios } from "#test/bench/scenarios.ts";

const NAMES = [
  { text: "1x100", names: ["tcp-1x100"] },
  { text: "rtsp-tcp-1x1", names: ["tcp-1x1"] },
  { text: "udp-1x50+audio+packet", names: ["udp-1x50+audio+packet"] },
  { text: "stalled", names: ["stalled"] },
  { text: "join", names: ["join-2s", "join-4s", "join-10s"] },
  { text: "join+audio", names: ["join-2s+audio", "join-4s+audio", "join-10s+audio"] },
  { text: "join-udp-4s", names: ["join-udp-4s"] },
  { text: "idle", names: ["idle"] },
];

test("a scenario's name may be short and is printed in full", () => {
  for (const { text, names } of NAMES) {
    assert.deepEqual(
      parseScenarios(text).map(({ name }) => name),
      names,
    );
  }
});

test("a name says transport, cameras, readers and what the cameras send", () => {
  const [scenario] = parseScenarios("udp-3x7+audio+packet");
  assert.equal(scenario?.kind, "fan-out");
  assert.deepEqual([scenario?.transport, scenario?.cameras, scenario?.readers, scenario?.stalled], ["udp", 3, 7, 0]);
  assert.deepEqual([scenario?.media.audio, scenario?.media.pacing], [true, "packet"]);
});

test("viewers that never arrive are three scenarios, each with its kind", () => {
  assert.deepEqual(
    parseScenarios("whep-aborts").map(({ name, kind, transport, abort }) => [name, kind, transport, abort]),
    ["post", "garbage", "ice"].map((abort) => [`whep-${abort}`, "aborts", "whep", abort]),
  );
  assert.deepEqual([parseScenarios("whep-1x50")[0]?.name, parseScenarios("join-whep-4s")[0]?.transport], ["whep-1x50", "whep"]);
});

test("a join scenario has the GOP of its name", () => {
  assert.equal(parseScenarios("join-10s")[0]?.media.gopSeconds, 10);
  assert.equal(parseScenarios("join-udp-4s")[0]?.transport, "udp");
});

test("sixteen of the sixty-four readers of the stalled scenario never read", () => {
  const [scenario] = parseScenarios("stalled");
  assert.deepEqual([scenario?.cameras, scenario?.readers, scenario?.stalled], [16, 64, 16]);
});

test("every default scenario exists", () => {
  for (const name of DEFAULT_SCENARIOS) assert.ok(parseScenarios(name).length > 0);
});

test("sizes of nothing or far too much are refused", () => {
  for (const text of ["tcp-0x1", "tcp-1x0", "tcp-1x100000", "sctp-1x1", ""])
    assert.throws(() => parseScenarios(text), /no scenario/);
});
