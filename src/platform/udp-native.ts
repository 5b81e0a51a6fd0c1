/**
 * UDP sockets of the native module: one system call for up to 64 datagrams in, and for a batch to many destinations out.
 */
import type { DatagramHandler, PacketBatch, UdpBindOptions, UdpDestination, UdpEndpoint, UdpSocket } from "#base/network.ts";
import {
  MAX_DATAGRAMS,
  RECORD_WORDS,
  SLOT_BYTES,
  UDP_NO_SEGMENTATION,
  UDP_REUSE_ADDRESS,
  type NativeModule,
  type NativeUdpHandle,
} from "./native.ts";
import { SenderCache } from "./sender-cache.ts";

/** Destinations per native call; more take several. */
const MAX_DESTINATIONS = 1024;

interface Sender extends UdpEndpoint {
  readonly record: Int32Array;
}

/** A destination laid out as the module takes it. */
export class NativeDestination implements UdpDestination {
  readonly kind = "udp-destination";
  readonly address: string;
  readonly port: number;
  readonly record: Int32Array;

  constructor(endpoint: UdpEndpoint, record: Int32Array) {
    this.address = endpoint.address;
    this.port = endpoint.port;
    this.record = record;
  }
}

/** Opens native UDP sockets; all of them receive into one piece of memory, and lay destinations out in another. */
export class NativeUdp {
  readonly native: NativeModule;
  /** Received datagrams, one per slot. */
  readonly received: Buffer;
  /** Their senders and lengths. */
  readonly senders: Int32Array;
  /** Destinations of the call being made. */
  readonly targets = new Int32Array(MAX_DESTINATIONS * RECORD_WORDS);
  readonly #segmentation: boolean;

  /** `segmentation: false` sends packet by packet, as where the kernel can't segment. */
  constructor(native: NativeModule, options: { segmentation: boolean }) {
    this.native = native;
    this.#segmentation = options.segmentation;
    // 4 MiB of addresses; memory only where datagrams have been, a page per slot for ordinary ones.
    this.received = Buffer.allocUnsafeSlow(MAX_DATAGRAMS * SLOT_BYTES);
    this.senders = new Int32Array(MAX_DATAGRAMS * RECORD_WORDS);
  }

  /** Opens and binds; `address` must be numeric. Throws the system's error. */
  bind(options: UdpBindOptions): UdpSocket {
    const flags = (options.reuseAddress === true ? UDP_REUSE_ADDRESS : 0) | (this.#segmentation ? 0 : UDP_NO_SEGMENTATION);
    const { address, port, receiveBufferBytes = 0, sendBufferBytes = 0 } = options;
    return new NativeUdpSocket(this, this.native.udpOpen(address, port, flags, receiveBufferBytes, sendBufferBytes));
  }
}

/** A socket of the module. */
export class NativeUdpSocket implements UdpSocket {
  readonly address: string;
  readonly port: number;
  readonly #shared: NativeUdp;
  readonly #native: NativeModule;
  readonly #handle: NativeUdpHandle;
  readonly #cache = new SenderCache<Sender>();
  readonly #range = { start: 0, end: 0 };
  #handler: DatagramHandler | undefined;
  #lastSender: Sender = { address: "", port: 0, record: new Int32Array(RECORD_WORDS) };
  /** Where the next call starts among its destinations; moved on when the kernel took too little, so that all suffer alike. */
  #first = 0;
  #dropped = 0;
  #closed = false;

  constructor(shared: NativeUdp, handle: NativeUdpHandle) {
    const record = new Int32Array(RECORD_WORDS);
    shared.native.udpLocalAddress(handle, record);
    this.#shared = shared;
    this.#native = shared.native;
    this.#handle = handle;
    this.address = addressText(record, 0);
    this.port = record[0] ?? 0;
  }

  get dropped(): number {
    return this.#dropped;
  }

  onDatagram(handler: DatagramHandler): void {
    if (this.#closed) return;
    const started = this.#handler !== undefined;
    this.#handler = handler;
    if (started) return;
    this.#native.udpReceiveInto(this.#shared.received, this.#shared.senders);
    this.#native.udpStart(this.#handle, (count) => {
      this.#receive(count);
    });
  }

  destination(endpoint: UdpEndpoint): UdpDestination {
    const record = new Int32Array(RECORD_WORDS);
    const valid = this.#native.parseAddress(endpoint.address, endpoint.port, record);
    if (!valid) throw new TypeError(`not a numeric address: ${endpoint.address}`);
    return new NativeDestination(endpoint, record);
  }

  sendBatch(batch: PacketBatch, destinations: readonly UdpDestination[]): number {
    const wanted = batch.count * destinations.length;
    if (wanted === 0) return 0;
    let handed = 0;
    for (let done = 0; !this.#closed && done < destinations.length; done += MAX_DESTINATIONS) {
      handed += this.#send(batch, destinations, done);
    }
    if (handed < wanted) {
      this.#dropped += wanted - handed;
      this.#first += 1;
    }
    return handed;
  }

  /** Like `sendBatch`, protected for each of the first `count` targets (`srtpSend`). */
  sendProtected(batch: PacketBatch, targets: Int32Array, count: number): number {
    const wanted = batch.count * count;
    const { buffer, offsets, lengths } = batch;
    const handed = this.#closed ? 0 : this.#native.srtpSend(this.#handle, buffer, offsets, lengths, batch.count, targets, count);
    if (handed < wanted) this.#dropped += wanted - handed;
    return handed;
  }

  joinGroup(group: string, interfaceAddress = ""): void {
    this.#native.udpJoin(this.#handle, group, interfaceAddress);
  }

  setMulticastTtl(hops: number): void {
    this.#native.udpMulticastHops(this.#handle, hops);
  }

  setMulticastInterface(interfaceAddress: string): void {
    this.#native.udpMulticastInterface(this.#handle, interfaceAddress);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#handler = undefined;
    this.#native.udpClose(this.#handle);
  }

  #send(batch: PacketBatch, destinations: readonly UdpDestination[], done: number): number {
    const { targets } = this.#shared;
    const count = Math.min(MAX_DESTINATIONS, destinations.length - done);
    let used = 0;
    for (let index = 0; index < count; index += 1) {
      const destination = destinations[(this.#first + done + index) % destinations.length];
      if (!(destination instanceof NativeDestination)) continue;
      const { record } = destination;
      // Word by word: `set` costs several times as much for so few.
      for (let word = 0; word < RECORD_WORDS - 1; word += 1) targets[used + word] = record[word] ?? 0;
      used += RECORD_WORDS;
    }
    const { buffer, offsets, lengths } = batch;
    return this.#native.udpSend(this.#handle, buffer, offsets, lengths, batch.count, targets, used / RECORD_WORDS);
  }

  #receive(count: number): void {
    const { received, senders } = this.#shared;
    for (let index = 0; index < count; index += 1) {
      // A handler may close this socket.
      if (this.#handler === undefined) return;
      const at = index * RECORD_WORDS;
      this.#range.start = index * SLOT_BYTES;
      this.#range.end = this.#range.start + (senders[at + 7] ?? 0);
      this.#handler(received, this.#range, this.#sender(at));
    }
  }

  #sender(at: number): UdpEndpoint {
    const { senders } = this.#shared;
    if (sameSender(senders, at, this.#lastSender.record)) return this.#lastSender;
    const hash = hashOf(senders, at);
    let sender = this.#cache.get(hash);
    if (sender === undefined || !sameSender(senders, at, sender.record)) {
      sender = { address: addressText(senders, at), port: senders[at] ?? 0, record: senders.slice(at, at + RECORD_WORDS) };
      this.#cache.put(hash, sender);
    }
    this.#lastSender = sender;
    return sender;
  }
}

/** Compares all words but the datagram's length. */
function sameSender(records: Int32Array, at: number, record: Int32Array): boolean {
  for (let word = 0; word < RECORD_WORDS - 1; word += 1) if (records[at + word] !== record[word]) return false;
  return true;
}

function hashOf(records: Int32Array, at: number): number {
  let hash = 0;
  for (let word = 0; word < RECORD_WORDS - 1; word += 1) hash = (Math.imul(hash, 0x01000193) ^ (records[at + word] ?? 0)) | 0;
  return hash;
}

/** Text of a record's address; IPv6 as RFC 5952 writes it, with the scope's number where it has one. */
export function addressText(records: Int32Array, at: number): string {
  const bytes = new Uint8Array(records.buffer, records.byteOffset + (at + 2) * 4, 16);
  if (records[at + 1] === 4) return bytes.subarray(0, 4).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0));
  const scope = records[at + 6] ?? 0;
  return ipv6Text(groups) + (scope === 0 ? "" : `%${String(scope)}`);
}

/** RFC 5952 §4: the longest run of two or more zero groups, the first of equals, becomes `::`. */
function ipv6Text(groups: readonly number[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.length < 2) return hex.join(":");
  return `${hex.slice(0, best.start).join(":")}::${hex.slice(best.start + best.length).join(":")}`;
}
