/**
 * Opening a TCP or TLS connection to a camera within a time limit, with the system's refusals turned into the client's
 * errors. Resolves only when the connection may be written to: with TLS after the certificate was checked.
 */
import type { Socket } from "node:net";
import type { Clock } from "#base/clock.ts";
import { codeOf, messageOf, SluiceError } from "#base/errors.ts";
import type { Network, TcpConnectOptions } from "#base/network.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";

/** Who is connected to, and how. */
export interface ConnectOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** SHA-256 of the certificate; "" checks by authority. */
  readonly fingerprint: string;
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** Connects. Rejects with `source-unreachable`, `source-connect-timeout`, `source-certificate-refused`, or the signal's reason. */
export function connect(options: ConnectOptions, onRead?: NonNullable<TcpConnectOptions["onRead"]>): Promise<Socket> {
  const { network, clock, host, port, secure, fingerprint, connectTimeoutMs, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortReason(signal));
      return;
    }
    const tls = fingerprint === "" ? {} : { fingerprint };
    const socket = network.connectTcp({
      host,
      port,
      ...(secure ? { tls } : {}),
      ...(onRead === undefined ? {} : { onRead }),
    });
    const finish = (error: Error | undefined): void => {
      timer.cancel();
      signal.removeEventListener("abort", abort);
      socket.removeListener(secure ? "secureConnect" : "connect", connected);
      socket.removeListener("error", failed);
      socket.removeListener("close", closed);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      socket.on("error", () => undefined); // what else goes wrong while it is torn down is of no interest
      socket.destroy();
      reject(error);
    };
    const connected = (): void => {
      finish(undefined);
    };
    const failed = (error: Error): void => {
      finish(connectError(error, options));
    };
    const closed = (): void => {
      finish(connectError(new Error("closed at once"), options));
    };
    const abort = (): void => {
      finish(abortReason(signal));
    };
    const timer = clock.after("rtsp connect time-out", connectTimeoutMs, () => {
      finish(
        sourceError("source-connect-timeout", { details: { host, port, seconds: connectTimeoutMs / 1000 }, retryable: true }),
      );
    });
    socket.once(secure ? "secureConnect" : "connect", connected);
    socket.on("error", failed);
    socket.once("close", closed);
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** The reason of an abort as the client's error. */
export function abortReason(signal: AbortSignal): SluiceError {
  return signal.reason instanceof SluiceError ? signal.reason : sourceError("source-closed", { cause: signal.reason });
}

/** An address of a socket; IPv4 on a dual-stack socket is written plainly. */
export function numericAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function connectError(error: Error, to: { host: string; port: number }): SluiceError {
  if (error instanceof SluiceError) return error;
  const { host, port } = to;
  const code = codeOf(error);
  if (/CERT|SIGNATURE|ISSUER|ERR_TLS_/.test(code)) {
    return sourceError("source-certificate-refused", { cause: error, details: { host, reason: code } });
  }
  if (code === "ECONNREFUSED")
    return sourceError("source-port-closed", { cause: error, details: { host, port }, retryable: true });
  const reason = code === "" ? messageOf(error) : code;
  return sourceError("source-unreachable", { cause: error, details: { host, port, reason }, retryable: true });
}
