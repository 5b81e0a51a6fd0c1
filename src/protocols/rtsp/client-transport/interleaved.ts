/**
 * Media over the RTSP connection itself (RFC 2326 §10.12). What channels carry is taken from the camera's answer, and where
 * that is missing, odd or untrue, from the packets: their payload type says whose they are (quirk row 8).
 */
import type { TransportSpec } from "#formats/rtsp-message/transport.ts";
import { FRAME_HEADER_BYTES } from "#formats/rtsp-message/stream-reader.ts";
import type { MediaTransport, PacketHandler, SlotFormat } from "./media-transport.ts";

const CHANNELS = 256;
const NONE = -1;
const RTP_VERSION_BITS = 0x80;
const VERSION_MASK = 0xc0;
const FIRST_RTCP_TYPE = 200;
const LAST_RTCP_TYPE = 207;
const DOLLAR = 0x24;
/** The shortest RTP packet; an RTCP packet with less tells nothing. */
const MIN_PACKET_BYTES = 12;

/** See the head of this file. */
export class InterleavedTransport implements MediaTransport {
  readonly name = "tcp";
  readonly #handler: PacketHandler;
  readonly #send: (bytes: Buffer) => void;
  /** Per channel: slot × 2, + 1 for RTCP; `NONE` while nobody's. */
  readonly #routes = new Int16Array(CHANNELS).fill(NONE);
  /** Per payload type: its slot; `NONE` for nobody's and for several slots'. */
  readonly #slotOfType = new Int16Array(128).fill(NONE);
  readonly #typeOfSlot: number[] = [];
  readonly #rtcpChannel: number[] = [];
  /** Senders of slots whose channels aren't as agreed. */
  readonly #ssrcOfSlot: (number | undefined)[] = [];
  #strayFrames = 0;

  constructor(handler: PacketHandler, send: (bytes: Buffer) => void) {
    this.#handler = handler;
    this.#send = send;
  }

  /** Frames on channels that are nobody's. */
  get strayFrames(): number {
    return this.#strayFrames;
  }

  offer(slot: number, format: SlotFormat): Promise<TransportSpec> {
    this.expect(slot, format);
    return Promise.resolve({ protocol: "RTP/AVP/TCP", delivery: "unicast", interleaved: [slot * 2, slot * 2 + 1] });
  }

  /** Learns the payload type of `slot`; also for a slot that was offered another way. */
  expect(slot: number, format: SlotFormat): void {
    const type = format.payloadType;
    this.#typeOfSlot[slot] = type;
    this.#slotOfType[type] = this.#typeOfSlot.indexOf(type) === slot ? slot : NONE;
  }

  accept(slot: number, answer: TransportSpec | undefined): Promise<void> {
    const asked = [slot * 2, slot * 2 + 1] as const;
    const [rtp, rtcp] = answer?.interleaved ?? asked;
    this.#assign(rtp, slot * 2);
    if (rtcp !== rtp) this.#assign(rtcp, slot * 2 + 1);
    this.#rtcpChannel[slot] = rtcp === rtp ? (rtp + 1) % CHANNELS : rtcp;
    return Promise.resolve();
  }

  abandon(slot: number): void {
    this.#routes.forEach((route, channel) => {
      if (route >> 1 === slot) this.#routes[channel] = NONE;
    });
    this.#slotOfType[this.#typeOfSlot[slot] ?? 0] = NONE;
    this.#typeOfSlot.length = slot;
  }

  punch(): void {
    // The connection is the way back.
  }

  /** Takes one frame of the connection. */
  frame(channel: number, buffer: Buffer, range: { readonly start: number; readonly end: number }): void {
    let route = this.#routes[channel] ?? NONE;
    const type = buffer[range.start + 1] ?? 0;
    if (route === NONE || (route & 1) === 0) {
      // The channel's own type is the common case: one comparison per packet.
      const expected = route === NONE ? NONE : (this.#typeOfSlot[route >> 1] ?? NONE);
      if ((type & 0x7f) !== expected) route = this.#reroute(channel, buffer, range);
    }
    if (route === NONE) {
      this.#strayFrames += 1;
      return;
    }
    if ((route & 1) === 0) this.#handler.rtp(route >> 1, buffer, range);
    else this.#handler.rtcp(route >> 1, buffer, range);
  }

  sendRtcp(slot: number, packet: Buffer): void {
    const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + packet.length);
    frame[0] = DOLLAR;
    frame[1] = this.#rtcpChannel[slot] ?? slot * 2 + 1;
    frame.writeUInt16BE(packet.length, 2);
    packet.copy(frame, FRAME_HEADER_BYTES);
    this.#send(frame);
  }

  close(): void {
    this.#routes.fill(NONE);
    this.#typeOfSlot.length = 0;
    this.#slotOfType.fill(NONE);
  }

  /** A channel given to two slots belongs to neither: the payload type decides, packet by packet. */
  #assign(channel: number, route: number): void {
    const before = this.#routes[channel] ?? NONE;
    this.#routes[channel] = before === NONE || before === route ? route : NONE;
  }

  /** Whose a packet is that isn't what its channel should carry. */
  #reroute(channel: number, buffer: Buffer, range: { readonly start: number; readonly end: number }): number {
    const route = this.#routes[channel] ?? NONE;
    if (((buffer[range.start] ?? 0) & VERSION_MASK) !== RTP_VERSION_BITS) return route;
    const type = buffer[range.start + 1] ?? 0;
    if (range.end - range.start < MIN_PACKET_BYTES) return route;
    if (type >= FIRST_RTCP_TYPE && type <= LAST_RTCP_TYPE) {
      const sender = this.#ssrcOfSlot.indexOf(buffer.readUInt32BE(range.start + 4));
      return sender >= 0 ? sender * 2 + 1 : this.#rtcpRoute(channel, route);
    }
    const slot = this.#slotOfType[type & 0x7f] ?? NONE;
    if (slot !== NONE) {
      this.#ssrcOfSlot[slot] = buffer.readUInt32BE(range.start + 8);
      return slot * 2;
    }
    return route === NONE && this.#typeOfSlot.length === 1 ? 0 : route;
  }

  /** RTCP where RTP was expected: that of the slot on this channel, or on the one before. */
  #rtcpRoute(channel: number, route: number): number {
    if (route !== NONE) return route | 1;
    const before = channel === 0 ? NONE : (this.#routes[channel - 1] ?? NONE);
    if (before !== NONE) return before | 1;
    return this.#typeOfSlot.length === 1 ? 1 : NONE;
  }
}
