/**
 * UDP sockets in memory: note what is sent where, at what time.
 */
import type { PacketBatch, UdpDestination, UdpEndpoint, UdpSocket } from "#base/network.ts";
import { readFrames, type SeenPacket } from "./fake-stream.ts";

/** One datagram that was sent. */
export interface SentDatagram {
  readonly to: UdpEndpoint;
  readonly bytes: Buffer;
}

/** See the head of this file. */
export class FakeUdpSocket implements UdpSocket {
  readonly address = "127.0.0.1";
  readonly port: number;
  readonly dropped = 0;
  readonly sent: SentDatagram[] = [];
  /** Calls of `sendBatch`. */
  calls = 0;

  constructor(port: number) {
    this.port = port;
  }

  onDatagram(): void {
    // nothing is ever received
  }

  destination(endpoint: UdpEndpoint): UdpDestination {
    return { ...endpoint, kind: "udp-destination" };
  }

  sendBatch(batch: PacketBatch, destinations: readonly UdpDestination[]): number {
    this.calls += 1;
    for (const to of destinations) {
      for (let index = 0; index < batch.count; index += 1) {
        const start = batch.offsets[index] ?? 0;
        this.sent.push({ to, bytes: Buffer.from(batch.buffer.subarray(start, start + (batch.lengths[index] ?? 0))) });
      }
    }
    return batch.count * destinations.length;
  }

  joinGroup(): void {
    // no groups in memory
  }

  setMulticastTtl(): void {
    // no hops in memory
  }

  setMulticastInterface(): void {
    // no interfaces in memory
  }

  close(): void {
    // nothing is open
  }

  /** RTP packets sent to `port`, read. */
  packetsTo(port: number): SeenPacket[] {
    return this.sent
      .filter((datagram) => datagram.to.port === port)
      .flatMap(({ bytes }) => readFrames(Buffer.concat([Buffer.from([0x24, 0, bytes.length >> 8, bytes.length & 0xff]), bytes])));
  }
}
