/**
 * Throws random arguments of every type at every function of the native module, while its sockets receive, are closed, and
 * are collected. It must answer each call with a result, a TypeError, a RangeError or a system error; that it also keeps to
 * its memory is for the sanitizers to say (scripts/native-fuzz runs this with the sanitized build).
 *
 *   node --expose-gc test/fuzz/native.ts [--calls 200000] [--seed 1]
 *
 * Nothing leaves the machine: sockets are bound to loopback addresses, destinations and groups are of loopback, and
 * descriptors are of sockets made here, or of none.
 */
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { loadNative, type NativeModule, type NativeUdpHandle } from "#platform/native.ts";
import { descriptorOf } from "#platform/tcp.ts";
import { Dice, junk, typedArray } from "./native-arguments.ts";

const MAX_OPEN = 60;
const CALLS_PER_TURN = 50;
const CALLS_PER_WORKER = 20_000;

/** What every call may end with. */
type Outcome = "result" | "TypeError" | "RangeError" | "system error";

const { values } = parseArgs({ options: { calls: { type: "string" }, seed: { type: "string" } } });
const calls = Number(values.calls ?? "200000");
const seed = Number(values.seed ?? "1");
const { native } = loadNative(process.env);
if (native === undefined) throw new Error("the native module is not built (scripts/native)");

const dice = new Dice(seed);
const outcomes = new Map<string, Record<Outcome, number>>();
let delivered = 0;
let thrown = 0;

class Fuzzer {
  readonly #native: NativeModule;
  readonly #functions: ReadonlyMap<string, (...args: unknown[]) => unknown>;
  readonly #descriptors: readonly number[];
  #handles: NativeUdpHandle[] = [];
  #ports: number[] = [9];
  /** Whether the arguments of this call are all of the right type. */
  #honest = true;

  constructor(module: NativeModule, descriptors: readonly number[]) {
    this.#native = module;
    this.#functions = new Map(Object.entries(module));
    this.#descriptors = descriptors;
  }

  /** One call of a random function with random arguments. */
  step(): void {
    const names = Object.keys(this.#generators) as (keyof NativeModule)[];
    const name = dice.pick(names);
    this.#honest = dice.chance(0.6);
    const args = this.#generators[name]().map((argument) => (this.#lies(0.1) ? this.#anything() : argument));
    if (this.#lies(0.05)) args.length = dice.below(args.length + 1);
    if (this.#lies(0.05)) args.push(this.#anything());
    const result = record(name, () => this.#functions.get(name)?.apply(dice.pick([undefined, this.#native, args[0]]), args));
    if (name === "udpOpen" && result !== undefined) this.#opened(result as NativeUdpHandle);
    // Most closed sockets are forgotten, or all calls would end at that.
    if (name === "udpClose" && dice.chance(0.95)) this.#handles = this.#handles.filter((handle) => handle !== args[0]);
    if (this.#handles.length > MAX_OPEN) this.#close(dice.below(this.#handles.length), dice.chance(0.5));
  }

  /** True with probability `share`, never in an honest call. */
  #lies(share: number): boolean {
    return !this.#honest && dice.chance(share);
  }

  /** Forgets every socket, closing some of them. */
  drop(): void {
    while (this.#handles.length > 0) this.#close(0, dice.chance(0.5));
  }

  #opened(handle: NativeUdpHandle): void {
    this.#handles.push(handle);
    const local = new Int32Array(8);
    this.#native.udpLocalAddress(handle, local);
    this.#ports = [...this.#ports.slice(-20), local[0] ?? 9];
  }

  #close(index: number, properly: boolean): void {
    const [handle] = this.#handles.splice(index, 1);
    if (properly && handle !== undefined) this.#native.udpClose(handle);
  }

  readonly #generators: Readonly<Record<keyof NativeModule, () => unknown[]>> = {
    parseAddress: () => [this.#address(), this.#number(65_535), this.#words(16)],
    udpOpen: () => [
      dice.pick(["127.0.0.1", "::1", "127.0.0.2", "::ffff:127.0.0.1", "0.0.0.0.0", ""]),
      dice.chance(0.7) ? 0 : dice.pick(this.#ports),
      this.#number(8),
      this.#number(1 << 20),
      this.#number(1 << 20),
    ],
    udpReceiveInto: () => {
      if (dice.chance(0.7)) return [new Uint8Array(65_536 * 64), new Int32Array(512)];
      const bytes = new Uint8Array(65_536 * dice.below(66) + dice.below(3));
      const words = new Int32Array(dice.below(600));
      if (dice.chance(0.1)) structuredClone(bytes, { transfer: [bytes.buffer] });
      else if (dice.chance(0.1)) setImmediate(() => structuredClone(bytes, { transfer: [bytes.buffer] }));
      return [bytes, words];
    },
    udpStart: () => [this.#handle(), this.#receiver()],
    udpLocalAddress: () => [this.#handle(), this.#words(16)],
    udpSend: () => this.#batch(),
    udpJoin: () => [this.#handle(), dice.pick(["239.1.1.1", "ff15::1%lo", "127.0.0.1", "junk"]), dice.pick(["127.0.0.1", "::1"])],
    udpMulticastHops: () => [this.#handle(), this.#number(300)],
    udpMulticastInterface: () => [this.#handle(), this.#address()],
    udpSegments: () => [this.#handle()],
    udpClose: () => [dice.chance(0.3) ? this.#handle() : this.#anything()],
    srtpOpen: () => [
      dice.pick([1, 7, 7, this.#number(9)]),
      Buffer.alloc(this.#honest ? 16 : dice.below(40)),
      Buffer.alloc(dice.pick([12, 14, dice.below(20)])),
      Buffer.alloc(dice.pick([0, 20, dice.below(40)])),
    ],
    srtpClose: () => [dice.chance(0.5) ? dice.below(300) : this.#number(5000)],
    srtpSend: () => {
      const [socket, buffer, offsets, lengths, count] = this.#batch();
      const bytes = buffer as Buffer; // as #batch makes it
      for (let at = 0; at < bytes.length; at += 1 + dice.below(300)) bytes[at] = dice.pick([0x80, 0x90, 0x8f, 0xa0]);
      const targets = dice.below(5);
      const records = Int32Array.from({ length: targets * 12 }, () => dice.below(300));
      for (let target = 0; target < targets; target += 1) records.set(this.#records(1).subarray(0, 8), target * 12);
      return [socket, buffer, offsets, lengths, count, records, dice.chance(0.9) ? targets : this.#number(70_000)];
    },
    srtpProtect: () => {
      const packet = Buffer.alloc(dice.below(3000), dice.pick([0x80, 0x90, 0x8f, 0]));
      const into = Buffer.alloc(dice.below(4000));
      return [dice.below(300), packet, dice.below(2 ** 32), dice.below(128), dice.below(65_536), into, this.#number(into.length)];
    },
    tcpSend: () => {
      const count = dice.below(8);
      const descriptors = Int32Array.from({ length: dice.below(8) }, () => this.#descriptor());
      const buffer = Buffer.alloc(dice.below(100_000));
      const start = dice.below(buffer.length);
      const end = start + dice.below(buffer.length - start + 1);
      if (this.#honest) return [descriptors, Math.min(count, descriptors.length), buffer, start, end, new Int32Array(8)];
      return [descriptors, count, buffer, this.#number(start), this.#number(end), this.#words(8)];
    },
    tcpLimit: () => [this.#descriptor(), this.#number(1 << 20), this.#number(1 << 20)],
    trimMemory: () => [],
    unixSend: () => [
      dice.pick(["@sluice-fuzz", "/nonexistent/socket", "@", "relative", "/".repeat(200)]),
      Buffer.alloc(dice.below(70_000)),
    ],
    forbidCoreDumps: () => [],
    endWithParent: () => [],
    arpOpen: () => [dice.pick(["nonexistent", "", "x".repeat(40)])],
    arpAsk: () => [this.#descriptor(), this.#address()],
    arpAnswers: () => [this.#descriptor(), this.#address()],
    arpClose: () => [-1 - dice.below(100)], // any other number may be somebody's
  };

  #batch(): unknown[] {
    const buffer = Buffer.alloc(70_000 + dice.below(100_000));
    const size = dice.below(2000);
    const packets = dice.below(dice.chance(0.05) ? 700 : 20);
    const inside = this.#honest || dice.chance(0.8);
    const offsets = Uint32Array.from({ length: packets }, () =>
      dice.below(inside ? Math.max(1, buffer.length - 70_000) : 2 ** 32),
    );
    const lengths = Uint32Array.from({ length: packets }, () =>
      dice.chance(0.8) ? size : dice.below(inside ? 70_000 : 2 ** 32),
    );
    const targets = dice.below(5);
    const count = dice.chance(0.9) ? packets : this.#number(1000);
    return [
      this.#handle(),
      buffer,
      offsets,
      lengths,
      count,
      this.#records(targets),
      dice.chance(0.9) ? targets : this.#number(70_000),
    ];
  }

  /** Destinations on loopback only, some of them nonsense. */
  #records(count: number): Int32Array {
    const records = new Int32Array(count * 8 + dice.below(8));
    for (let at = 0; at + 8 <= records.length; at += 8) {
      records[at] = dice.chance(0.9) ? dice.pick(this.#ports) : dice.below(2 ** 32);
      records[at + 1] = dice.chance(0.9) ? dice.pick([4, 6]) : dice.below(2 ** 32);
      if (records[at + 1] === 6) records[at + 5] = 1 << 24;
      else records[at + 2] = 127 | (1 << 24);
      records[at + 6] = dice.chance(0.9) ? 0 : dice.below(2 ** 32);
    }
    return records;
  }

  #receiver(): (count: number) => void {
    return (count) => {
      delivered += count;
      if (dice.chance(0.02)) this.drop();
      if (dice.chance(0.02)) throw new Error("thrown by a receiver on purpose");
    };
  }

  #handle(): unknown {
    if (!this.#lies(0.1) && this.#handles.length > 0) return dice.pick(this.#handles);
    const handle = this.#handles[0] ?? {};
    return dice.pick([handle, Object.create(handle), new Proxy(handle, {}), { ...handle }, {}, null]);
  }

  #descriptor(): number {
    return dice.chance(0.8) ? dice.pick(this.#descriptors) : dice.pick([-1, -2147483648, 2147483647, 1_000_000]);
  }

  #number(below: number): unknown {
    return this.#lies(0.1) ? this.#anything() : dice.below(below + 1);
  }

  #words(length: number): unknown {
    return this.#lies(0.2) ? typedArray(dice) : new Int32Array(length - (this.#honest ? 0 : dice.below(length)));
  }

  #address(): unknown {
    return dice.pick([
      "127.0.0.1",
      "::1",
      "fe80::1%lo",
      "fe80::1%",
      "fe80::1%4294967299",
      "%",
      "1.2.3",
      ":::",
      "x".repeat(dice.below(90)),
      "127.0.0.1\0x",
    ]);
  }

  #anything(): unknown {
    return dice.chance(0.1) ? dice.pick(this.#handles) : junk(dice);
  }
}

/** Runs one call and notes how it ended; anything unforeseen is the finding. */
function record(name: string, run: () => unknown): unknown {
  const counts = outcomes.get(name) ?? { result: 0, TypeError: 0, RangeError: 0, "system error": 0 };
  outcomes.set(name, counts);
  try {
    const result = run();
    counts.result += 1;
    return result;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (error instanceof TypeError && code.startsWith("ERR_")) counts.TypeError += 1;
    else if (error instanceof RangeError && code.startsWith("ERR_")) counts.RangeError += 1;
    else if (error instanceof Error && /^E[A-Z0-9]+$/.test(code)) counts["system error"] += 1;
    else throw new Error(`${name} ended in an unforeseen way`, { cause: error });
    return undefined;
  }
}

/** A thread that ends with sockets open, by itself or by force. */
async function endThreadWithSockets(force: boolean): Promise<void> {
  const code = `
    const { workerData } = require("node:worker_threads");
    const loaded = { exports: {} };
    process.dlopen(loaded, workerData);
    const native = loaded.exports;
    native.udpReceiveInto(new Uint8Array(65536 * 4), new Int32Array(32));
    for (let index = 0; index < 5; index += 1) {
      const socket = native.udpOpen("127.0.0.1", 0, 0, 0, 0);
      if (index > 1) native.udpStart(socket, () => {});
    }
    require("node:worker_threads").parentPort.postMessage("ready");
    if (${String(!force)}) process.exit(0);
  `;
  const worker = new Worker(code, { eval: true, workerData: modulePath() });
  await new Promise((resolve) => worker.once("message", resolve));
  if (force) await worker.terminate();
  else await new Promise((resolve) => worker.once("exit", resolve));
}

function modulePath(): string {
  const folder = process.env["SLUICE_NATIVE_DIR"] ?? `${import.meta.dirname}/../../build/native`;
  return `${folder}/sluice-${process.arch}.node`;
}

async function connections(count: number): Promise<{ sockets: Socket[]; close: () => void }> {
  const peers: Socket[] = [];
  const server = createServer((socket) => peers.push(socket.on("error", () => undefined).resume())).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const sockets = Array.from({ length: count }, () => createConnection(port, "127.0.0.1").on("error", () => undefined));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  const close = (): void => {
    server.close();
    for (const socket of [...sockets, ...peers]) socket.destroy();
  };
  return { sockets, close };
}

process.on("uncaughtException", (error) => {
  if (!error.message.includes("on purpose")) throw error;
  thrown += 1;
});

const tcp = await connections(6);
const descriptors = tcp.sockets.map((socket) => descriptorOf(socket));
const fuzzer = new Fuzzer(native, descriptors);
for (let done = 0; done < calls; done += 1) {
  fuzzer.step();
  if (done % CALLS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  if (done % 5000 === 0) globalThis.gc?.();
  if (done % CALLS_PER_WORKER === 0) await endThreadWithSockets(dice.chance(0.5));
}
fuzzer.drop();
tcp.close();
globalThis.gc?.();
await new Promise((resolve) => setTimeout(resolve, 50));
console.table(Object.fromEntries(outcomes));
console.log(
  `${String(calls)} calls (seed ${String(seed)}), ${String(delivered)} datagrams received, ${String(thrown)} exceptions in receivers`,
);
process.exit(0);
