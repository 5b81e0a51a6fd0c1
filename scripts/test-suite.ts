/**
 * Runs the test files in stages and adds everything up into one last line, `N passed, N failed`. Called by scripts/test,
 * which prepares the machine. Exits 1 when something failed or nothing ran.
 *
 *   node scripts/test-suite.ts [--slow] [--only-tests] [FILE…]
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { listFiles, ROOT } from "../test/support/source-tree.ts";

/** A group of test files that run together; `parallel` files at a time. */
interface Stage {
  readonly name: string;
  readonly folders: readonly string[];
  readonly parallel: number;
  /** Milliseconds one file may take. */
  readonly timeoutMs: number;
  /**
   * Whether a file that failed is run once more, and counts by that. For stages that wait for programs which aren't ours (a
   * browser, a player): on a busy machine one of them is late now and then. Such a file is named at the end, not hidden.
   */
  readonly secondTry?: boolean;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Parts of scripts/check that are not node:test files. */
const CHECKS = ["types", "lint", "format", "docs"];
/** Inputs per parser in one run of everything; `node test/fuzz/run.ts --executions N` does more. */
const FUZZ_EXECUTIONS = 20_000;
/** With more failed files than this nothing was merely late. */
const MAX_SECOND_TRIES = 3;
const cores = availableParallelism();

const stages: readonly Stage[] = [
  { name: "pure", folders: ["unit", "contracts", "rules"], parallel: cores, timeoutMs: 120_000 },
  { name: "fuzzers", folders: ["fuzz"], parallel: cores, timeoutMs: 300_000 },
  { name: "sockets", folders: ["integration", "peers"], parallel: cores, timeoutMs: 180_000 },
  { name: "other programs", secondTry: true, folders: ["interop"], parallel: 1, timeoutMs: 600_000 },
  { name: "browser", secondTry: true, folders: ["browser"], parallel: 1, timeoutMs: 600_000 },
  { name: "whole process", secondTry: true, folders: ["system"], parallel: 1, timeoutMs: 600_000 },
];

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
/** Files that passed at the second try only. */
const late: string[] = [];

function runChecks(): void {
  for (const part of CHECKS) {
    const started = performance.now();
    const { status } = spawnSync(join(ROOT, "scripts", "check"), [part], { stdio: "inherit" });
    total[status === 0 ? "passed" : "failed"]++;
    console.log(`${status === 0 ? "ok  " : "FAIL"} check ${part} (${seconds(started)} s)`);
  }
}

/** Every parser against changed inputs; the fuzzer's own last line is added to the total. */
function runFuzzer(): void {
  const started = performance.now();
  const args = ["--disable-warning=ExperimentalWarning", join(ROOT, "test/fuzz/run.ts"), "--executions", String(FUZZ_EXECUTIONS)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const [, passed = "0", failed = "0"] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? [];
  total.passed += Number(passed);
  total.failed += status === 0 ? 0 : Math.max(1, Number(failed));
  if (status !== 0) console.log(indent(stdout + stderr));
  const verdict = `${passed} parsers passed, ${failed} failed, ${String(FUZZ_EXECUTIONS)} inputs each`;
  console.log(`\n${status === 0 ? "ok  " : "FAIL"} fuzzing: ${verdict} (${seconds(started)} s)`);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

/** Runs `files`, some of them twice where the stage allows it, and adds to the total. */
async function runStage(files: readonly string[], stage: Stage): Promise<void> {
  const perFile = await runFiles(files, stage);
  const failed = [...perFile].filter(([, counts]) => counts.failed > 0).map(([file]) => file);
  if (stage.secondTry === true && failed.length <= MAX_SECOND_TRIES && failed.every((file) => files.includes(file))) {
    for (const file of failed) {
      console.log(`once more: ${file}`);
      const again = (await runFiles([file], stage)).get(file);
      if (again === undefined || again.failed > 0) continue;
      perFile.set(file, again);
      late.push(file);
    }
  }
  for (const counts of perFile.values()) {
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
}

/** Runs `files`; prints a line per file, and each failure and skip with its reason. Answers the counts of each file. */
async function runFiles(files: readonly string[], stage: Stage): Promise<Map<string, Counts>> {
  const perFile = new Map<string, Counts>();
  const countsOf = (file: string | undefined): Counts => {
    const key = (file ?? "?").replace(`${ROOT}/`, "");
    const known = perFile.get(key);
    if (known !== undefined) return known;
    const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
    perFile.set(key, counts);
    return counts;
  };
  const stream = run({
    files: files.map((file) => join(ROOT, file)),
    concurrency: stage.parallel,
    timeout: stage.timeoutMs,
    execArgv: ["--import", join(ROOT, "test/support/leak-check.ts")],
  });
  stream.on("test:pass", (event) => {
    if (event.details.type === "suite") return;
    const skipped = event.skip !== undefined && event.skip !== false;
    if (skipped) console.log(`skip ${event.name}: ${String(event.skip)}`);
    countsOf(event.file)[skipped ? "skipped" : "passed"]++;
  });
  stream.on("test:fail", (event) => {
    if (isFromChildren(event.details.error)) return;
    const file = /^leak-check of (.+)/m.exec(messageOf(event.details.error))?.[1] ?? event.file;
    countsOf(file).failed++;
    console.log(`FAIL ${(file ?? "").replace(`${ROOT}/`, "")}:${String(event.line ?? 0)} ${event.name.replace(`${ROOT}/`, "")}`);
    console.log(indent(explain(event.details.error)));
  });
  stream.on("test:stderr", ({ file, message }) => {
    process.stdout.write(`[${file.replace(`${ROOT}/`, "")}] ${message}`);
  });
  stream.on("test:diagnostic", ({ file, message }) => {
    if (file !== undefined) console.log(`note ${message}`);
  });
  for await (const _event of stream);
  for (const [file, counts] of perFile) report(file, counts);
  return perFile;
}

/** What failed and where; an assertion's message holds its values already. */
function explain(error: Error): string {
  const cause = error.cause ?? error;
  const isAssertion = cause instanceof Error && "code" in cause && cause.code === "ERR_ASSERTION";
  const text = isAssertion ? String(cause.stack) : inspect(cause, { depth: 4 });
  return text.replace(/^ +at .*node:internal.*\n?/gm, "").trimEnd();
}

function messageOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Whether a test or suite failed only because one in it did; that one was counted already. */
function isFromChildren(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}

function report(file: string, counts: Counts): void {
  const { passed, failed, skipped } = counts;
  const rest = skipped > 0 ? `, ${String(skipped)} skipped` : "";
  console.log(`${failed > 0 ? "FAIL" : "ok  "} ${file}: ${String(passed)} passed, ${String(failed)} failed${rest}`);
}

function indent(text: string): string {
  return text.replace(/^/gm, "     ");
}

async function main(args: readonly string[]): Promise<void> {
  const named = args.filter((argument) => !argument.startsWith("--"));
  const slow = args.includes("--slow");
  if (named.length === 0 && !args.includes("--only-tests")) runChecks();
  for (const stage of stages) {
    const files = stage.folders
      .flatMap((folder) => listFiles(`test/${folder}`))
      .filter((file) => file.endsWith(".test.ts"))
      .filter((file) =>
        named.length > 0 ? named.some((name) => file.startsWith(name)) : slow || !file.endsWith(".slow.test.ts"),
      );
    if (files.length === 0) continue;
    const started = performance.now();
    console.log(`\n${stage.name}: ${String(files.length)} files`);
    await runStage(files, stage);
    console.log(`${stage.name}: ${seconds(started)} s`);
  }
  if (named.length === 0) runFuzzer();
  for (const file of late) console.log(`LATE ${file}: failed, then passed when it was run once more`);
  const skipped = total.skipped > 0 ? `, ${String(total.skipped)} skipped` : "";
  console.log(`\n${String(total.passed)} passed, ${String(total.failed)} failed${skipped}`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
}

await main(process.argv.slice(2));
