/**
 * A whole Sluice as people run it: `scripts/sluice run --config F`, on free ports of loopback, with a configuration in a
 * directory of its own.
 */
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { freeTcpPort, freeUdpPair } from "./free-ports.ts";
import { RunningProgram, type ProgramResult } from "./programs.ts";
import { ROOT } from "./source-tree.ts";
import { tempDir, type Cleanup } from "./temp-dir.ts";
import { waitUntil } from "./wait-until.ts";

const START_MS = 60_000;
/** The program: from source, or the packed one where its name (from the root of the tree) is given. */
const PROGRAM = resolve(ROOT, process.env["TEST_EXECUTABLE"] ?? "scripts/sluice");

/** How to start it. */
export interface SluiceOptions {
  /** Appended to the listeners' addresses: `paths:` and whatever else the test wants, YAML. */
  readonly config: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Wait for the API alone: there is no RTSP. */
  readonly apiOnly?: boolean;
  /** Serve the page too. */
  readonly page?: boolean;
  /** Address of its listeners; 127.0.0.1 by default. Another one is for a network of the test's own. */
  readonly host?: string;
  /** What its command line begins with, to run it elsewhere. */
  readonly through?: readonly string[];
}

/** A running Sluice. */
export interface SluiceProcess {
  readonly program: RunningProgram;
  readonly rtspPort: number;
  readonly rtpPort: number;
  readonly apiPort: number;
  readonly hlsPort: number;
  /** HTTP port of WHEP and WHIP. */
  readonly webrtcPort: number;
  /** Where the page is, if it is served. */
  readonly pageUrl: string;
  /** Its configuration: `config` behind the listeners' addresses. */
  readonly file: string;
  /** The file's text with another `config`. */
  text(config: string): string;
  /** Address of a path, RTSP. */
  url(path: string): string;
  /** What it has printed so far, for a failure's message. */
  log(): string;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<ProgramResult>;
}

/** Starts Sluice and waits until it takes RTSP and API connections; it ends with `t`. */
export async function startSluice(t: Cleanup, options: SluiceOptions): Promise<SluiceProcess> {
  const [rtspPort, apiPort, webrtcPort] = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort()];
  const [hlsPort, webPort] = [await freeTcpPort(), await freeTcpPort()];
  const [rtpPort, mediaPort] = [await freeUdpPair(), await freeUdpPair()];
  const { host = "127.0.0.1", page = false } = options;
  const file = join(tempDir(t), "sluice.yml");
  const text = (config: string): string =>
    [
      `rtspAddress: ${host}:${String(rtspPort)}`,
      `rtpAddress: ${host}:${String(rtpPort)}`,
      `rtcpAddress: ${host}:${String(rtpPort + 1)}`,
      "api: yes",
      `apiAddress: ${host}:${String(apiPort)}`,
      page ? `webAddress: ${host}:${String(webPort)}` : "web: no",
      `hlsAddress: ${host}:${String(hlsPort)}`,
      `webrtcAddress: ${host}:${String(webrtcPort)}`,
      `webrtcLocalUDPAddress: ${host}:${String(mediaPort)}`,
      ...(config.includes("webrtcLocalTCPAddress:") ? [] : ['webrtcLocalTCPAddress: ""']),
      config,
    ].join("\n");
  writeFileSync(file, text(options.config));
  const [command = "", ...args] = [...(options.through ?? []), PROGRAM, "run", "--config", file];
  const program = new RunningProgram(command, [...args, ...(options.args ?? [])], { env: { ...options.env } });
  t.after(async () => {
    await program.stop();
  });
  const log = (): string => program.stdout + program.stderr;
  await waitUntil(
    async () => {
      if (program.ended) throw new Error(`Sluice ended:\n${log()}`);
      if (page && !(await accepts(webPort, host))) return false;
      return (options.apiOnly === true || (await accepts(rtspPort, host))) && (await accepts(apiPort, host));
    },
    { what: "Sluice's ports", timeoutMs: START_MS, pollMs: 50 },
  );
  return {
    program,
    rtspPort,
    rtpPort,
    apiPort,
    hlsPort,
    webrtcPort,
    pageUrl: `http://${host}:${String(webPort)}`,
    file,
    text,
    url: (path) => `rtsp://${host}:${String(rtspPort)}/${path}`,
    log,
    stop: () => program.stop(),
  };
}

/** Whether somebody listens on this TCP port, of loopback unless told. */
export function accepts(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => {
      end(true);
    });
    socket.once("error", () => {
      end(false);
    });
  });
}
