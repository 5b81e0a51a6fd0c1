import assert from "node:assert/strict";
import { test } from "node:test";
import { SLUICE_COMMAND, parseBenchArguments, parsePeer } from "#test/bench/arguments.ts";
import { DEFAULT_SCENARIOS } from "#test/bench/scenarios.ts";

test("without arguments Sluice alone runs all default scenarios three times", () => {
  const options = parseBenchArguments([]);
  assert.deepEqual(options.servers, [{ name: "sluice", command: SLUICE_COMMAND }]);
  assert.equal(options.runs, 3);
  assert.equal(options.seconds, 10);
  // "join" stands for three.
  assert.equal(options.scenarios.length, DEFAULT_SCENARIOS.length + 4);
});

test("peers come after Sluice in the order given, scenarios as a list or repeated", () => {
  const options = parseBenchArguments([
    "--peer",
    "a=one {config}",
    "--peer",
    "b=two -c {config}",
    "--scenario",
    "1x1,idle",
    "--scenario",
    "churn",
  ]);
  assert.deepEqual(
    options.servers.map(({ name }) => name),
    ["sluice", "a", "b"],
  );
  assert.deepEqual(
    options.scenarios.map(({ name }) => name),
    ["tcp-1x1", "idle", "churn"],
  );
});

test("--quick shortens what isn't given", () => {
  const options = parseBenchArguments(["--quick", "--seconds", "2.5"]);
  assert.deepEqual([options.runs, options.seconds, options.joins], [1, 2.5, 5]);
});

test("a peer's command may hold equals signs and spaces", () => {
  assert.deepEqual(parsePeer("x=env A=1 server --file={config}"), { name: "x", command: "env A=1 server --file={config}" });
});

const MISTAKES = [
  { args: ["--peer", "server {config}"], text: /NAME=/ },
  { args: ["--peer", "a=server"], text: /has no \{config\}/ },
  { args: ["--runs", "many"], text: /--runs takes a number/ },
  { args: ["--seconds", "0"], text: /--seconds takes a number/ },
  { args: ["--scenario", "tcp-1x"], text: /no scenario "tcp-1x"/ },
  { args: ["--scenario", "tcp-1x1+video"], text: /no variant \+video/ },
  { args: ["--no-sluice"], text: /no server to measure/ },
  { args: ["--unknown"], text: /--unknown/ },
];

test("a mistake on the command line is said", () => {
  for (const { args, text } of MISTAKES) assert.throws(() => parseBenchArguments(args), text);
});
