/**
 * The server's UDP port pair and the peers' ports behind it. One pair serves every session: what arrives is told apart by
 * the sender's address and port, so two sessions can't use the same ports of one client. Only the address of the client's
 * own connection is ever sent to; hole punching isn't needed on a LAN and not done.
 */
import type { ListenAddress } from "#base/listen-address.ts";
import type { Network, UdpDestination, UdpEndpoint, UdpSocket } from "#base/network.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";

/** Asked of the kernel for publishers' bursts where the configuration leaves it open: 0.1 s of 80 Mbit/s. */
const DEFAULT_RECEIVE_BUFFER_BYTES = 1024 * 1024;

/** Which of the two sockets. */
export type PortRole = "rtp" | "rtcp";

/** Who gets the datagrams of a claimed port. Bytes are valid during the call only. */
export interface DatagramOwner {
  onDatagram(from: { track: number; role: PortRole }, buffer: Buffer, range: { start: number; end: number }): void;
}

/** A client's ports for one track. */
export interface PortClaim {
  readonly address: string;
  readonly ports: readonly [rtp: number, rtcp: number];
  readonly track: number;
  readonly owner: DatagramOwner;
}

interface ClaimedPort {
  readonly claim: PortClaim;
  readonly role: PortRole;
  /** What the owner is told, made once. */
  readonly from: { readonly track: number; readonly role: PortRole };
}

/** How the pair is opened. */
export interface UdpPortsOptions {
  readonly rtpAddress: ListenAddress;
  readonly rtcpAddress: ListenAddress;
  /** 0 = default. */
  readonly receiveBufferBytes: number;
}

/** The port pair of one server. */
export class UdpPorts {
  readonly rtp: UdpSocket;
  readonly rtcp: UdpSocket;
  /** By address, then port: looking up a datagram's sender allocates nothing. */
  readonly #claimed = new Map<string, Map<number, ClaimedPort>>();
  #closed = false;

  private constructor(rtp: UdpSocket, rtcp: UdpSocket) {
    this.rtp = rtp;
    this.rtcp = rtcp;
    rtp.onDatagram((data, range, from) => {
      const sender = this.#sender("rtp", from);
      sender?.claim.owner.onDatagram(sender.from, data, range);
    });
    rtcp.onDatagram((data, range, from) => {
      const sender = this.#sender("rtcp", from);
      sender?.claim.owner.onDatagram(sender.from, data, range);
    });
  }

  /** Binds both ports. Rejects with `rtsp-ports-odd` or what the network says. */
  static async open(network: Network, options: UdpPortsOptions): Promise<UdpPorts> {
    const { rtpAddress, rtcpAddress } = options;
    const anyPorts = rtpAddress.port === 0 && rtcpAddress.port === 0;
    if (!anyPorts && (rtpAddress.port % 2 !== 0 || rtcpAddress.port !== rtpAddress.port + 1)) {
      throw rtspServerError("rtsp-ports-odd", { details: { rtp: rtpAddress.port, rtcp: rtcpAddress.port } });
    }
    const receiveBufferBytes = options.receiveBufferBytes === 0 ? DEFAULT_RECEIVE_BUFFER_BYTES : options.receiveBufferBytes;
    const rtp = await network.bindUdp({ address: rtpAddress.host ?? "", port: rtpAddress.port, receiveBufferBytes });
    try {
      return new UdpPorts(
        rtp,
        await network.bindUdp({ address: rtcpAddress.host ?? "", port: rtcpAddress.port, receiveBufferBytes }),
      );
    } catch (error) {
      rtp.close();
      throw error;
    }
  }

  /** Whether no session uses it. */
  get idle(): boolean {
    return this.#claimed.size === 0;
  }

  /** Takes a client's ports for one track; false where one of them belongs to a session already. */
  claim(claim: PortClaim): boolean {
    const { address, ports, track } = claim;
    const byPort = this.#claimed.get(address) ?? new Map<number, ClaimedPort>();
    if (ports[0] === ports[1] || ports.some((port) => byPort.has(port))) return false;
    this.#claimed.set(address, byPort);
    byPort.set(ports[0], { claim, role: "rtp", from: { track, role: "rtp" } });
    byPort.set(ports[1], { claim, role: "rtcp", from: { track, role: "rtcp" } });
    return true;
  }

  /** Frees every port of `owner` at `address`. */
  release(owner: DatagramOwner, address: string): void {
    const byPort = this.#claimed.get(address);
    if (byPort === undefined) return;
    for (const [port, claimed] of byPort) if (claimed.claim.owner === owner) byPort.delete(port);
    if (byPort.size === 0) this.#claimed.delete(address);
  }

  /** Prepared destinations of a claim. */
  destinations(claim: PortClaim): { rtp: UdpDestination; rtcp: UdpDestination } {
    const { address, ports } = claim;
    return {
      rtp: this.rtp.destination({ address, port: ports[0] }),
      rtcp: this.rtcp.destination({ address, port: ports[1] }),
    };
  }

  /** Whether its sockets are gone. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Closes both sockets. */
  close(): void {
    this.#closed = true;
    this.rtp.close();
    this.rtcp.close();
    this.#claimed.clear();
  }

  #sender(role: PortRole, from: UdpEndpoint): ClaimedPort | undefined {
    const claimed = this.#claimed.get(from.address)?.get(from.port);
    return claimed?.role === role ? claimed : undefined;
  }
}
