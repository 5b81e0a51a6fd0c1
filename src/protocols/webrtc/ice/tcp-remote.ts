/**
 * ICE over TCP, passive side (RFC 6544): every packet behind its length in two bytes (RFC 4571). A connection that hasn't proved
 * itself within `PROOF_MS` is closed; a packet longer than what ICE, DTLS and media send ends it.
 */
import type { Socket } from "node:net";
import type { UdpEndpoint } from "#base/network.ts";
import { plainAddress } from "#base/ip-range.ts";
import type { IceAgent } from "./agent.ts";
import type { Remote } from "./remote.ts";

/** Longest packet taken. */
const MAX_PACKET_BYTES = 4096;
/** A connection without a valid check is closed after this. */
const PROOF_MS = 10_000;
/** What a connection may leave unread before packets are dropped; media stops earlier by itself. */
const MAX_PENDING_BYTES = 1024 * 1024;
const LENGTH_BYTES = 2;

/** What the server hears of a connection. */
export interface TcpRemoteEvents {
  packet(packet: Buffer): void;
  closed(): void;
}

/** See the head of this file. */
export class TcpRemote implements Remote {
  readonly transport = "tcp";
  readonly local = "host";
  readonly destination = undefined;
  readonly key: string;
  readonly endpoint: UdpEndpoint;
  /** The session it belongs to, once a check was valid. */
  #agent: IceAgent | undefined;
  readonly #socket: Socket;
  readonly #events: TcpRemoteEvents;
  #kept = Buffer.alloc(0);

  constructor(socket: Socket, events: TcpRemoteEvents) {
    this.#socket = socket;
    this.#events = events;
    this.endpoint = { address: plainAddress(socket.remoteAddress ?? ""), port: socket.remotePort ?? 0 };
    this.key = `tcp ${this.endpoint.address}:${String(this.endpoint.port)}`;
    socket.setNoDelay(true);
    socket.setTimeout(PROOF_MS, () => {
      if (this.#agent === undefined) socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => events.closed());
    socket.on("data", (data: Buffer) => this.#read(data));
  }

  get agent(): IceAgent | undefined {
    return this.#agent;
  }

  set agent(agent: IceAgent | undefined) {
    this.#agent = agent;
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  get takenBytes(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  send(packet: Buffer): boolean {
    if (this.#socket.destroyed || this.#socket.writableLength > MAX_PENDING_BYTES) return false;
    const frame = Buffer.allocUnsafe(LENGTH_BYTES + packet.length);
    frame.writeUInt16BE(packet.length, 0);
    packet.copy(frame, LENGTH_BYTES);
    this.#socket.write(frame);
    return true;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    let bytes = this.#kept.length === 0 ? data : Buffer.concat([this.#kept, data]);
    while (bytes.length >= LENGTH_BYTES) {
      const length = bytes.readUInt16BE(0);
      if (length > MAX_PACKET_BYTES) {
        this.#socket.destroy();
        return;
      }
      if (bytes.length < LENGTH_BYTES + length) break;
      this.#events.packet(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
      bytes = bytes.subarray(LENGTH_BYTES + length);
    }
    this.#kept = Buffer.from(bytes);
  }
}
