/**
 * Load process: an RTSP server with any number of synthetic cameras, `/cam0`, `/cam1`, …, each at its own phase. Plays over
 * interleaved TCP only (461 to anything else). It can go silent: connections stay and are accepted, but nothing is read,
 * answered or sent until it speaks again.
 */
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { machineNow } from "./clock.ts";
import { VIDEO_FPS, describeMedia } from "./media.ts";
import { Splitter, type Message } from "./splitter.ts";
import { Timeline, type CameraMedia } from "./timeline.ts";
import { serve } from "./worker.ts";

/** What `start` needs; `port` 0 or absent takes a free one. */
export interface CameraOptions extends CameraMedia {
  readonly cameras: number;
  readonly port?: number;
}

/** Calls the bench can make. */
export interface CameraCommands {
  start(options: CameraOptions): Promise<{ readonly port: number }>;
  silence(silent: boolean): void;
  report(input: null): CameraReport;
}

/** What the cameras saw: units not sent because the server read too slowly, and how often it connected and played. */
export interface CameraReport {
  readonly droppedWrites: number;
  readonly connections: number;
  readonly plays: number;
  readonly cpuSeconds: number;
}

const STEP_MS = 1;
const MAX_PENDING_BYTES = 4 * 1024 * 1024;
const PUBLIC = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN";

let timelines: Timeline[] = [];
let audio = false;
let silent = false;
const connections = new Set<Connection>();
const counters = { droppedWrites: 0, connections: 0, plays: 0 };

class Connection {
  readonly channels: (number | undefined)[] = [];
  readonly #socket: Socket;
  readonly #splitter = new Splitter({ onMessage: (message) => this.#request(message), onFrame: () => undefined });
  #timeline: Timeline | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#timeline?.remove(this);
      connections.delete(this);
    });
    if (silent) socket.pause();
  }

  write(bytes: Buffer): void {
    if (silent || this.#socket.destroyed) return;
    if (this.#socket.writableLength > MAX_PENDING_BYTES) counters.droppedWrites += 1;
    else this.#socket.write(bytes);
  }

  setSilent(on: boolean): void {
    if (on) this.#socket.pause();
    else this.#socket.resume();
  }

  #read(chunk: Buffer): void {
    try {
      this.#splitter.push(chunk, chunk.length);
    } catch {
      this.#socket.destroy();
    }
  }

  #request(message: Message): void {
    const [method = "", url = ""] = message.firstLine.split(" ");
    const index = Number(/\/cam(\d+)/.exec(url)?.[1] ?? -1);
    const timeline = timelines[index];
    if (method === "OPTIONS") return this.#answer(message, 200, { headers: [`Public: ${PUBLIC}`] });
    if (method === "GET_PARAMETER") return this.#answer(message, 200, { headers: ["Session: bench"] });
    if (method === "TEARDOWN") {
      this.#timeline?.remove(this);
      this.#timeline = undefined;
      return this.#answer(message, 200, { headers: ["Session: bench"] });
    }
    if (timeline === undefined) return this.#answer(message, 404);
    if (method === "DESCRIBE") {
      const base = `Content-Base: ${url.replace(/\/?$/, "/")}`;
      return this.#answer(message, 200, { headers: [base, "Content-Type: application/sdp"], body: describeMedia(audio) });
    }
    if (method === "SETUP") return this.#setup(message, Number(/trackID=(\d)/.exec(url)?.[1] ?? 0));
    if (method !== "PLAY") return this.#answer(message, 501);
    this.#answer(message, 200, { headers: ["Session: bench", "Range: npt=0.000-"] });
    counters.plays += 1;
    this.#timeline = timeline;
    timeline.add(this);
  }

  #setup(message: Message, track: number): void {
    const transport = message.headers.get("transport") ?? "";
    if (!/RTP\/AVP\/TCP/.test(transport)) return this.#answer(message, 461);
    const channel = Number(/interleaved=(\d+)/.exec(transport)?.[1] ?? track * 2);
    this.channels[track] = channel;
    const reply = `Transport: RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`;
    this.#answer(message, 200, { headers: [reply, "Session: bench;timeout=60"] });
  }

  #answer(request: Message, status: number, reply: { readonly headers?: readonly string[]; readonly body?: string } = {}): void {
    const { headers = [], body = "" } = reply;
    const sequence = `CSeq: ${request.headers.get("cseq") ?? "0"}`;
    const head = [`RTSP/1.0 ${status} ${status === 200 ? "OK" : "Refused"}`, sequence, ...headers];
    if (body !== "") head.push(`Content-Length: ${Buffer.byteLength(body)}`);
    this.#socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  }
}

async function start(options: CameraOptions): Promise<{ port: number }> {
  const phase = 1_000 / VIDEO_FPS / options.cameras;
  audio = options.audio;
  timelines = Array.from({ length: options.cameras }, (_, index) => new Timeline(options, index * phase));
  const server = createServer((socket) => {
    counters.connections += 1;
    connections.add(new Connection(socket));
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const step = (): void => {
    const now = machineNow();
    if (!silent) for (const timeline of timelines) timeline.step(now);
  };
  setInterval(step, STEP_MS);
  return { port: (server.address() as AddressInfo).port }; // a listening TCP server's address is never a string or null
}

function silence(on: boolean): void {
  silent = on;
  for (const connection of connections) connection.setSilent(on);
}

function report(): CameraReport {
  const { user, system } = process.cpuUsage();
  return { ...counters, cpuSeconds: (user + system) / 1e6 };
}

serve<CameraCommands>({ start, silence, report });
