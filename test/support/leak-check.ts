/**
 * Fails a test file that leaves something open: timers, sockets, servers, child processes, workers, or listeners on the
 * process. Loaded into every test file's process with `--import` (scripts/test does); what counts is what is still there
 * after the file's last test and a short grace for closing handshakes.
 */
import assert from "node:assert/strict";
import { after } from "node:test";

/** Milliseconds that sockets get to finish closing. */
const GRACE_MS = 1500;
const POLL_MS = 10;
/** Milliseconds after which a leaking file's process, which would never end by itself, is ended. */
const END_MS = 500;

/** What the runtime itself keeps open: pipes to the runner, and requests of the module loader. */
const ordinary = new Set(["PipeWrap", "TTYWrap", "FSReqCallback", "FSReqPromise", "MessagePort", "CloseReq"]);
const watchedEvents = [
  "uncaughtException",
  "unhandledRejection",
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGUSR1",
  "SIGUSR2",
  "exit",
] as const;

/** Open resources by kind, ordinary ones left out. */
export function openResources(): readonly string[] {
  return process.getActiveResourcesInfo().filter((kind) => !ordinary.has(kind));
}

function listenerCounts(): Readonly<Record<string, number>> {
  return Object.fromEntries(watchedEvents.map((event) => [event, process.listenerCount(event)]));
}

/** What is in `now` beyond what was in `before`, counted by kind. */
function surplus(now: readonly string[], before: readonly string[]): readonly string[] {
  const rest = [...before];
  return now.filter((kind) => {
    const known = rest.indexOf(kind);
    if (known >= 0) rest.splice(known, 1);
    return known < 0;
  });
}

async function nothingLeft(before: readonly string[]): Promise<readonly string[]> {
  const deadline = performance.now() + GRACE_MS;
  for (;;) {
    // Asked from an immediate: a pause by timer would count itself.
    await new Promise((resolve) => setImmediate(resolve));
    const left = surplus(openResources(), before).filter((kind) => kind !== "Immediate");
    if (left.length === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Registers the check for this process's test file. */
function watch(): void {
  const before = openResources();
  const warnings: string[] = [];
  process.on("warning", (warning) => {
    if (warning.name === "MaxListenersExceededWarning") warnings.push(warning.message);
  });
  after(async () => {
    const left = await nothingLeft(before);
    if (left.length > 0) setTimeout(() => process.exit(1), END_MS).unref();
    const leaks = { open: left, listeners: listenerCounts(), warnings };
    assert.deepEqual(leaks, { open: [], listeners, warnings: [] }, `leak-check of ${process.argv[1] ?? "?"}`);
  });
  // Counted after the first call of the runner, which adds listeners of its own.
  const listeners = listenerCounts();
}

// The runner's own process loads this module too; only the processes of test files are watched.
if (process.env["NODE_TEST_CONTEXT"] === "child-v8") watch();
