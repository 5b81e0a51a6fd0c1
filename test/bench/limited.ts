/**
 * 16 cameras of 4 Mbit/s and 64 readers while a control group leaves the server its budget and 224 MiB, as the installed service
 * has it (`--share 0.9` leaves less); then a neighbour in the same group takes what is left. Wanted: no process is killed for
 * want of memory, cameras and readers lose nothing; squeezed, new readers are refused and everyone else goes on; released, they are
 * taken again. Needs root. Exit status 1 when something failed.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { oneServer, positive } from "./arguments.ts";
import { ControlGroup } from "./control-group.ts";
import { Link, Refused } from "./load/link.ts";
import type { WindowReport } from "./load/readers.ts";
import { openReaders, withSetup, type Setup } from "./run-scenario.ts";
import { parseScenarios } from "./scenarios.ts";

const MIB = 1024 * 1024;
const RUNTIME_MIB = 224;
const SAMPLE_MS = 5000;
/** Of the limit, taken by the neighbour: above what makes the server refuse, below where the kernel kills. */
const SQUEEZED_SHARE = 0.965;
const SQUEEZE_MS = 25_000;
const RELEASE_MS = 90_000;
/** For the neighbour to take a part of what is left, reclaiming included. */
const TAKE_MS = 30_000;

const USAGE = `node test/bench/limited.ts [options]    as root
  --minutes N   how long before the squeeze (2)
  --budget MIB  memory.budget (96)
  --share S     limit as a share of budget + ${String(RUNTIME_MIB)} MiB (1)`;

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { minutes: text, budget: text, share: text, sluice: text, help: { type: "boolean" } } });

if (values.help === true) console.log(USAGE);
else process.exitCode = await main();

async function main(): Promise<number> {
  const minutes = positive("minutes", values.minutes ?? 2);
  const budgetMib = positive("budget", values.budget ?? 96);
  const limitBytes = Math.floor((budgetMib + RUNTIME_MIB) * positive("share", values.share ?? 1)) * MIB;
  const [scenario] = parseScenarios("tcp-16x64");
  if (scenario === undefined) throw new Error("no such scenario");
  const group = ControlGroup.make(limitBytes);
  const { name, command } = oneServer(values);
  const spec = { name, command: group.around(`env MTX_MEMORY_BUDGET=${String(budgetMib)}M ${command}`) };
  console.log(`limit ${String(limitBytes / MIB)} MiB, budget ${String(budgetMib)} MiB, ${String(minutes)} min`);
  let good = true;
  const point = (what: string, passed: boolean, figure: string): void => {
    console.log(`${passed ? "pass" : "FAIL"}  ${what}: ${figure}`);
    good &&= passed;
  };
  try {
    await withSetup(scenario, spec, async (setup) => {
      await openReaders(setup, scenario);
      await setup.readers.call("begin", null);
      const most = await watch(setup, group, minutes);
      const before = await setup.readers.call("report", null);
      point(
        "nobody is killed for want of memory",
        group.killed === 0,
        `${String(group.killed)} killed, ${most.toFixed(0)} MiB at most`,
      );
      point(
        "64 readers lose nothing",
        lostBy(before) === 0,
        `${String(lostBy(before))} lost, p99 ${before.latencyP99.toFixed(1)} ms`,
      );
      await squeeze(setup, { group, limitBytes, point });
    });
  } finally {
    await sleep(500); // the group's processes are gone once they are reaped
    group.remove();
  }
  return good ? 0 : 1;
}

/** The most that was in use, MiB. */
async function watch({ server }: Setup, group: ControlGroup, minutes: number): Promise<number> {
  let most = 0;
  for (let passed = 0; passed < minutes * 60_000; passed += SAMPLE_MS) {
    await sleep(SAMPLE_MS);
    if (!server.alive) throw new Error(`the server has ended:\n${server.logTail()}`);
    most = Math.max(most, group.usedBytes / MIB);
  }
  return most;
}

type Point = (what: string, passed: boolean, figure: string) => void;

async function squeeze(
  { server, readers }: Setup,
  { group, limitBytes, point }: { group: ControlGroup; limitBytes: number; point: Point },
): Promise<void> {
  const neighbour = await startNeighbour(group, limitBytes);
  let refused: number | undefined;
  const until = performance.now() + SQUEEZE_MS;
  while (refused === undefined && performance.now() < until) {
    await sleep(1000);
    refused = await newcomer(server.url("cam0"));
  }
  const relief = await metric(server.ports.api, /^sluice_memory_relief\{step="(\S+)"\} 1$/gm);
  const live = await metric(server.ports.api, /^sluice_camera_up\{camera="(\S+)"\} 1$/gm);
  const during: WindowReport = await readers.call("report", null);
  point("squeezed: a new reader is refused", refused === 453, refused === undefined ? "it was taken" : String(refused));
  point("squeezed: steps are taken", relief.length > 0, relief.join(", "));
  point("squeezed: cameras go on", live.length === 16, `${String(live.length)} of 16`);
  point("squeezed: readers go on", lostBy(during) === 0, `${String(lostBy(during))} lost`);
  point("squeezed: nobody is killed", group.killed === 0 && server.alive, `${String(group.killed)} killed`);
  neighbour.kill("SIGKILL");
  await once(neighbour, "exit");
  const released = performance.now();
  let again = await newcomer(server.url("cam0"));
  while (again !== undefined && performance.now() - released < RELEASE_MS) {
    await sleep(1000);
    again = await newcomer(server.url("cam0"));
  }
  point("released: readers are taken again", again === undefined, `${((performance.now() - released) / 1000).toFixed(0)} s`);
}

/** A process that takes what the group has left, but for a little, and says when it has. */
async function startNeighbour(group: ControlGroup, limitBytes: number): Promise<ChildProcess> {
  const script = [
    "let held = [];",
    "process.stdin.on('data', (text) => {",
    "  const bytes = Number(text);",
    "  if (bytes > 0) held.push(Buffer.alloc(bytes, 1));",
    "  process.stdout.write('ok');",
    "});",
  ].join(" ");
  const child = spawn("sh", ["-c", `exec ${group.around(`'${process.execPath}' -e "${script}"`)}`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(() => false);
  const take = async (bytes: number): Promise<void> => {
    child.stdin.write(String(Math.floor(bytes)));
    const given = once(child.stdout, "data").then(() => true);
    const waited = sleep(TAKE_MS, false, { ref: false });
    if (!(await Promise.race([given, ended, waited]))) throw new Error("the neighbour couldn't take its memory");
  };
  await take(0);
  for (let round = 0; round < 20; round += 1) {
    const missing = limitBytes * SQUEEZED_SHARE - group.usedBytes;
    if (missing < MIB) break;
    await take(missing / 2);
  }
  return child;
}

/** The status a new reader is refused with; undefined when it was taken. */
async function newcomer(url: string): Promise<number | undefined> {
  const link = await Link.open(url, { onFrame: () => undefined, onClose: () => undefined });
  try {
    await link.request({ method: "DESCRIBE", url, headers: ["Accept: application/sdp"] });
    const headers = ["Transport: RTP/AVP/TCP;unicast;interleaved=0-1"];
    await link.request({ method: "SETUP", url: `${url}/trackID=0`, headers });
    return undefined;
  } catch (error) {
    if (error instanceof Refused) return error.status;
    throw error;
  } finally {
    link.close();
  }
}

async function metric(port: number, pattern: RegExp): Promise<readonly string[]> {
  const page = await (await fetch(`http://127.0.0.1:${String(port)}/metrics`)).text();
  return [...page.matchAll(pattern)].map(([, value = ""]) => value);
}

function lostBy(report: WindowReport): number {
  return report.lostPackets + report.missingUnits + report.brokenUnits + report.starved;
}
