/**
 * One listening port, plain or TLS: lets sockets in as admission allows, and knows its connections. TLS handshakes under way
 * are bounded by themselves, since nobody knows yet what they will be.
 */
import type { Server, Socket } from "node:net";
import type { SecureContextOptions, Server as TlsServer } from "node:tls";
import type { SluiceError } from "#base/errors.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Network } from "#base/network.ts";
import type { ByteChannel } from "#protocols/rtsp/server-transport/byte-channel.ts";
import { HttpTunnels } from "#protocols/rtsp/server-transport/http-tunnel.ts";
import { WebSocketTunnels } from "#protocols/rtsp/server-transport/websocket-tunnel.ts";
import type { Admission } from "./admission.ts";
import { Arrival, type ArrivalContext } from "./arrival.ts";
import type { Authenticator } from "../server/authentication.ts";
import { Connection } from "../server/connection.ts";
import type { ServerServices } from "../server/services.ts";
import type { SessionTable } from "../server/session-table.ts";

/** TLS handshakes under way; beyond, the oldest goes. */
const MAX_HANDSHAKES = 64;

/**
 * What the kernel is asked to hold of one client's unread bytes (it doubles the figure): 384 KiB instead of the 4 MiB it would
 * take by itself, which hid eight seconds of a viewer that had stopped reading.
 */
const SEND_BUFFER_BYTES = 192 * 1024;

/** Collaborators of a listener. */
export interface ListenerOptions {
  readonly services: ServerServices;
  readonly authenticator: Authenticator;
  readonly admission: Admission;
  readonly table: SessionTable;
}

/** See the head of this file. */
export class Listener {
  readonly #options: ListenerOptions;
  #services: ServerServices;
  readonly #context: ArrivalContext;
  readonly #arrivals = new Set<Arrival>();
  readonly #connections = new Map<ByteChannel, Connection>();
  readonly #handshakes = new Set<Socket>();
  #server: Server | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#services = options.services;
    this.#context = {
      secure: options.services.scheme === "rtsps",
      httpTunnels: new HttpTunnels(),
      webSocketTunnels: new WebSocketTunnels(),
      connect: (channel) => this.#connect(channel),
      connectionOf: (channel) => this.#connections.get(channel),
    };
  }

  /** Starts listening. Rejects with what the network says of a taken port. */
  async open(network: Network, address: ListenAddress, tls?: SecureContextOptions): Promise<void> {
    const { log } = this.#options.services;
    const server = await network.listenTcp({
      host: address.host,
      port: address.port,
      ...(tls === undefined ? {} : { tls }),
      onConnection: (socket) => this.#admit(socket),
      onError: (error) => log.warn({ reason: error.message }, "a connection could not be accepted"),
    });
    if (tls !== undefined) server.on("connection", (socket: Socket) => this.#watchHandshake(socket));
    network.limitSendBuffer(server, SEND_BUFFER_BYTES);
    this.#server = server;
  }

  /** What connections that come from now on work with; those that are there go on as they began. */
  use(services: ServerServices): void {
    this.#services = services;
  }

  /** Handshakes from now on use this certificate. */
  renewCertificate(tls: SecureContextOptions): void {
    if (this.#server !== undefined && isTls(this.#server)) this.#server.setSecureContext(tls);
  }

  /** Takes nobody new; connections go on. `open` may follow. */
  stop(): void {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) this.#ended = new Promise((resolve) => server.close(() => resolve()));
  }

  /** The port it listens on. */
  get port(): number | undefined {
    const address = this.#server?.address();
    return typeof address === "object" && address !== null ? address.port : undefined;
  }

  get connections(): readonly Connection[] {
    return [...this.#connections.values()];
  }

  /** Once a second: time-outs. */
  sweep(now: number): void {
    for (const arrival of this.#arrivals) arrival.sweep(now);
    for (const connection of this.#connections.values()) connection.sweep(now);
  }

  /** Stops listening and ends every connection; resolves when all sockets are gone. */
  close(error: SluiceError): Promise<void> {
    this.stop();
    for (const arrival of [...this.#arrivals]) arrival.close(error);
    for (const socket of this.#handshakes) socket.destroy();
    return this.#ended;
  }

  #admit(socket: Socket): void {
    const { admission, services } = this.#options;
    for (const raw of this.#handshakes)
      if (raw.remotePort === socket.remotePort && raw.remoteAddress === socket.remoteAddress) this.#handshakes.delete(raw);
    const arrival = new Arrival(socket, this.#context, services.clock.now());
    socket.once("close", () => {
      this.#arrivals.delete(arrival);
      admission.release(arrival);
    });
    if (this.#server === undefined || socket.destroyed || !admission.admit(arrival)) {
      socket.destroy();
      return;
    }
    this.#arrivals.add(arrival);
  }

  #connect(channel: ByteChannel): Connection {
    const { authenticator, table } = this.#options;
    const onClosed = (): void => {
      this.#connections.delete(channel);
    };
    const connection = new Connection(this.#services, { channel, authenticator, table, onClosed });
    this.#connections.set(channel, connection);
    return connection;
  }

  /** Until the handshake is done, a socket is known here alone. */
  #watchHandshake(socket: Socket): void {
    const [oldest] = this.#handshakes;
    if (this.#handshakes.size >= MAX_HANDSHAKES && oldest !== undefined) oldest.destroy();
    this.#handshakes.add(socket);
    socket.once("close", () => this.#handshakes.delete(socket));
  }
}

/** The network makes it one where it was given a certificate. */
function isTls(server: Server): server is TlsServer {
  return "setSecureContext" in server;
}
