/**
 * What the packed executable costs: time from its start to the first line of the log and to a DESCRIBE that is answered, memory
 * of its own once it idles with the demo camera, and how often which of its threads wake up then and without any camera
 * (test/README.md names what wakes them). `scripts/figures` calls this.
 *
 *   scripts/figures [FILE] [--runs N] [--settle SECONDS] [--watch SECONDS] [--json]
 *
 * FILE is the executable, build/bin/sluice-linux-x64 unless told. Times are the least and the median of the runs: what else the
 * machine does only adds to them, so the least is held against the limit. Exits with 1 where a figure is above its limit.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

/** What must hold on x64. */
const LIMITS = { firstLineMs: 400, describeMs: 1500, anonymousMib: 60 } as const;
const KIB_PER_MIB = 1024;
const POLL_MS = 5;
const START_MS = 30_000;

interface Times {
  readonly firstLineMs: number;
  readonly describeMs: number;
}

interface Idle {
  readonly anonymousMib: number;
  /** Times a second that threads went to sleep and were woken, by their names; what all threads of a name do together. */
  readonly wakeUps: Readonly<Record<string, number>>;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "9" },
    settle: { type: "string", default: "60" },
    watch: { type: "string", default: "30" },
    json: { type: "boolean", default: false },
  },
});
const file = resolve(positionals[0] ?? join(import.meta.dirname, "..", "build", "bin", "sluice-linux-x64"));
const folder = mkdtempSync(join(tmpdir(), "sluice-figures-"));

try {
  const runs: Times[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) runs.push(await withSluice((started) => started));
  const idle = await withSluice((_started, pid) => idleFigures(pid));
  const { wakeUps: emptyWakeUps } = await withSluice((_started, pid) => idleFigures(pid), { demo: false });
  const figures = {
    firstLineMs: Math.min(...runs.map(({ firstLineMs }) => firstLineMs)),
    describeMs: Math.min(...runs.map(({ describeMs }) => describeMs)),
    medianFirstLineMs: median(runs.map(({ firstLineMs }) => firstLineMs)),
    medianDescribeMs: median(runs.map(({ describeMs }) => describeMs)),
    ...idle,
    emptyWakeUps,
  };
  print(figures);
  const above = Object.entries(LIMITS).filter(([name, limit]) => figures[name as keyof typeof LIMITS] > limit);
  process.exitCode = above.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Starts the executable with everything that is on by default, and ends it when `use` is through. */
async function withSluice<T>(use: (started: Times, pid: number) => T | Promise<T>, { demo } = { demo: true }): Promise<T> {
  const port = await freePort();
  const config = join(folder, "sluice.yml");
  const others = [
    "hlsAddress",
    "webrtcAddress",
    "webAddress",
    "webrtcLocalUDPAddress",
    "webrtcLocalTCPAddress",
    "rtpAddress",
    "rtcpAddress",
  ];
  const lines = others.map(async (key) => `${key}: 127.0.0.1:${String(await freePort())}`);
  const text = [
    `rtspAddress: 127.0.0.1:${String(port)}`,
    ...(await Promise.all(lines)),
    "rtspTransports: [tcp]",
    "paths: {}",
    "",
  ];
  writeFileSync(config, text.join("\n"));
  const startedAt = performance.now();
  const words = ["run", ...(demo ? ["--demo"] : []), "--config", config];
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "pipe"], cwd: folder });
  let complaints = "";
  child.stderr.on("data", (text: Buffer) => (complaints += text.toString()));
  try {
    const firstLine = firstOutput(child).then(() => performance.now() - startedAt);
    const describeMs = await answered(port, { startedAt, status: demo ? 200 : 400 });
    const used = await use({ firstLineMs: Math.round(await firstLine), describeMs: Math.round(describeMs) }, child.pid ?? 0);
    // The log goes to stdout; what stands here is the runtime's, such as a code cache that it doesn't take.
    if (complaints !== "") throw new Error(`${file} says: ${complaints.slice(0, 1000)}`);
    return used;
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once("exit", done));
  }
}

function firstOutput(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.stdout?.once("data", () => {
      done();
    });
    child.stdout?.resume();
  });
}

/** Milliseconds from `startedAt` until a DESCRIBE of the demo camera is answered so. */
async function answered(port: number, { startedAt, status }: { startedAt: number; status: number }): Promise<number> {
  while (performance.now() - startedAt < START_MS) {
    if ((await describe(port)) === status) return performance.now() - startedAt;
    await sleep(POLL_MS);
  }
  throw new Error(`${file} doesn't answer within ${String(START_MS / 1000)} s`);
}

function describe(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    const end = (status: number | undefined): void => {
      socket.destroy();
      done(status);
    };
    socket.on("error", () => {
      end(undefined);
    });
    socket.on("data", (data: Buffer) => {
      end(Number(/^RTSP\/1\.0 (\d+)/.exec(data.toString("latin1"))?.[1]));
    });
    socket.write(`DESCRIBE rtsp://127.0.0.1:${String(port)}/demo RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
  });
}

async function idleFigures(pid: number): Promise<Idle> {
  await sleep(Number(values.settle) * 1000);
  const before = switches(pid);
  await sleep(Number(values.watch) * 1000);
  const after = switches(pid);
  const perSecond = (name: string): number => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / Number(values.watch);
  const anonymous = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8"))?.[1];
  return {
    anonymousMib: Number((Number(anonymous) / KIB_PER_MIB).toFixed(1)),
    wakeUps: Object.fromEntries([...after.keys()].map((name) => [name, Number(perSecond(name).toFixed(1))])),
  };
}

/** How often threads have gone to sleep by themselves, by their names. */
function switches(pid: number): ReadonlyMap<string, number> {
  const tasks = `/proc/${String(pid)}/task`;
  const counts = new Map<string, number>();
  for (const task of readdirSync(tasks)) {
    const status = readFileSync(join(tasks, task, "status"), "utf8");
    const name = Number(task) === pid ? "event loop" : (/^Name:\s+(.+)$/m.exec(status)?.[1] ?? "");
    const count = Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return counts;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return address !== null && typeof address === "object" ? address.port : 0;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

interface Figures extends Times, Idle {
  readonly medianFirstLineMs: number;
  readonly medianDescribeMs: number;
  readonly emptyWakeUps: Idle["wakeUps"];
}

function print(figures: Figures): void {
  if (values.json) {
    console.log(JSON.stringify({ ...figures, limits: LIMITS }));
    return;
  }
  const of = (limit: number): string => `(limit ${String(limit)})`;
  const times = (least: number, middle: number): string => `${String(least).padStart(6)} ms, median ${String(middle)} ms`;
  console.log(
    `start → first line of the log  ${times(figures.firstLineMs, figures.medianFirstLineMs)} ${of(LIMITS.firstLineMs)}`,
  );
  console.log(`start → DESCRIBE answered      ${times(figures.describeMs, figures.medianDescribeMs)} ${of(LIMITS.describeMs)}`);
  console.log(`idle, anonymous memory         ${String(figures.anonymousMib).padStart(6)} MiB ${of(LIMITS.anonymousMib)}`);
  console.log(`idle, wake-ups a second        ${wakeUps(figures.wakeUps)}`);
  console.log(`the same without a camera      ${wakeUps(figures.emptyWakeUps)}`);
}

function wakeUps(byName: Idle["wakeUps"]): string {
  const sum = Object.values(byName).reduce((all, each) => all + each, 0);
  const most = Object.entries(byName).sort(([, one], [, other]) => other - one);
  return `${sum.toFixed(1).padStart(6)}: ${most.map(([name, each]) => `${name} ${each.toFixed(1)}`).join(", ")}`;
}
