/**
 * One server under test as a child process: gets ports and a configuration file, is started, awaited and stopped with all
 * its descendants. Its output goes to a file beside the configuration, shown when it fails.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Transport } from "../load/reader.ts";
import { configFor, kindOf, type CameraPath, type ServerKind, type ServerPorts } from "./config.ts";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 4_000;
const POLL_MS = 50;
const LOG_TAIL_CHARS = 2_000;
const REPOSITORY = join(import.meta.dirname, "../../..");
const running = new Set<ServerProcess>();

/** A server to measure: its name decides the configuration's format, `{config}` in the command is the file's path. */
export interface ServerSpec {
  readonly name: string;
  readonly command: string;
}

/** A started server. `close` stops it and removes its files; it is stopped too when the bench exits. */
export class ServerProcess {
  readonly name: string;
  readonly kind: ServerKind;
  readonly ports: ServerPorts;
  readonly #child: ChildProcess;
  readonly #directory: string;
  #closed = false;

  private constructor(spec: ServerSpec, ports: ServerPorts, directory: string) {
    this.name = spec.name;
    this.kind = kindOf(spec.name);
    this.ports = ports;
    this.#directory = directory;
    const log = openSync(join(directory, "log"), "a");
    const command = spec.command.replaceAll("{config}", `'${join(directory, "config.yml")}'`);
    // `exec`: the child's pid is the server's; its own group, so that nothing it started outlives it.
    this.#child = spawn("/bin/sh", ["-c", `exec ${command}`], { cwd: REPOSITORY, detached: true, stdio: ["ignore", log, log] });
    closeSync(log);
    running.add(this);
  }

  /** Starts `spec` with `cameras` and waits until its RTSP port answers. */
  static async start(spec: ServerSpec, cameras: readonly CameraPath[], transport: Transport = "tcp"): Promise<ServerProcess> {
    const ports = {
      rtsp: await freeTcpPort(),
      rtp: await freeUdpPair(),
      api: await freeTcpPort(),
      webrtc: transport === "whep" ? await freeTcpPort() : 0,
      media: await freeUdpPair(),
      hls: transport === "hls" ? await freeTcpPort() : 0,
    };
    const directory = mkdtempSync(join(tmpdir(), "sluice-bench-"));
    writeFileSync(join(directory, "config.yml"), configFor(kindOf(spec.name), ports, cameras));
    const server = new ServerProcess(spec, ports, directory);
    try {
      await server.#answering();
      return server;
    } catch (error) {
      const tail = server.logTail();
      await server.close();
      throw new Error(`${spec.name} did not start: ${error instanceof Error ? error.message : String(error)}\n${tail}`);
    }
  }

  /** Process id of the root of the tree. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Whether the process is still there. */
  get alive(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Address of a path for readers over `transport`. */
  url(path: string, transport: Transport = "tcp"): string {
    if (transport === "whep" && this.kind === "go2rtc") return `http://127.0.0.1:${this.ports.api}/api/webrtc?src=${path}`;
    if (transport === "whep") return `http://127.0.0.1:${this.ports.webrtc}/${path}/whep`;
    if (transport === "hls") return `http://127.0.0.1:${this.ports.hls}/${path}/index.m3u8`;
    return `rtsp://127.0.0.1:${this.ports.rtsp}/${path}`;
  }

  /** The last lines the server printed. */
  logTail(): string {
    return readFileSync(join(this.#directory, "log"), "utf8").slice(-LOG_TAIL_CHARS);
  }

  /** Ends the server: politely, then not. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.alive) {
      const gone = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      await Promise.race([gone, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
    }
    this.killGroup();
    running.delete(this);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** Kills whatever is left of the server's process group. */
  killGroup(): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // The group is empty: all of it has ended already.
    }
  }

  async #answering(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!(await accepts(this.ports.rtsp))) {
      if (!this.alive) throw new Error(`exit status ${this.#child.exitCode ?? this.#child.signalCode ?? "unknown"}`);
      if (performance.now() > deadline) throw new Error(`no RTSP port after ${START_TIMEOUT_MS} ms`);
      await sleep(POLL_MS);
    }
  }
}

process.on("exit", () => {
  for (const server of running) server.killGroup();
});

/** A TCP port of loopback that was free a moment ago. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a listening server has no port");
  return address.port;
}

/** An even UDP port of loopback, free with the odd one after it. */
async function freeUdpPair(): Promise<number> {
  for (;;) {
    const port = 20_000 + 2 * Math.floor(Math.random() * 6_000);
    if ((await udpFree(port)) && (await udpFree(port + 1))) return port;
  }
}

async function udpFree(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, "127.0.0.1");
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
