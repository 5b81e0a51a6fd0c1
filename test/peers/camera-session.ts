/**
 * One client's session with a fake camera: where its tracks go, the frames as they fall due, and the session time-out.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { CameraConnection } from "./camera-connection.ts";
import type { CameraMedia, MediaPacket } from "./camera-media.ts";
import type { CameraScript } from "./camera-script.ts";

/** Group and ports of multicast media: unlike others', random per process. */
const GROUP = `239.255.${String(process.pid % 250)}.${String(Math.floor(performance.timeOrigin) % 250)}`;

/** What a session needs of its camera. */
export interface SessionHost {
  readonly script: CameraScript;
  readonly muted: ReadonlySet<number>;
  readonly mutedReports: boolean;
  reports: number;
}

/** What a session is made of. */
export interface SessionOptions {
  readonly host: SessionHost;
  readonly connection: CameraConnection;
  readonly media: CameraMedia;
  expired(): void;
}

type Route =
  | { readonly kind: "tcp"; readonly channels: readonly [number, number]; readonly silent: boolean }
  | {
      readonly kind: "udp";
      readonly sockets: readonly [Socket, Socket];
      readonly ports: readonly [number, number];
      readonly address: string;
    };

/** See the head of this file. */
export class CameraSession {
  readonly id: string;
  readonly connection: CameraConnection;
  /** Packets that arrived on the camera's UDP ports before PLAY: clients that open the way. */
  punches = 0;
  /** Media packets sent, and dropped on purpose. */
  sent = 0;
  dropped = 0;
  playing = false;
  readonly #options: SessionOptions;
  readonly #routes = new Map<number, Route>();
  readonly #watch: NodeJS.Timeout;
  #aliveAt = performance.now();
  #frames: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #framesSent = 0;
  #packets = 0;
  #held: (() => void) | undefined;

  constructor(id: string, options: SessionOptions) {
    this.id = id;
    this.connection = options.connection;
    this.#options = options;
    const timeoutMs = (options.host.script.sessionTimeout ?? 60) * 1000;
    this.#watch = setInterval(() => {
      if (performance.now() - this.#aliveAt > timeoutMs) options.expired();
    }, 50);
  }

  alive(): void {
    this.#aliveAt = performance.now();
  }

  /** Prepares the way of `track`; resolves with the usual Transport header. */
  async addTrack(track: number, way: { kind: "tcp" | "udp" | "multicast"; asked: string; client: string }): Promise<string> {
    const { script } = this.#options.host;
    if (way.kind === "tcp") {
      const asked = pairOf(way.asked, "interleaved") ?? [track * 2, track * 2 + 1];
      const channels = script.channels?.(track, asked) ?? asked;
      this.#routes.set(track, { kind: "tcp", channels, silent: script.silentTransports?.includes("tcp") === true });
      return `RTP/AVP/TCP;unicast;interleaved=${channels.join("-")};ssrc=11111111`;
    }
    const named = await this.#openPair();
    const sender = script.otherServerPorts === true ? await this.#openPair() : named;
    const ports = named.map((socket) => socket.address().port);
    if (way.kind === "multicast") {
      const group = await multicastPorts();
      for (const socket of sender) socket.setMulticastInterface("127.0.0.1");
      this.#routes.set(track, { kind: "udp", sockets: sender, ports: group, address: GROUP });
      return `RTP/AVP;multicast;destination=${GROUP};port=${group.join("-")};ttl=1`;
    }
    const client = pairOf(way.asked, "client_port") ?? [0, 0];
    this.#routes.set(track, { kind: "udp", sockets: sender, ports: client, address: way.client });
    return `RTP/AVP;unicast;client_port=${client.join("-")};server_port=${ports.join("-")};ssrc=11111111`;
  }

  /** Media from now on. */
  play(): void {
    if (this.playing) return;
    this.playing = true;
    this.#startedAt = performance.now();
    this.#frames = setInterval(() => {
      this.#sendDue();
    }, 10);
    this.#sendDue();
  }

  close(): void {
    clearInterval(this.#watch);
    clearInterval(this.#frames);
    this.#held = undefined;
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  readonly #sockets = new Set<Socket>();

  async #openPair(): Promise<readonly [Socket, Socket]> {
    const { address = "127.0.0.1" } = this.#options.host.script;
    const family = address === "::1" ? "udp6" : "udp4";
    const pair = [createSocket(family), createSocket(family)] as const;
    for (const [index, socket] of pair.entries()) {
      this.#sockets.add(socket);
      socket.on("message", () => {
        if (index === 1) this.#options.host.reports += 1;
        if (!this.playing) this.punches += 1;
      });
      socket.bind(0, address);
      await once(socket, "listening");
    }
    return pair;
  }

  #sendDue(): void {
    const { media, host } = this.#options;
    const due = (performance.now() - this.#startedAt) / media.periodMs;
    while (this.#framesSent <= due) {
      this.#framesSent += 1;
      for (const packet of media.next()) {
        if (host.muted.has(packet.track) && !packet.rtcp) continue;
        if (!packet.rtcp || !host.mutedReports) this.#send(packet);
      }
    }
  }

  #send(packet: MediaPacket): void {
    const route = this.#routes.get(packet.track);
    const { script } = this.#options.host;
    if (route === undefined) return;
    const index = this.#packets;
    this.#packets += 1;
    if (route.kind === "tcp") {
      if (route.silent) return;
      const channel = route.channels[packet.rtcp ? 1 : 0];
      const head = Buffer.from([0x24, channel, packet.bytes.length >> 8, packet.bytes.length & 0xff]);
      const garbage = script.garbage?.(index);
      this.sent += packet.rtcp ? 0 : 1;
      this.connection.write(Buffer.concat([...(garbage === undefined ? [] : [garbage]), head, packet.bytes]));
      return;
    }
    if (script.silentTransports?.includes("udp") === true) return;
    this.#sendDatagram(packet, {
      socket: route.sockets[packet.rtcp ? 1 : 0],
      port: route.ports[packet.rtcp ? 1 : 0],
      address: route.address,
      index,
    });
  }

  #sendDatagram(packet: MediaPacket, to: { socket: Socket; port: number; address: string; index: number }): void {
    const { faults } = this.#options.host.script;
    const deliver = (): void => {
      if (this.#sockets.has(to.socket)) to.socket.send(packet.bytes, to.port, to.address);
    };
    if (!packet.rtcp && faults?.drop?.(to.index) === true) {
      this.dropped += 1;
      return;
    }
    this.sent += packet.rtcp ? 0 : 1;
    if (!packet.rtcp && faults?.swap?.(to.index) === true && this.#held === undefined) {
      this.#held = deliver;
      return;
    }
    deliver();
    if (faults?.duplicate?.(to.index) === true) deliver();
    this.#held?.();
    this.#held = undefined;
  }
}

function pairOf(header: string, name: string): readonly [number, number] | undefined {
  const match = new RegExp(`${name}=(\\d+)-(\\d+)`).exec(header);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** Two ports that are free now; others of the group's receivers may share them. */
async function multicastPorts(): Promise<readonly [number, number]> {
  const probe = createSocket("udp4");
  probe.bind(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port % 2 === 0 ? [port, port + 1] : [port - 1, port];
}
