/**
 * The fuzzer: `node test/fuzz/run.ts [--executions N] [--seed S] [--target NAME]…`. In-process and seeded, no coverage
 * guidance; one line per target, then `N passed, N failed`. Exits 1 when a target failed. What it finds is kept in
 * test/fixtures/crashes and run first the next time.
 */
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "#test/support/source-tree.ts";
import { execute, findingName } from "./execute.ts";
import { targets } from "./targets/index.ts";
import { Watchdog } from "./watchdog.ts";

const DEFAULT_EXECUTIONS = 100_000;
const CRASH_FOLDER = join(ROOT, "test", "fixtures", "crashes");

const { values } = parseArgs({
  options: {
    executions: { type: "string", default: String(DEFAULT_EXECUTIONS) },
    seed: { type: "string", default: "1" },
    target: { type: "string", multiple: true, default: [] },
  },
});
const executions = numberOption("executions", values.executions);
const seed = numberOption("seed", values.seed);
const chosen = targets.filter((target) => values.target.length === 0 || values.target.includes(target.name));
if (chosen.length === 0 || values.target.some((name) => !targets.some((target) => target.name === name))) {
  fail(`Targets: ${targets.map((target) => target.name).join(" ")}`);
}

let failed = 0;
console.log(`seed ${String(seed)}`);
for (const target of chosen) {
  const watchdog = new Watchdog(join(CRASH_FOLDER, target.name));
  const outcome = execute(target, {
    executions,
    seed,
    crashFolder: CRASH_FOLDER,
    onInput: (input) => {
      watchdog.begin(input);
    },
  });
  await watchdog.close();
  const rate = Math.round(outcome.executions / outcome.seconds);
  const share = ((100 * outcome.accepted) / outcome.executions).toFixed(0);
  console.log(`${target.name}: ${String(outcome.executions)} executions, ${String(rate)}/s, ${share} % accepted`);
  for (const { input, reason } of outcome.findings) {
    console.log(`  ${relative(ROOT, join(CRASH_FOLDER, target.name, findingName(input)))}: ${reason}`);
  }
  if (outcome.findings.length > 0) failed++;
}
console.log(`${String(chosen.length - failed)} passed, ${String(failed)} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function numberOption(name: string, text: string): number {
  return /^\d{1,12}$/.test(text) ? Number(text) : fail(`--${name} takes a number`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
