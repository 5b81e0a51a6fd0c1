/**
 * Sockets as protocols see them; `platform` implements them (with the native module where it is there, in TypeScript where
 * it isn't). Nothing here allocates per datagram.
 */
import type { Server, Socket } from "node:net";
import type { SecureContextOptions, TLSSocket } from "node:tls";

/** Where a datagram came from or goes to. `address` is numeric; IPv4 stays dotted on dual-stack sockets (no `::ffff:`). */
export interface UdpEndpoint {
  readonly address: string;
  readonly port: number;
}

/** A destination prepared once (address parsed, socket address laid out); belongs to the socket that made it. */
export interface UdpDestination extends UdpEndpoint {
  readonly kind: "udp-destination";
}

/** Packets to send: packet i is `buffer[offsets[i], offsets[i] + lengths[i])`, for i < `count`. Read during the call only. */
export interface PacketBatch {
  readonly buffer: Buffer;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  readonly count: number;
}

/**
 * Called for each datagram: bytes `[start, end)` of `data`, and `range` itself, are valid only during the call. `from` is
 * the same object for datagrams of the same sender (until some thousand other senders were seen).
 */
export type DatagramHandler = (data: Buffer, range: { start: number; end: number }, from: UdpEndpoint) => void;

/** An open UDP socket. Sending is best effort: what the kernel refuses is counted in `dropped`, never queued. */
export interface UdpSocket {
  readonly address: string;
  readonly port: number;
  /** Datagrams the kernel refused (buffer full, unreachable). */
  readonly dropped: number;
  /** Sets the receiver of datagrams; at most one. */
  onDatagram(handler: DatagramHandler): void;
  destination(endpoint: UdpEndpoint): UdpDestination;
  /** Sends every packet of `batch` to every destination; returns the datagrams handed to the kernel. */
  sendBatch(batch: PacketBatch, destinations: readonly UdpDestination[]): number;
  /** Joins a multicast group on `interfaceAddress` (default: the system's choice). Throws the system's error where it can't. */
  joinGroup(group: string, interfaceAddress?: string): void;
  /** Hops (1…255) of the multicast datagrams sent. */
  setMulticastTtl(hops: number): void;
  /** The interface, by one of its addresses, that multicast datagrams leave through. */
  setMulticastInterface(interfaceAddress: string): void;
  /** Idempotent. Afterwards nothing is delivered, and whatever is sent counts as dropped. */
  close(): void;
}

/**
 * How a UDP socket is opened; `port` 0 takes any free one, buffer sizes are bytes (0 = the system's default). `address` is
 * numeric or a host name; empty means every address of both families. A receiver of a multicast group may bind to the
 * group's address, and then gets nothing else.
 */
export interface UdpBindOptions {
  readonly address: string;
  readonly port: number;
  readonly reuseAddress?: boolean;
  readonly receiveBufferBytes?: number;
  readonly sendBufferBytes?: number;
}

/** What of one write to many TCP sockets got through: bytes accepted per socket, or a negative errno. */
export interface TcpFanOut {
  /** Writes `buffer[start, end)` to each descriptor without blocking; `results[i]` = bytes taken (0 when full) or -errno. */
  write(descriptors: Int32Array, what: { buffer: Buffer; start: number; end: number; count: number }, results: Int32Array): void;
  /**
   * The descriptor behind a connected plain TCP socket, or -1 where it can't be had (TLS, connecting, destroyed). Ask again
   * right before each write: once a socket is destroyed the kernel gives its descriptor to the next one.
   */
  descriptor(socket: Socket): number;
}

/** Session keys that SRTP packets of one direction are protected with (RFC 3711); `profile` is DTLS-SRTP's number (RFC 5764). */
export interface SrtpKeys {
  /** 1 = AES_CM_128_HMAC_SHA1_80, 7 = AEAD_AES_128_GCM. */
  readonly profile: { readonly id: number };
  readonly key: Buffer;
  readonly salt: Buffer;
  /** Empty for profile 7. */
  readonly authKey: Buffer;
}

/** Keys with the state of every source protected by them; belongs to the `SrtpFanOut` that opened it. */
export interface SrtpContext {
  readonly kind: "srtp-context";
  /** Idempotent; nothing may be sent with it afterwards. */
  close(): void;
}

/** One viewer of a batch: where the packets go and what becomes of their header. */
export interface SrtpTarget {
  readonly context: SrtpContext;
  readonly ssrc: number;
  /** 0…127 */
  readonly payloadType: number;
  /** Added to each sequence number, modulo 2¹⁶. */
  readonly sequenceOffset: number;
}

/**
 * Sends RTP packets to many viewers, protected for each. Packets sent again must be the same byte for byte: each sequence
 * number of a source stands for one keystream.
 */
export interface SrtpFanOut {
  /** DTLS-SRTP's numbers of the profiles, the one that costs least first. */
  readonly profiles: readonly (1 | 7)[];
  open(keys: SrtpKeys): SrtpContext;
  /** Sends every packet of `batch` to every target, best effort; the datagrams handed to the kernel. What isn't RTP is left out. */
  send(
    socket: UdpSocket,
    batch: PacketBatch,
    targets: readonly (SrtpTarget & { readonly destination: UdpDestination })[],
  ): number;
  /** Protects one packet of at most 64 KiB into `into` at `at`; the bytes written, 0 where it isn't RTP or doesn't fit. */
  protect(target: SrtpTarget, packet: Buffer, place: { readonly into: Buffer; readonly at: number }): number;
}

/** An address of one of the machine's network interfaces. */
export interface InterfaceAddress {
  readonly interface: string;
  /** Numeric, without scope. */
  readonly address: string;
  readonly loopback: boolean;
}

/**
 * How a TCP or TLS connection is opened. With `onRead` the socket emits no `data`: what is read lies in `buffer[0, bytes)`,
 * valid during the call only; returning false pauses reading until `resume()`.
 */
export interface TcpConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: TlsClientOptions;
  readonly onRead?: { readonly buffer: Buffer; callback(bytes: number, buffer: Buffer): boolean };
}

/** Server identity check of an outgoing TLS connection: by certificate authority, or by pinned SHA-256 fingerprint. */
export interface TlsClientOptions {
  readonly serverName?: string;
  /** SHA-256 of the certificate, hex with or without colons; replaces the authority check. */
  readonly fingerprint?: string;
}

/** A TCP listener's options; `tls` makes it a TLS one. */
export interface TcpListenOptions {
  readonly host: string | undefined;
  readonly port: number;
  readonly tls?: SecureContextOptions;
  /** Called per connection, with TLS once the handshake is done (10 s at most). */
  readonly onConnection: (socket: Socket | TLSSocket) => void;
  /** Failures of the listener after it has started (such as no descriptor left for a connection); it goes on. */
  readonly onError?: (error: Error) => void;
}

/** The machine's network. */
export interface Network {
  bindUdp(options: UdpBindOptions): Promise<UdpSocket>;
  /** Starts connecting and returns at once; listen for `connect`/`secureConnect` and `error`. */
  connectTcp(options: TcpConnectOptions): Socket;
  /** Resolves when listening. Rejects with a `SluiceError` that names who holds the port, where that can be seen. */
  listenTcp(options: TcpListenOptions): Promise<Server>;
  /**
   * Bounds what the kernel queues (SO_SNDBUF, TCP_NOTSENT_LOWAT) for a socket, or for every one a listener accepts from now on,
   * bytes; does nothing without the native module.
   */
  limitSendBuffer(socket: Socket | Server, bytes: number): void;
  /** One system call per socket without the runtime's stream machinery; absent without the native module. */
  readonly fanOut: TcpFanOut | undefined;
  /** SRTP in one call for all viewers; absent without the native module. */
  readonly srtp: SrtpFanOut | undefined;
  /** A numeric address of `host`. Rejects as the system's resolver does. */
  resolve(host: string): Promise<string>;
  /** Addresses of the interfaces that are up now. */
  addresses(): readonly InterfaceAddress[];
}
