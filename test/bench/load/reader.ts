/**
 * One reader: DESCRIBE, SETUP of all media, PLAY over interleaved TCP or unicast UDP, verification of what arrives, keep-alive,
 * TEARDOWN. A reader that never reads goes as far as PLAY and then leaves everything in the kernel's buffers.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { machineNow } from "./clock.ts";
import { Link } from "./link.ts";
import { TrackCheck, type Tally, type Unit } from "./track-check.ts";

const KEEP_ALIVE_MS = 5_000;
const UDP_BUFFER_BYTES = 2 * 1024 * 1024;
const UDP_PAIR_TRIES = 50;

/** How a reader gets its media. */
export type Transport = "tcp" | "udp" | "whep" | "hls";

/** What a reader needs. `onClose` comes once, when the server ends the connection of a reader that had joined. */
export interface ReaderOptions {
  readonly url: string;
  readonly transport: Transport;
  readonly tally: Tally;
  readonly neverRead?: boolean;
  readonly onUnit?: (unit: Unit) => void;
  readonly onClose?: (reason: string) => void;
}

interface UdpPair {
  readonly port: number;
  readonly rtp: Socket;
  readonly rtcp: Socket;
}

interface Media {
  readonly kind: "video" | "audio";
  readonly control: string;
}

/** A reader that plays. */
export class Reader {
  /** When PLAY was sent, and complete video units since. */
  playedAt = 0;
  units = 0;
  closedReason: string | undefined;
  readonly #options: ReaderOptions;
  readonly #byChannel: (TrackCheck | undefined)[] = [];
  readonly #sockets: Socket[] = [];
  #link: Link | undefined;
  #session = "";
  #keepAlive: NodeJS.Timeout | undefined;
  #playing = false;

  private constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Joins: rejects with `Refused` or what went wrong, leaving nothing open. */
  static async join(options: ReaderOptions): Promise<Reader> {
    const reader = new Reader(options);
    try {
      await reader.#start();
      return reader;
    } catch (error) {
      reader.close();
      throw error;
    }
  }

  /** Local port of the RTSP connection. */
  get localPort(): number {
    return this.#link?.localPort ?? 0;
  }

  /** Leaves: TEARDOWN (or without a word, as many clients do), and everything closed. Idempotent. */
  close(how: "teardown" | "silently" = "teardown"): void {
    clearInterval(this.#keepAlive);
    if (this.#session !== "" && this.closedReason === undefined && how === "teardown") this.#send("TEARDOWN");
    this.closedReason ??= "left";
    this.#link?.close();
    for (const socket of this.#sockets.splice(0)) socket.close();
  }

  async #start(): Promise<void> {
    const { url, neverRead = false } = this.#options;
    const link = await Link.open(url, {
      onFrame: (channel, buffer, range) => this.#byChannel[channel]?.packet(buffer, range, this.#link?.readAt ?? 0),
      onClose: (reason) => this.#closed(reason),
    });
    this.#link = link;
    const described = await link.request({ method: "DESCRIBE", url, headers: ["Accept: application/sdp"] });
    const base = described.headers.get("content-base") ?? `${url}/`;
    for (const [index, media] of mediaOf(described.body, base).entries()) await this.#setup(link, index, media);
    this.playedAt = machineNow();
    if (neverRead) {
      this.#send("PLAY");
      link.stopReading();
    } else await link.request(this.#request("PLAY"));
    // A connection nobody reads tells of its end only when something is written: hence for all readers.
    this.#keepAlive = setInterval(() => this.#send("OPTIONS"), KEEP_ALIVE_MS);
    this.#playing = true;
  }

  async #setup(link: Link, index: number, media: Media): Promise<void> {
    const onUnit = (unit: Unit): void => {
      this.units += 1;
      this.#options.onUnit?.(unit);
    };
    const check = new TrackCheck({ kind: media.kind, tally: this.#options.tally, onUnit });
    let transport = `RTP/AVP/TCP;unicast;interleaved=${index * 2}-${index * 2 + 1}`;
    if (this.#options.transport === "udp") {
      const pair = await this.#udpPair(check);
      transport = `RTP/AVP;unicast;client_port=${pair.port}-${pair.port + 1}`;
    }
    const session = this.#session === "" ? [] : [`Session: ${this.#session}`];
    const reply = await link.request({ method: "SETUP", url: media.control, headers: [`Transport: ${transport}`, ...session] });
    this.#session = (reply.headers.get("session") ?? "").split(";")[0] ?? "";
    const channel = /interleaved=(\d+)/.exec(reply.headers.get("transport") ?? "")?.[1];
    if (channel !== undefined) this.#byChannel[Number(channel)] = check;
  }

  #request(method: string): { method: string; url: string; headers: string[] } {
    const headers = [`Session: ${this.#session}`, ...(method === "PLAY" ? ["Range: npt=0.000-"] : [])];
    return { method, url: this.#options.url, headers };
  }

  #send(method: string): void {
    this.#link?.send(this.#request(method));
  }

  #closed(reason: string): void {
    if (this.closedReason !== undefined) return;
    this.closedReason = reason;
    this.close();
    if (this.#playing) this.#options.onClose?.(reason);
  }

  async #udpPair(check: TrackCheck): Promise<UdpPair> {
    for (let tries = 0; tries < UDP_PAIR_TRIES; tries += 1) {
      const rtp = createSocket({ type: "udp4", recvBufferSize: UDP_BUFFER_BYTES });
      const rtcp = createSocket("udp4");
      try {
        const port = 32_768 + 2 * Math.floor(Math.random() * 14_000);
        await bind(rtp, port);
        await bind(rtcp, port + 1);
        this.#sockets.push(rtp, rtcp);
        const range = { start: 0, end: 0 };
        rtp.on("message", (packet) => {
          range.end = packet.length;
          check.packet(packet, range, machineNow());
        });
        return { port, rtp, rtcp };
      } catch {
        rtp.close();
        rtcp.close();
      }
    }
    throw new Error("no free pair of UDP ports");
  }
}

async function bind(socket: Socket, port: number): Promise<void> {
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
}

/** Media of an SDP with their control URLs resolved against `base`. */
export function mediaOf(sdp: string, base: string): Media[] {
  const sections = sdp.split(/^(?=m=)/m).slice(1);
  return sections.map((section) => {
    const control = /^a=control:(\S+)/m.exec(section)?.[1] ?? "";
    const absolute = /^rtsp:/.test(control) ? control : `${base.replace(/\/?$/, "/")}${control}`;
    return { kind: section.startsWith("m=audio") ? "audio" : "video", control: absolute };
  });
}
