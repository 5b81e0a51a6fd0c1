/**
 * Two UDP sockets for one track: RTP on an even port, RTCP on the next (RFC 3550 §11).
 */
import { SluiceError } from "#base/errors.ts";
import type { Network, UdpDestination, UdpEndpoint, UdpSocket } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";

/** Pairs tried before giving up. */
const MAX_TRIES = 64;

/** Key frames arrive in bursts of some hundred packets; bytes of the kernel's buffer, when the option leaves it to us. */
const RECEIVE_BUFFER_BYTES = 1_048_576;

/** A pair of sockets. */
export interface UdpPair {
  readonly rtp: UdpSocket;
  readonly rtcp: UdpSocket;
}

/** Opens a pair on free ports of `range`. Rejects with `source-no-udp-port`. */
export async function bindUdpPair(options: {
  network: Network;
  random: Random;
  /** Local address; decides the family. */
  address: string;
  range: readonly [number, number];
}): Promise<UdpPair> {
  const [first, last] = options.range;
  const lowest = first + (first % 2);
  const pairs = Math.max(0, Math.floor((last - lowest + 1) / 2));
  const start = Math.floor(options.random.unit() * pairs);
  for (let step = 0; step < Math.min(MAX_TRIES, pairs); step++) {
    const port = lowest + ((start + step) % pairs) * 2;
    const pair = await tryPair(options, port);
    if (pair !== undefined) return pair;
  }
  throw sourceError("source-no-udp-port", { details: { first, last }, retryable: true });
}

/** Opens both sockets of a multicast group and joins it on the interface with `localAddress`. */
export async function joinUdpPair(
  network: Network,
  group: { address: string; ports: readonly [number, number]; localAddress: string },
): Promise<UdpPair> {
  const opened: UdpSocket[] = [];
  try {
    for (const port of group.ports) {
      const socket = await network.bindUdp({
        address: group.address,
        port,
        reuseAddress: true,
        receiveBufferBytes: RECEIVE_BUFFER_BYTES,
      });
      opened.push(socket);
      socket.joinGroup(group.address, group.localAddress);
    }
  } catch (error) {
    for (const socket of opened) socket.close();
    throw error;
  }
  const [rtp, rtcp] = opened;
  if (rtp === undefined || rtcp === undefined) throw new TypeError("a multicast group without ports");
  return { rtp, rtcp };
}

/** Sends one packet. */
export function sendPacket(socket: UdpSocket, packet: Buffer, to: UdpDestination): void {
  const batch = { buffer: packet, offsets: new Uint32Array(1), lengths: Uint32Array.of(packet.length), count: 1 };
  socket.sendBatch(batch, [to]);
}

/** Whether two numeric addresses are the same; a link-local zone doesn't count. */
export function sameAddress(one: string, other: string): boolean {
  return one === other || withoutZone(one) === withoutZone(other);
}

/** Whether `from` is the expected sender; port 0 stands for any. */
export function isFrom(from: UdpEndpoint, expected: { address: string; port: number }): boolean {
  return (expected.port === 0 || from.port === expected.port) && sameAddress(from.address, expected.address);
}

async function tryPair(options: { network: Network; address: string }, port: number): Promise<UdpPair | undefined> {
  const { network, address } = options;
  let rtp: UdpSocket | undefined;
  try {
    rtp = await network.bindUdp({ address, port, receiveBufferBytes: RECEIVE_BUFFER_BYTES });
    return { rtp, rtcp: await network.bindUdp({ address, port: port + 1 }) };
  } catch (error) {
    rtp?.close();
    if (error instanceof SluiceError) return undefined; // taken: the next pair may be free
    throw error;
  }
}

function withoutZone(address: string): string {
  return address.split("%", 1)[0]?.toLowerCase() ?? "";
}
