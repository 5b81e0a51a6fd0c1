/**
 * UDP sockets on the runtime's own `dgram`: the way without the native module. One system call per datagram, about 3 µs each.
 *
 * The runtime reports what the kernel refuses only later, so `sendBatch` counts a datagram as handed over until its failure
 * is known; `dropped` is right a turn of the loop afterwards. A report costs a fifth of the sending, so only a batch's last
 * datagram to each destination is reported on, for all of them: what is refused (no route, a firewall) is refused to each.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import type { DatagramHandler, PacketBatch, UdpBindOptions, UdpDestination, UdpEndpoint, UdpSocket } from "#base/network.ts";
import { SenderCache } from "./sender-cache.ts";

/** Longest datagram payload over IPv4. */
const MAX_DATAGRAM_BYTES = 65_507;
const MAPPED_PREFIX = "::ffff:";

interface Sender extends UdpEndpoint {
  readonly wire: string;
}

class DgramDestination implements UdpDestination {
  readonly kind = "udp-destination";
  readonly address: string;
  readonly port: number;
  readonly wire: string;

  constructor(endpoint: UdpEndpoint, wire: string) {
    this.address = endpoint.address;
    this.port = endpoint.port;
    this.wire = wire;
  }
}

/** Opens and binds a `dgram` socket; `address` must be numeric. Rejects with the system's error. */
export async function bindDgramUdp(options: UdpBindOptions): Promise<UdpSocket> {
  const family = isIPv4(options.address) ? 4 : 6;
  const socket = createSocket({
    type: family === 4 ? "udp4" : "udp6",
    reuseAddr: options.reuseAddress ?? false,
    ...bufferSizes(options),
    // Addresses are numeric; answering at once makes every send a system call within sendBatch.
    lookup: (host, _options, callback) => {
      callback(null, host, family);
    },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.once("listening", resolve);
    socket.bind(options.port, options.address);
  });
  socket.removeAllListeners("error");
  return new DgramUdpSocket(socket, family);
}

function bufferSizes(options: UdpBindOptions): { recvBufferSize?: number; sendBufferSize?: number } {
  const { receiveBufferBytes = 0, sendBufferBytes = 0 } = options;
  return {
    ...(receiveBufferBytes > 0 ? { recvBufferSize: receiveBufferBytes } : {}),
    ...(sendBufferBytes > 0 ? { sendBufferSize: sendBufferBytes } : {}),
  };
}

class DgramUdpSocket implements UdpSocket {
  readonly address: string;
  readonly port: number;
  readonly #socket: Socket;
  readonly #family: 4 | 6;
  readonly #senders = new SenderCache<Sender>();
  readonly #range = { start: 0, end: 0 };
  #lastSender: Sender = { address: "", port: 0, wire: "" };
  #handler: DatagramHandler | undefined;
  #scratch = Buffer.alloc(0);
  #dropped = 0;
  #closed = false;

  constructor(socket: Socket, family: 4 | 6) {
    const { address, port } = socket.address();
    this.address = address;
    this.port = port;
    this.#socket = socket;
    this.#family = family;
    socket.on("error", () => {
      this.#dropped += 1;
    });
    socket.on("message", (data, remote) => {
      this.#receive(data, remote);
    });
  }

  get dropped(): number {
    return this.#dropped;
  }

  onDatagram(handler: DatagramHandler): void {
    this.#handler = handler;
  }

  destination(endpoint: UdpEndpoint): UdpDestination {
    const mapped = this.#family === 6 && isIPv4(endpoint.address);
    return new DgramDestination(endpoint, mapped ? MAPPED_PREFIX + endpoint.address : endpoint.address);
  }

  sendBatch(batch: PacketBatch, destinations: readonly UdpDestination[]): number {
    const wanted = batch.count * destinations.length;
    const handed = this.#closed || wanted === 0 ? 0 : this.#sendAll(this.#copy(batch), destinations);
    this.#dropped += wanted - handed;
    return handed;
  }

  joinGroup(group: string, interfaceAddress?: string): void {
    if (interfaceAddress === undefined) this.#socket.addMembership(group);
    else this.#socket.addMembership(group, isIPv4(group) ? interfaceAddress : scopeOf(interfaceAddress));
  }

  setMulticastTtl(hops: number): void {
    this.#socket.setMulticastTTL(hops);
  }

  setMulticastInterface(interfaceAddress: string): void {
    this.#socket.setMulticastInterface(isIPv4(interfaceAddress) ? interfaceAddress : scopeOf(interfaceAddress));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handler = undefined;
    this.#socket.close();
  }

  /** One copy for all destinations: the runtime may read a datagram after the call, when the kernel's buffer is full. */
  #copy(batch: PacketBatch): Buffer[] {
    let total = 0;
    for (let index = 0; index < batch.count; index += 1) total += batch.lengths[index] ?? 0;
    if (this.#scratch.length < total || this.#socket.getSendQueueCount() > 0) this.#scratch = Buffer.allocUnsafeSlow(total);
    const packets: Buffer[] = [];
    let end = 0;
    for (let index = 0; index < batch.count; index += 1) {
      const from = batch.offsets[index] ?? 0;
      const length = batch.lengths[index] ?? 0;
      if (length > MAX_DATAGRAM_BYTES) continue;
      const start = end;
      end += batch.buffer.copy(this.#scratch, start, from, from + length);
      packets.push(this.#scratch.subarray(start, end));
    }
    return packets;
  }

  #sendAll(packets: readonly Buffer[], destinations: readonly UdpDestination[]): number {
    const socket = this.#socket;
    const sent = (error: Error | null): void => {
      if (error !== null) this.#dropped += packets.length;
    };
    let handed = 0;
    for (const destination of destinations) {
      if (!(destination instanceof DgramDestination)) continue;
      for (let index = 0; index < packets.length; index += 1) {
        if (socket.getSendQueueCount() > 0) return handed;
        const isLast = index === packets.length - 1;
        socket.send(packets[index] ?? "", destination.port, destination.wire, isLast ? sent : undefined);
        handed += 1;
      }
    }
    return handed;
  }

  #receive(data: Buffer, remote: RemoteInfo): void {
    if (this.#handler === undefined) return;
    this.#range.start = 0;
    this.#range.end = data.length;
    this.#handler(data, this.#range, this.#sender(remote));
  }

  #sender(remote: RemoteInfo): UdpEndpoint {
    const last = this.#lastSender;
    if (last.port === remote.port && last.wire === remote.address) return last;
    const hash = hashOf(remote);
    let sender = this.#senders.get(hash);
    if (sender === undefined || sender.port !== remote.port || sender.wire !== remote.address) {
      const mapped = remote.address.startsWith(MAPPED_PREFIX);
      const address = mapped ? remote.address.slice(MAPPED_PREFIX.length) : remote.address;
      sender = { address, port: remote.port, wire: remote.address };
      this.#senders.put(hash, sender);
    }
    this.#lastSender = sender;
    return sender;
  }
}

function hashOf(remote: RemoteInfo): number {
  let hash = remote.port;
  for (let index = 0; index < remote.address.length; index += 1) {
    hash = (Math.imul(hash, 31) + remote.address.charCodeAt(index)) | 0;
  }
  return hash;
}

/** `::%eth0`, as the runtime wants an IPv6 interface named; throws when no interface has the address. */
function scopeOf(interfaceAddress: string): string {
  if (interfaceAddress.includes("%")) return interfaceAddress;
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (addresses?.some((entry) => entry.address === interfaceAddress) === true) return `::%${name}`;
  }
  throw new RangeError(`no network interface has the address ${interfaceAddress}`);
}
