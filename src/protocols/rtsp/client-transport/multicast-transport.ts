/**
 * Media over multicast groups, which the camera chooses: its answer names group and ports, else its session description does.
 * Only packets from the camera, or from the source its answer names, are taken.
 */
import { isIP } from "node:net";
import type { Network, UdpDestination } from "#base/network.ts";
import { messageOf } from "#base/errors.ts";
import type { TransportSpec } from "#formats/rtsp-message/transport.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import type { MediaTransport, PacketHandler, SlotFormat } from "./media-transport.ts";
import { joinUdpPair, sameAddress, sendPacket, type UdpPair } from "./udp-pair.ts";

/** What the transport works with. */
export interface MulticastTransportOptions {
  readonly network: Network;
  readonly handler: PacketHandler;
  readonly host: string;
  /** Numeric addresses of the camera, and of ours towards it. */
  readonly cameraAddress: string;
  readonly localAddress: string;
}

interface Slot {
  readonly format: SlotFormat;
  pair?: UdpPair;
  reportTo?: UdpDestination;
}

/** See the head of this file. */
export class MulticastTransport implements MediaTransport {
  readonly name = "multicast";
  readonly #options: MulticastTransportOptions;
  readonly #slots: Slot[] = [];
  #foreign = 0;
  #closed = false;

  constructor(options: MulticastTransportOptions) {
    this.#options = options;
  }

  /** Packets from other senders, dropped. */
  get foreignPackets(): number {
    return this.#foreign;
  }

  offer(slot: number, format: SlotFormat): Promise<TransportSpec> {
    this.#slots[slot] = { format };
    return Promise.resolve({ protocol: "RTP/AVP", delivery: "multicast" });
  }

  async accept(slot: number, answer: TransportSpec | undefined): Promise<void> {
    const state = this.#slots[slot];
    if (state === undefined) return;
    const { network, host, localAddress, cameraAddress } = this.#options;
    const refuse = (cause?: unknown): Error =>
      sourceError("source-transport-refused", {
        cause,
        details: { host, transport: `multicast (${messageOf(cause ?? "no group")})` },
      });
    const address = answer?.destination ?? state.format.connection?.split("/", 1)[0] ?? "";
    const ports = answer?.port ?? answer?.serverPort ?? ([state.format.port, state.format.port + 1] as const);
    if (!isGroup(address) || ports[0] === 0) throw refuse();
    try {
      state.pair = await joinUdpPair(network, { address, ports, localAddress });
    } catch (error) {
      throw refuse(error);
    }
    if (this.#closed) {
      this.#closeSlot(state);
      return;
    }
    state.reportTo = state.pair.rtcp.destination({ address, port: ports[1] });
    const source = answer?.source !== undefined && isIP(answer.source) !== 0 ? answer.source : cameraAddress;
    this.#listen(slot, state.pair, source);
  }

  abandon(slot: number): void {
    const state = this.#slots[slot];
    if (state !== undefined) this.#closeSlot(state);
    this.#slots.length = Math.min(this.#slots.length, slot);
  }

  punch(): void {
    // Joining the group is what opens the way.
  }

  sendRtcp(slot: number, packet: Buffer): void {
    const state = this.#slots[slot];
    if (state?.pair !== undefined && state.reportTo !== undefined) sendPacket(state.pair.rtcp, packet, state.reportTo);
  }

  close(): void {
    this.#closed = true;
    for (const state of this.#slots.splice(0)) this.#closeSlot(state);
  }

  #closeSlot(state: Slot): void {
    state.pair?.rtp.close();
    state.pair?.rtcp.close();
  }

  #listen(slot: number, pair: UdpPair, source: string): void {
    const { handler } = this.#options;
    pair.rtp.onDatagram((data, range, from) => {
      if (sameAddress(from.address, source)) handler.rtp(slot, data, range);
      else this.#foreign += 1;
    });
    pair.rtcp.onDatagram((data, range, from) => {
      // Reports of the group's other receivers come here too, our own included.
      if (sameAddress(from.address, source)) handler.rtcp(slot, data, range);
    });
  }
}

function isGroup(address: string): boolean {
  const first = Number(/^(\d{1,3})\./.exec(address)?.[1] ?? "");
  return isIP(address) === 4 ? first >= 224 && first <= 239 : isIP(address) === 6 && /^ff/i.test(address);
}
