/**
 * Media over a pair of UDP ports per track (RFC 2326 §12.39). Only packets from the camera's own address are taken, and from
 * the ports it named, unless `anyPort` lets go of the ports (cameras that name none, or others than they send from).
 */
import type { Network, UdpDestination } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { TransportSpec } from "#formats/rtsp-message/transport.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import type { MediaTransport, PacketHandler } from "./media-transport.ts";
import { bindUdpPair, isFrom, sendPacket, type UdpPair } from "./udp-pair.ts";

/** An RTP packet without payload and an RTCP receiver report without reports: harmless, and they open the way back. */
const RTP_PUNCH = Buffer.from([0x80, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
const RTCP_PUNCH = Buffer.from([0x80, 0xc9, 0, 1, 0, 0, 0, 0]);

/** What the transport works with. */
export interface UdpTransportOptions {
  readonly network: Network;
  readonly random: Random;
  readonly handler: PacketHandler;
  readonly host: string;
  /** Numeric address of the camera. */
  readonly cameraAddress: string;
  readonly ports: readonly [number, number];
  readonly anyPort: boolean;
}

interface Slot {
  readonly pair: UdpPair;
  /** Where packets come from; port 0 is any. */
  rtpPort: number;
  rtcpPort: number;
  rtpTo: UdpDestination | undefined;
  rtcpTo: UdpDestination | undefined;
}

/** See the head of this file. */
export class UdpTransport implements MediaTransport {
  readonly name = "udp";
  readonly #options: UdpTransportOptions;
  readonly #slots: Slot[] = [];
  #foreign = 0;
  #closed = false;

  constructor(options: UdpTransportOptions) {
    this.#options = options;
  }

  /** Packets from other senders, dropped. */
  get foreignPackets(): number {
    return this.#foreign;
  }

  async offer(slot: number): Promise<TransportSpec> {
    const { network, random, ports, cameraAddress } = this.#options;
    const address = cameraAddress.includes(":") ? "::" : "0.0.0.0";
    const pair = await bindUdpPair({ network, random, address, range: ports });
    if (this.#closed) {
      closePair(pair);
      throw sourceError("source-closed");
    }
    this.#slots[slot] = { pair, rtpPort: 0, rtcpPort: 0, rtpTo: undefined, rtcpTo: undefined };
    return { protocol: "RTP/AVP", delivery: "unicast", clientPort: [pair.rtp.port, pair.rtcp.port] };
  }

  accept(slot: number, answer: TransportSpec | undefined): Promise<void> {
    const state = this.#slots[slot];
    if (state === undefined) return Promise.resolve();
    const { host, anyPort, cameraAddress } = this.#options;
    if (answer?.delivery === "multicast") {
      return Promise.reject(sourceError("source-transport-refused", { details: { host, transport: "udp" } }));
    }
    const [rtpPort, rtcpPort] = answer?.serverPort ?? [0, 0];
    if (rtpPort === 0 && !anyPort) return Promise.reject(sourceError("source-server-port-missing", { details: { host } }));
    if (rtpPort !== 0) {
      state.rtpTo = state.pair.rtp.destination({ address: cameraAddress, port: rtpPort });
      state.rtcpTo = state.pair.rtcp.destination({ address: cameraAddress, port: rtcpPort });
    }
    if (!anyPort) Object.assign(state, { rtpPort, rtcpPort });
    this.#listen(slot, state);
    return Promise.resolve();
  }

  abandon(slot: number): void {
    const state = this.#slots[slot];
    if (state !== undefined) closePair(state.pair);
    this.#slots.length = Math.min(this.#slots.length, slot);
  }

  punch(): void {
    for (const { pair, rtpTo, rtcpTo } of this.#slots) {
      if (rtpTo !== undefined) sendPacket(pair.rtp, RTP_PUNCH, rtpTo);
      if (rtcpTo !== undefined) sendPacket(pair.rtcp, RTCP_PUNCH, rtcpTo);
    }
  }

  sendRtcp(slot: number, packet: Buffer): void {
    const state = this.#slots[slot];
    if (state?.rtcpTo !== undefined) sendPacket(state.pair.rtcp, packet, state.rtcpTo);
  }

  close(): void {
    this.#closed = true;
    for (const { pair } of this.#slots.splice(0)) closePair(pair);
  }

  #listen(slot: number, state: Slot): void {
    const { handler, cameraAddress } = this.#options;
    const { pair } = state;
    const expected = {
      rtp: { address: cameraAddress, port: state.rtpPort },
      rtcp: { address: cameraAddress, port: state.rtcpPort },
    };
    pair.rtp.onDatagram((data, range, from) => {
      if (isFrom(from, expected.rtp)) handler.rtp(slot, data, range);
      else this.#foreign += 1;
    });
    pair.rtcp.onDatagram((data, range, from) => {
      if (!isFrom(from, expected.rtcp)) {
        this.#foreign += 1;
        return;
      }
      state.rtcpTo ??= pair.rtcp.destination(from);
      handler.rtcp(slot, data, range);
    });
  }
}

function closePair(pair: UdpPair): void {
  pair.rtp.close();
  pair.rtcp.close();
}
