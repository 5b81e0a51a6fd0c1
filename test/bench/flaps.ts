/**
 * Cameras that go away and come back, many times: how soon the server says so in its API, how soon after the return a reader
 * has a picture again, whether readers stayed connected meanwhile, and whether handles and memory are as before.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { oneServer, positive } from "./arguments.ts";
import { FLAP_KINDS, FlapLane, type Flap, type FlapResult } from "./flap-lane.ts";
import { measureTree, type Usage } from "./server/measure.ts";
import { ServerProcess, freeTcpPort } from "./server/process.ts";
import { median, percentile } from "./statistics.ts";

const AWAY_SECONDS = [2, 10, 30, 60];
const MIB = 1024 * 1024;
const SETTLE_MS = 10_000;
const SEEN_LIMIT_MS = 5_000;
const PICTURE_MEDIAN_LIMIT_MS = 1_500;
const PICTURE_P95_LIMIT_MS = 4_000;
/** Readers must stay through absences up to the default `sourceGrace`. */
const GRACE_SECONDS = 30;
const GROWTH_LIMIT_MIB = 16;
const HANDLES_LIMIT = 2;

const USAGE = `node test/bench/flaps.ts [options]
  --count N         absences in all, kinds and lengths in turn (9)
  --parallel N      cameras that flap at the same time (3)
  --kinds LIST      of ${FLAP_KINDS.join(",")}
  --away LIST       seconds (${AWAY_SECONDS.join(",")})
  --peer NAME='COMMAND {config}' | --sluice 'COMMAND {config}'   the server; Sluice by default
  --out FILE        where the results go as JSON (bench-results/flaps-TIME.json)`;

process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));
process.exitCode = await main();

async function main(): Promise<number> {
  const text = { type: "string" } as const;
  const known = { count: text, parallel: text, kinds: text, away: text, peer: text, sluice: text, out: text } as const;
  const { values } = parseArgs({ options: { ...known, help: { type: "boolean" } } });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const wanted = values.kinds?.split(",") ?? FLAP_KINDS;
  const kinds = FLAP_KINDS.filter((kind) => wanted.includes(kind));
  const away = (values.away?.split(",") ?? AWAY_SECONDS).map((seconds) => positive("away", seconds));
  const combinations = away.flatMap((awaySeconds) => kinds.map((kind): Flap => ({ kind, awaySeconds })));
  const count = positive("count", values.count ?? combinations.length);
  // The long ones first: the lanes end at about the same time.
  const flaps = Array.from({ length: count }, (_, index) => combinations[index % combinations.length])
    .filter((flap) => flap !== undefined)
    .sort((one, other) => other.awaySeconds - one.awaySeconds);
  const spec = oneServer(values);
  const startedAt = new Date().toISOString();
  const { results, before, after } = await flapAll(spec, flaps, Math.min(count, positive("parallel", values.parallel ?? 3)));
  const passed = printResults(results, before, after);
  const out = values.out ?? join(import.meta.dirname, "../../bench-results", `flaps-${startedAt.replaceAll(":", "-")}.json`);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ startedAt, server: spec.name, before, after, results }, null, 2)}\n`);
  return passed ? 0 : 1;
}

async function flapAll(
  spec: Parameters<typeof ServerProcess.start>[0],
  flaps: readonly Flap[],
  parallel: number,
): Promise<{ results: FlapResult[]; before: Usage; after: Usage }> {
  const left = [...flaps];
  const results: FlapResult[] = [];
  const ports: number[] = [];
  for (let lane = 0; lane < parallel; lane += 1) ports.push(await freeTcpPort());
  const lanes = await Promise.all(ports.map((port) => FlapLane.start(port)));
  const cameras = ports.map((port, lane) => ({ name: `cam${lane}`, url: `rtsp://127.0.0.1:${port}/cam0` }));
  const server = await ServerProcess.start(spec, cameras);
  try {
    for (const [index, lane] of lanes.entries()) void lane.read(server.url(`cam${index}`));
    await sleep(SETTLE_MS);
    const before = measureTree(server.pid);
    const run = async (lane: FlapLane, index: number): Promise<void> => {
      const apiUrl = server.kind === "go2rtc" ? undefined : `http://127.0.0.1:${server.ports.api}/v3/paths/get/cam${index}`;
      for (let flap = left.shift(); flap !== undefined; flap = left.shift()) {
        const result = await lane.flap(flap, { url: server.url(`cam${index}`), apiUrl });
        results.push(result);
        console.error(`${results.length}/${flaps.length}  ${describe(result)}`);
      }
    };
    await Promise.all(lanes.map(run));
    await sleep(SETTLE_MS);
    return { results, before, after: measureTree(server.pid) };
  } finally {
    await Promise.all(lanes.map((lane) => lane.close()));
    await server.close();
  }
}

function describe(result: FlapResult): string {
  const seen = result.seenMs === undefined ? "not seen" : `seen ${Math.round(result.seenMs)} ms`;
  const picture = result.pictureMs === undefined ? "no picture" : `picture ${Math.round(result.pictureMs)} ms`;
  return `${result.kind} ${result.awaySeconds} s: ${seen}, ${picture}, reader ${result.readerKept ? "kept" : "closed"}`;
}

function printResults(results: readonly FlapResult[], before: Usage, after: Usage): boolean {
  const groups = new Map<string, FlapResult[]>();
  for (const result of results) {
    const name = `${result.kind} ${result.awaySeconds} s`;
    groups.set(name, [...(groups.get(name) ?? []), result]);
  }
  const header = ["", "count", "seen p50", "seen max", "unseen", "picture p50", "picture p95", "no picture", "readers kept"];
  console.log(line(header));
  for (const [name, group] of groups) console.log(line([name, ...figures(group)]));
  console.log(line(["all", ...figures(results)]));
  const long = results.filter((result) => result.awaySeconds * 1_000 > SEEN_LIMIT_MS);
  const seen = long.map((result) => result.seenMs ?? Infinity);
  const pictures = results.map((result) => result.pictureMs ?? Infinity);
  const short = results.filter((result) => result.awaySeconds <= GRACE_SECONDS);
  const growth = (after.anonymous - before.anonymous) / MIB;
  const handles = after.handles - before.handles;
  const checks: [string, boolean, string][] = [
    [
      "seen within 5 s (absences longer than that)",
      seen.every((ms) => ms <= SEEN_LIMIT_MS),
      seen.includes(Infinity)
        ? `${seen.filter((ms) => ms === Infinity).length} never`
        : `${milliseconds(Math.max(0, ...seen))} at most`,
    ],
    ["picture back ≤ 1.5 s median", median(pictures) <= PICTURE_MEDIAN_LIMIT_MS, milliseconds(median(pictures))],
    ["picture back ≤ 4 s p95", percentile(pictures, 0.95) <= PICTURE_P95_LIMIT_MS, milliseconds(percentile(pictures, 0.95))],
    [
      "readers stay through absences ≤ 30 s",
      short.every((result) => result.readerKept),
      `${short.filter((result) => !result.readerKept).length} closed`,
    ],
    ["handles at baseline", handles <= HANDLES_LIMIT, `${before.handles} → ${after.handles}`],
    [`anonymous memory grows ≤ ${GROWTH_LIMIT_MIB} MiB`, growth <= GROWTH_LIMIT_MIB, `${growth.toFixed(1)} MiB`],
  ];
  for (const [name, passed, figure] of checks) console.log(`${passed ? "pass" : "FAIL"}  ${name}: ${figure}`);
  return checks.every(([, passed]) => passed);
}

function figures(group: readonly FlapResult[]): string[] {
  const seen = group.flatMap((result) => result.seenMs ?? []);
  const pictures = group.flatMap((result) => result.pictureMs ?? []);
  return [
    String(group.length),
    milliseconds(median(seen)),
    milliseconds(percentile(seen, 1)),
    String(group.length - seen.length),
    milliseconds(median(pictures)),
    milliseconds(percentile(pictures, 0.95)),
    String(group.length - pictures.length),
    `${group.filter((result) => result.readerKept).length}/${group.length}`,
  ];
}

function milliseconds(value: number): string {
  return Number.isFinite(value) ? `${Math.round(value)} ms` : "–";
}

function line(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(18) : cell.padStart(14))).join("");
}
