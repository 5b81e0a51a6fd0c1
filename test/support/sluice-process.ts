/**
 * A whole Sluice as people run it: `scripts/sluice run --config F`, on free ports of loopback, with a configuration in a
 * directory of its own.
 */
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freeTcpPort, freeUdpPair } from "./free-ports.ts";
import { RunningProgram, type ProgramResult } from "./programs.ts";
import { ROOT } from "./source-tree.ts";
import { tempDir, type Cleanup } from "./temp-dir.ts";
import { waitUntil } from "./wait-until.ts";

const START_MS = 60_000;

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
  const file = join(tempDir(t), "sluice.yml");
  const text = (config: string): string =>
    [
      `rtspAddress: 127.0.0.1:${String(rtspPort)}`,
      `rtpAddress: 127.0.0.1:${String(rtpPort)}`,
      `rtcpAddress: 127.0.0.1:${String(rtpPort + 1)}`,
      "api: yes",
      `apiAddress: 127.0.0.1:${String(apiPort)}`,
      options.page === true ? `webAddress: 127.0.0.1:${String(webPort)}` : "web: no",
      `hlsAddress: 127.0.0.1:${String(hlsPort)}`,
      `webrtcAddress: 127.0.0.1:${String(webrtcPort)}`,
      `webrtcLocalUDPAddress: 127.0.0.1:${String(mediaPort)}`,
      config,
    ].join("\n");
  writeFileSync(file, text(options.config));
  const args = ["run", "--config", file, ...(options.args ?? [])];
  const program = new RunningProgram(join(ROOT, "scripts", "sluice"), args, { env: { ...options.env } });
  t.after(async () => {
    await program.stop();
  });
  const log = (): string => program.stdout + program.stderr;
  await waitUntil(
    async () => {
      if (program.ended) throw new Error(`Sluice ended:\n${log()}`);
      if (options.page === true && !(await accepts(webPort))) return false;
      return (options.apiOnly === true || (await accepts(rtspPort))) && (await accepts(apiPort));
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
    pageUrl: `http://127.0.0.1:${String(webPort)}`,
    file,
    text,
    url: (path) => `rtsp://127.0.0.1:${String(rtspPort)}/${path}`,
    log,
    stop: () => program.stop(),
  };
}

/** Whether somebody listens on this TCP port of loopback. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
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
