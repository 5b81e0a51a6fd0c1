/**
 * `npm run bench`: measures Sluice and its peers side by side. Every run goes through all scenarios and within each through
 * all servers, so that a change of the machine's mood hits all of them; medians and ratios are printed, everything is kept
 * as JSON. Exit status 1 when any measurement failed, 2 for a mistake on the command line. See README.md beside this file.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release } from "node:os";
import { dirname, join } from "node:path";
import { USAGE, parseBenchArguments, type BenchOptions } from "./arguments.ts";
import { printTables, summarise, type Result } from "./report.ts";
import { runScenario } from "./run-scenario.ts";

const RESULTS = join(import.meta.dirname, "../../bench-results");

process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  let options: BenchOptions;
  try {
    options = parseBenchArguments(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const startedAt = new Date().toISOString();
  const results = await runAll(options);
  const summaries = summarise(results);
  console.log(`\n${printTables(summaries)}\n`);
  const out = options.out ?? join(RESULTS, `${startedAt.replaceAll(":", "-")}.json`);
  const { scenarios, ...rest } = options;
  const kept = {
    startedAt,
    machine: machine(),
    options: { ...rest, scenarios: scenarios.map(({ name }) => name) },
    summaries,
    results,
  };
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(kept, null, 2)}\n`);
  console.log(`kept in ${out}`);
  return results.some((result) => result.error !== undefined) ? 1 : 0;
}

async function runAll(options: BenchOptions): Promise<Result[]> {
  const results: Result[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    for (const scenario of options.scenarios) {
      for (const server of options.servers) {
        const what = { run, scenario: scenario.name, server: server.name };
        console.error(`run ${run}/${options.runs}  ${scenario.name}  ${server.name}  (load ${loadavg()[0]?.toFixed(1) ?? "?"})`);
        try {
          results.push({ ...what, metrics: await runScenario(scenario, server, options) });
        } catch (error) {
          results.push({ ...what, error: error instanceof Error ? error.message : String(error) });
        }
      }
    }
  }
  return results;
}

function machine(): Record<string, unknown> {
  return { cpus: availableParallelism(), model: cpus()[0]?.model, kernel: release(), node: process.version };
}
