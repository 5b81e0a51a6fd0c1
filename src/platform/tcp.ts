/**
 * TCP and TLS connections on the runtime's sockets: Nagle's algorithm off, numeric or named hosts (both families tried),
 * certificates checked by authority or by one pinned fingerprint. Connect time-outs are the caller's.
 */
import { createServer, connect, isIP, type Server, type Socket } from "node:net";
import { connect as connectTls, createServer as createTlsServer, TLSSocket } from "node:tls";
import type { TcpConnectOptions, TcpFanOut, TcpListenOptions } from "#base/network.ts";
import { platformError } from "./errors.ts";
import type { NativeModule } from "./native.ts";

/** A TLS client that hasn't finished its handshake by then is dropped, milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Starts connecting; see `Network.connectTcp`. With a fingerprint, send nothing before `secureConnect`. */
export function connectTcp(options: TcpConnectOptions): Socket {
  const { host, port, tls, onRead } = options;
  const reading = onRead === undefined ? {} : { onread: { buffer: onRead.buffer, callback: readInto(onRead) } };
  if (tls === undefined) return connect({ host, port, noDelay: true, ...reading });
  const serverName = tls.serverName ?? (isIP(host) === 0 ? host : undefined);
  const socket = connectTls({
    host,
    port,
    ...(serverName === undefined ? {} : { servername: serverName }),
    rejectUnauthorized: tls.fingerprint === undefined,
    ...reading,
  });
  socket.setNoDelay(true);
  if (tls.fingerprint !== undefined) checkFingerprint(socket, { host, fingerprint: tls.fingerprint });
  return socket;
}

function readInto(onRead: NonNullable<TcpConnectOptions["onRead"]>): (bytes: number) => boolean {
  return (bytes) => onRead.callback(bytes, onRead.buffer);
}

/**
 * Lets nobody hear `secureConnect` unless the certificate is the pinned one. The runtime has no hook for that: its own identity
 * check isn't asked once no authority vouches for the certificate, and a listener can't keep the next one from being called.
 */
function checkFingerprint(socket: TLSSocket, pinned: { host: string; fingerprint: string }): void {
  const expected = plainHex(pinned.fingerprint);
  const emit = socket.emit.bind(socket);
  socket.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== "secureConnect") return emit(event, ...values);
    Reflect.deleteProperty(socket, "emit");
    // An empty object when the peer showed none (it can't, in the cipher suites in use).
    const certificate = socket.getPeerCertificate() as { fingerprint256?: string };
    const actual = plainHex(certificate.fingerprint256 ?? "");
    if (actual === expected && expected !== "") return emit(event, ...values);
    socket.destroy(platformError("tls-fingerprint-mismatch", { details: { host: pinned.host, actual, expected } }));
    return true;
  };
}

function plainHex(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").trim().toLowerCase();
}

/** Listens; see `Network.listenTcp`. Rejects with the system's error. */
export function listenTcp(options: TcpListenOptions): Promise<Server> {
  const { host, port, tls, onConnection, onError } = options;
  const server =
    tls === undefined
      ? createServer({ noDelay: true }, onConnection)
      : createTlsServer({ ...tls, noDelay: true, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, onConnection);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, ...(host === undefined || host === "" ? {} : { host }) }, () => {
      server.removeListener("error", reject);
      server.on("error", (error: Error) => onError?.(error));
      resolve(server);
    });
  });
}

/** The descriptor of a connected plain socket, or -1. */
export function descriptorOf(socket: Socket): number {
  return socket instanceof TLSSocket || socket.connecting ? -1 : systemDescriptor(socket);
}

/** Bounds what the kernel queues, by `native`; see `Network.limitSendBuffer`. Connections inherit it from their listener. */
export function limitSendBuffer(native: NativeModule, socket: Socket | Server, bytes: number): void {
  const descriptor = systemDescriptor(socket);
  if (descriptor >= 0) native.tcpLimit(descriptor, bytes, bytes);
}

/** The runtime has no public way to a descriptor; where this one goes, what needs it does without. */
function systemDescriptor(socket: Socket | Server): number {
  if ("destroyed" in socket && socket.destroyed) return -1;
  const fd = (socket as { _handle?: { fd?: unknown } | null })._handle?.fd;
  return typeof fd === "number" && fd >= 0 ? fd : -1;
}

/** Writes of one slice to many connections by the native module. */
export class NativeFanOut implements TcpFanOut {
  readonly #native: NativeModule;

  constructor(native: NativeModule) {
    this.#native = native;
  }

  write(descriptors: Int32Array, what: { buffer: Buffer; start: number; end: number; count: number }, results: Int32Array): void {
    this.#native.tcpSend(descriptors, what.count, what.buffer, what.start, what.end, results);
  }

  descriptor(socket: Socket): number {
    return descriptorOf(socket);
  }
}
