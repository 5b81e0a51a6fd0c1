/** A client's pair of UDP ports that keeps what arrives, for scripted readers and publishers. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const ATTEMPTS = 50;

/** See the head of this file. */
export class UdpPair {
  readonly rtp: Buffer[] = [];
  readonly rtcp: Buffer[] = [];
  readonly ports: readonly [number, number];
  readonly #sockets: readonly [Socket, Socket];

  private constructor(sockets: readonly [Socket, Socket]) {
    this.#sockets = sockets;
    this.ports = [sockets[0].address().port, sockets[1].address().port];
    sockets[0].on("message", (data) => this.rtp.push(data));
    sockets[1].on("message", (data) => this.rtcp.push(data));
  }

  /** Opens two ports, the second one above the first, which may be any unless told. */
  static async open(host = "127.0.0.1", firstIs?: "even" | "odd"): Promise<UdpPair> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const first = await bind(host, 0);
      const isWanted = firstIs === undefined || (first?.address().port ?? 0) % 2 === (firstIs === "odd" ? 1 : 0);
      const second = first === undefined || !isWanted ? undefined : await bind(host, first.address().port + 1);
      if (first !== undefined && second !== undefined) return new UdpPair([first, second]);
      first?.close();
    }
    throw new Error("no pair of free ports");
  }

  /** Sends from the RTP port. */
  sendRtp(bytes: Buffer, port: number, host = "127.0.0.1"): void {
    this.#sockets[0].send(bytes, port, host);
  }

  /** Sends from the RTCP port. */
  sendRtcp(bytes: Buffer, port: number, host = "127.0.0.1"): void {
    this.#sockets[1].send(bytes, port, host);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

async function bind(host: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  try {
    socket.bind(port, host);
    await once(socket, "listening");
    return socket;
  } catch {
    socket.close();
    return undefined;
  }
}
