/** Figures of the bench: their titles, medians over runs, and the printed tables with ratios. Pure. */
import { median } from "./statistics.ts";

/** Figures of one measurement by name. */
export type Metrics = Readonly<Partial<Record<MetricName, number>>>;

/** One scenario on one server in one run: its figures or why there are none. */
export interface Result {
  readonly run: number;
  readonly scenario: string;
  readonly server: string;
  readonly metrics?: Metrics;
  readonly error?: string;
}

/** Medians of one scenario on one server; `errors` lists what failed. */
export interface Summary {
  readonly scenario: string;
  readonly server: string;
  readonly runs: number;
  readonly metrics: Metrics;
  readonly errors: readonly string[];
}

/** All figures in the order of their columns; `ratio`: lower is better and worth comparing. */
export const METRICS = {
  cpuPerGbit: { title: "CPU-s/Gbit", digits: 3, ratio: true },
  cpuPercent: { title: "CPU %", digits: 2, ratio: false },
  latencyP50: { title: "p50 ms", digits: 2, ratio: true },
  latencyP99: { title: "p99 ms", digits: 2, ratio: true },
  pictureP50: { title: "picture p50 ms", digits: 1, ratio: true },
  pictureP95: { title: "picture p95 ms", digits: 1, ratio: true },
  behindP50: { title: "behind p50 ms", digits: 0, ratio: false },
  behindP95: { title: "behind p95 ms", digits: 0, ratio: false },
  joins: { title: "joins", digits: 0, ratio: false },
  joinsPerSecond: { title: "joins/s", digits: 0, ratio: false },
  cpuMsEach: { title: "CPU ms each", digits: 2, ratio: true },
  rssMiB: { title: "RSS MiB", digits: 0, ratio: true },
  anonymousMiB: { title: "anon MiB", digits: 0, ratio: true },
  growthMiB: { title: "anon growth MiB", digits: 1, ratio: false },
  peakGrowthMiB: { title: "peak growth MiB", digits: 1, ratio: false },
  handles: { title: "handles", digits: 0, ratio: false },
  handlesLeft: { title: "handles left", digits: 0, ratio: false },
  refused: { title: "refused", digits: 0, ratio: false },
  lostPackets: { title: "lost pkts", digits: 0, ratio: false },
  missingUnits: { title: "bad units", digits: 0, ratio: false },
  starved: { title: "starved", digits: 0, ratio: false },
  closed: { title: "closed", digits: 0, ratio: false },
  droppedByCamera: { title: "cam drops", digits: 0, ratio: false },
  megabitPerSecond: { title: "Mbit/s", digits: 0, ratio: false },
  readersCpuPerGbit: { title: "readers CPU-s/Gbit", digits: 3, ratio: false },
} as const satisfies Record<string, { readonly title: string; readonly digits: number; readonly ratio: boolean }>;

/** Name of a figure. */
export type MetricName = keyof typeof METRICS;

const NAMES = Object.keys(METRICS) as MetricName[]; // `METRICS` has no other keys
const SERVER_WIDTH = 26;

/** Medians per scenario and server, in the order in which they first appear. */
export function summarise(results: readonly Result[]): Summary[] {
  const groups = new Map<string, Result[]>();
  for (const result of results) {
    const key = `${result.scenario}\n${result.server}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].map((group) => {
    const metrics: Partial<Record<MetricName, number>> = {};
    for (const name of NAMES) {
      const values = group.flatMap((result) => result.metrics?.[name] ?? []);
      if (values.length > 0) metrics[name] = median(values);
    }
    const errors = group.flatMap((result) => result.error ?? []);
    return {
      scenario: group[0]?.scenario ?? "",
      server: group[0]?.server ?? "",
      runs: group.length - errors.length,
      metrics,
      errors,
    };
  });
}

/** Tables, one per scenario: a line per server, then the first server's figures divided by each other one's. */
export function printTables(summaries: readonly Summary[]): string {
  const scenarios = [...new Set(summaries.map((summary) => summary.scenario))];
  return scenarios
    .map((scenario) =>
      table(
        scenario,
        summaries.filter((summary) => summary.scenario === scenario),
      ),
    )
    .join("\n\n");
}

function table(scenario: string, rows: readonly Summary[]): string {
  const columns = NAMES.filter((name) => rows.some((row) => row.metrics[name] !== undefined));
  const width = (name: MetricName): number => Math.max(METRICS[name].title.length, 7) + 2;
  const line = (first: string, cell: (name: MetricName) => string): string =>
    (first.padEnd(SERVER_WIDTH) + columns.map((name) => cell(name).padStart(width(name))).join("")).trimEnd();
  const lines = [line(scenario, (name) => METRICS[name].title)];
  for (const row of rows) {
    lines.push(line(`  ${row.server}`, (name) => row.metrics[name]?.toFixed(METRICS[name].digits) ?? "–"));
    for (const error of new Set(row.errors)) lines.push(`    failed: ${error.split("\n").join("\n      ")}`);
  }
  const [base, ...others] = rows;
  for (const other of others) {
    if (base === undefined) break;
    lines.push(line(`  ${base.server} / ${other.server}`, (name) => ratio(base.metrics[name], other.metrics[name], name)));
  }
  return lines.join("\n");
}

function ratio(value: number | undefined, by: number | undefined, name: MetricName): string {
  if (value === undefined || by === undefined || by <= 0 || !METRICS[name].ratio) return "";
  return (value / by).toFixed(2);
}
