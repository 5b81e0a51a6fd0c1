/**
 * How media gets from a camera to us. A transport offers itself in SETUP, takes the camera's answer as it comes, and then
 * hands on packets; slots are the tracks of the session in the order they were set up.
 */
import type { TransportSpec } from "#formats/rtsp-message/transport.ts";

/** Gets the packets of all slots; bytes and range are valid during the call only. */
export interface PacketHandler {
  rtp(slot: number, buffer: Buffer, range: { readonly start: number; readonly end: number }): void;
  rtcp(slot: number, buffer: Buffer, range: { readonly start: number; readonly end: number }): void;
}

/** What a transport must know of a slot. */
export interface SlotFormat {
  readonly payloadType: number;
  /** Address of the medium's `c=` line with its `/ttl`, and port of its `m=` line; for multicast. */
  readonly connection: string | undefined;
  readonly port: number;
}

/** One way for media to come. */
export interface MediaTransport {
  /** As the `rtspTransport` option names it. */
  readonly name: "tcp" | "udp" | "multicast";
  /** Prepares `slot` and says what to ask for. */
  offer(slot: number, format: SlotFormat): Promise<TransportSpec>;
  /** Takes the camera's answer; undefined when it gave none. Rejects where media can't come that way. */
  accept(slot: number, answer: TransportSpec | undefined): Promise<void>;
  /** The slot wasn't granted after all. */
  abandon(slot: number): void;
  /** Called before PLAY: opens the way back through address translation. */
  punch(): void;
  /** Sends a report to the camera. */
  sendRtcp(slot: number, packet: Buffer): void;
  /** Idempotent. */
  close(): void;
}
