/** A short run of every target, and the fuzzer's own promises: the same seed finds the same, and findings are kept. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { formatError } from "#formats/errors.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { MAX_FINDINGS, execute, findingName } from "./execute.ts";
import { Mutator, SeededNumbers } from "./mutator.ts";
import type { FuzzTarget } from "./target.ts";
import { targets } from "./targets/index.ts";

const EXECUTIONS = 2000;
const SEED = Buffer.from("0123456789");

/** A target that runs `run` on what comes from one seed. */
function target(run: (input: Buffer) => void): FuzzTarget {
  return { name: "sample", seeds: [SEED], run };
}

for (const each of targets) {
  test(`${each.name} takes ${String(EXECUTIONS)} changed inputs`, () => {
    const outcome = execute(each, { executions: EXECUTIONS, seed: 7, crashFolder: join(ROOT, "test", "fixtures", "crashes") });
    assert.deepEqual(
      outcome.findings.map((finding) => finding.reason),
      [],
    );
    assert.ok(outcome.accepted > 0, "no input was accepted: the seeds are wrong");
  });
}

test("target names are unique", () => {
  assert.equal(new Set(targets.map((each) => each.name)).size, targets.length);
});

test("the same seed makes the same inputs, another one others", (t) => {
  const inputs = (seed: number): string => {
    // On a busy machine an input that seemed slow is tried again: each counts once.
    const seen = new Set<string>();
    execute(
      target((input) => seen.add(input.toString("hex"))),
      { executions: 200, seed, crashFolder: tempDir(t) },
    );
    return [...seen].join();
  };
  assert.equal(inputs(1), inputs(1));
  assert.notEqual(inputs(1), inputs(2));
});

test("changed inputs keep their bound and differ", () => {
  const mutator = new Mutator({
    numbers: new SeededNumbers(3),
    dictionary: ["a long word of the dictionary"],
    maxInputBytes: 32,
  });
  const seen = new Set<string>();
  for (let count = 0; count < 2000; count++) {
    const input = mutator.mutate(Buffer.alloc(30, "ab"), SEED);
    assert.ok(input.length <= 32);
    seen.add(input.toString("hex"));
  }
  assert.ok(seen.size > 1000, String(seen.size));
});

test("changes an empty input too", () => {
  const mutator = new Mutator({ numbers: new SeededNumbers(3), dictionary: [], maxInputBytes: 16 });
  const lengths = Array.from({ length: 200 }, () => mutator.mutate(Buffer.alloc(0), Buffer.alloc(0)).length);
  assert.ok(lengths.some((length) => length > 0));
});

test("an error of ours is a refusal, any other a finding that is saved and run first the next time", (t) => {
  const crashFolder = tempDir(t);
  const run = (input: Buffer): void => {
    if (input.includes("9876")) throw new RangeError("found");
    if (!input.equals(SEED)) throw formatError("sdp-no-media");
  };
  const guarded = target(run);
  assert.deepEqual(execute(guarded, { executions: 100, seed: 1, crashFolder }).findings, []);
  const broken: FuzzTarget = { ...guarded, seeds: [SEED, Buffer.from("9876")] };
  const [finding] = execute(broken, { executions: 0, seed: 1, crashFolder }).findings;
  assert.match(finding?.reason ?? "", /RangeError: found/);
  assert.deepEqual(readdirSync(join(crashFolder, "sample")), [findingName(Buffer.from("9876"))]);
  const first: string[] = [];
  execute(
    target((input) => first.push(input.toString())),
    { executions: 0, seed: 1, crashFolder },
  );
  assert.deepEqual(first, ["9876", SEED.toString()]);
});

test("gives a target up after a few findings", (t) => {
  const outcome = execute(
    target(() => {
      throw new TypeError("always");
    }),
    { executions: 1000, seed: 1, crashFolder: tempDir(t) },
  );
  assert.equal(outcome.findings.length, MAX_FINDINGS);
});

test("an input that costs too much CPU is a finding", (t) => {
  const busy = target(() => {
    const before = process.threadCpuUsage();
    while (process.threadCpuUsage(before).user < 80_000);
  });
  const [finding] = execute(busy, { executions: 0, seed: 1, crashFolder: tempDir(t) }).findings;
  assert.match(finding?.reason ?? "", /ms of CPU/);
});

test("an input that takes too much memory is a finding, and so is memory that is kept", (t) => {
  const greedy = target(() => {
    Buffer.alloc(8 << 20, 1);
  });
  const [finding] = execute(greedy, { executions: 0, seed: 1, crashFolder: tempDir(t) }).findings;
  assert.match(finding?.reason ?? "", /allocates \d+ bytes/);
  const kept: Buffer[] = [];
  const leaking = target(() => kept.push(Buffer.alloc(1 << 20, 1)));
  const [leak] = execute(leaking, { executions: 40, seed: 1, crashFolder: tempDir(t) }).findings;
  assert.match(leak?.reason ?? "", /bytes were kept/);
});
