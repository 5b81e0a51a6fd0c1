/**
 * The one UDP port, and where configured the one TCP port, of all sessions. What arrives is told apart by its first byte
 * (RFC 7983): a check finds its session by our user fragment, anything else by an address that has proved itself. To anyone
 * else nothing is ever answered, so the port can't be used to amplify or to find out that it is open.
 */
import type { Server, Socket } from "node:net";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Network, UdpDestination, UdpEndpoint, UdpSocket } from "#base/network.ts";
import { isStun, parseStun } from "#formats/stun/message.ts";
import type { IceAgent } from "./agent.ts";
import type { Remote } from "./remote.ts";
import { TcpRemote } from "./tcp-remote.ts";

/** Connections on the TCP port; over it, new ones are closed. A session needs one. */
const MAX_TCP_CONNECTIONS = 512;
/** Socket buffers: a key picture to many viewers at once, and a publisher's burst. Bytes. */
const SEND_BUFFER_BYTES = 4 * 1024 * 1024;
const RECEIVE_BUFFER_BYTES = 1024 * 1024;

/** Where it listens; undefined = not at all. */
export interface IceServerOptions {
  readonly network: Network;
  readonly udp: ListenAddress | undefined;
  readonly tcp: ListenAddress | undefined;
}

/** See the head of this file. */
export class IceServer {
  readonly #options: IceServerOptions;
  readonly #byFragment = new Map<string, IceAgent>();
  readonly #byRemote = new Map<string, { readonly agent: IceAgent; readonly remote: Remote }>();
  readonly #connections = new Set<TcpRemote>();
  /** Who takes the datagrams of STUN and TURN servers. */
  readonly #routes = new Map<string, (data: Buffer, range: { start: number; end: number }) => void>();
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;

  constructor(options: IceServerOptions) {
    this.#options = options;
  }

  /** Opens the ports. Rejects with the network's error; nothing is left open then. */
  async start(): Promise<void> {
    const { network, udp, tcp } = this.#options;
    if (udp !== undefined) {
      this.#udp = await network.bindUdp({
        address: udp.host ?? "",
        port: udp.port,
        sendBufferBytes: SEND_BUFFER_BYTES,
        receiveBufferBytes: RECEIVE_BUFFER_BYTES,
      });
      this.#udp.onDatagram((data, range, from) => this.#onDatagram(data, range, from));
    }
    if (tcp === undefined) return;
    try {
      this.#tcp = await network.listenTcp({
        host: tcp.host,
        port: tcp.port,
        onConnection: (socket) => this.#onConnection(socket),
      });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Whether it was made for these addresses. */
  isFor(addresses: Pick<IceServerOptions, "udp" | "tcp">): boolean {
    return sameAddress(this.#options.udp, addresses.udp) && sameAddress(this.#options.tcp, addresses.tcp);
  }

  /** The socket media goes out from; undefined where UDP is off. */
  get udp(): UdpSocket | undefined {
    return this.#udp;
  }

  get tcpPort(): number | undefined {
    const address = this.#tcp?.address();
    return typeof address === "object" && address !== null ? address.port : undefined;
  }

  /** Whatever comes from `endpoint` goes to `take`. */
  route(endpoint: UdpEndpoint, take: (data: Buffer, range: { start: number; end: number }) => void): void {
    this.#routes.set(keyOf(endpoint), take);
  }

  /** A packet that came another way than through the ports. */
  receive(packet: Buffer, remote: Remote): void {
    const range = { start: 0, end: packet.length };
    if (isStun(packet, range)) this.#check({ buffer: packet, range }, remote);
    else this.#byRemote.get(remote.key)?.agent.receive(packet, remote);
  }

  /** Checks with the agent's user fragment go to it from now on. */
  add(agent: IceAgent): void {
    this.#byFragment.set(agent.credentials.ufrag, agent);
  }

  /** The agent gets new credentials: call between taking it out and putting it in again. */
  restart(agent: IceAgent, run: () => void): void {
    this.#byFragment.delete(agent.credentials.ufrag);
    run();
    this.#byFragment.set(agent.credentials.ufrag, agent);
  }

  /** Forgets an agent and its addresses. */
  remove(agent: IceAgent): void {
    this.#byFragment.delete(agent.credentials.ufrag);
    for (const key of agent.remoteKeys) this.#byRemote.delete(key);
    for (const [key, entry] of this.#byRemote) if (entry.agent === agent) this.#byRemote.delete(key);
    for (const connection of this.#connections) if (connection.agent === agent) connection.destroy();
  }

  /** Closes the ports. Idempotent. */
  close(): void {
    this.#udp?.close();
    this.#tcp?.close();
    for (const connection of this.#connections) connection.destroy();
    this.#connections.clear();
    this.#byFragment.clear();
    this.#byRemote.clear();
    this.#routes.clear();
  }

  #onDatagram(data: Buffer, range: { start: number; end: number }, from: UdpEndpoint): void {
    const key = keyOf(from);
    const route = this.#routes.size === 0 ? undefined : this.#routes.get(key);
    if (route !== undefined) {
      route(data, range);
      return;
    }
    const known = this.#byRemote.get(key);
    if (!isStun(data, range)) {
      known?.agent.receive(data.subarray(range.start, range.end), known.remote);
      return;
    }
    const udp = this.#udp;
    if (udp !== undefined) this.#check({ buffer: data, range }, known?.remote ?? new UdpRemote(udp, from, key));
  }

  #check(packet: { buffer: Buffer; range: { start: number; end: number } }, remote: Remote): IceAgent | undefined {
    const message = parseStun(packet.buffer, packet.range);
    const agent = this.#byFragment.get(message?.username?.split(":", 1)[0] ?? "");
    if (message === undefined || agent === undefined || !agent.check(message, packet, remote)) return undefined;
    const known = this.#byRemote.get(remote.key);
    if (known?.agent !== agent) {
      known?.agent.lose(remote);
      this.#byRemote.set(remote.key, { agent, remote });
    }
    return agent;
  }

  #onConnection(socket: Socket): void {
    if (this.#connections.size >= MAX_TCP_CONNECTIONS) {
      socket.destroy();
      return;
    }
    const remote = new TcpRemote(socket, {
      packet: (packet) => {
        if (!isStun(packet, { start: 0, end: packet.length })) remote.agent?.receive(packet, remote);
        else remote.agent = this.#check({ buffer: packet, range: { start: 0, end: packet.length } }, remote) ?? remote.agent;
      },
      closed: () => {
        this.#connections.delete(remote);
        remote.agent?.lose(remote);
        if (this.#byRemote.get(remote.key)?.remote === remote) this.#byRemote.delete(remote.key);
      },
    });
    this.#connections.add(remote);
  }
}

function sameAddress(a: ListenAddress | undefined, b: ListenAddress | undefined): boolean {
  return a?.host === b?.host && a?.port === b?.port;
}

function keyOf({ address, port }: UdpEndpoint): string {
  return `udp ${address}:${String(port)}`;
}

class UdpRemote implements Remote {
  readonly transport = "udp";
  readonly local = "host";
  readonly pendingBytes = 0;
  readonly takenBytes = 0;
  readonly key: string;
  readonly endpoint: UdpEndpoint;
  readonly destination: UdpDestination;
  readonly #socket: UdpSocket;
  readonly #offsets = Uint32Array.of(0);
  readonly #lengths = Uint32Array.of(0);

  constructor(socket: UdpSocket, from: UdpEndpoint, key: string) {
    this.#socket = socket;
    this.key = key;
    this.endpoint = { address: from.address, port: from.port };
    this.destination = socket.destination(this.endpoint);
  }

  send(packet: Buffer): boolean {
    this.#lengths[0] = packet.length;
    const batch = { buffer: packet, offsets: this.#offsets, lengths: this.#lengths, count: 1 };
    return this.#socket.sendBatch(batch, [this.destination]) > 0;
  }
}
