/**
 * What the egress of an RTSP session is made with, and what the session sees of it: shared by the readers over TCP and UDP.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { TcpFanOut, UdpDestination, UdpSocket } from "#base/network.ts";
import type { Path } from "#streams/path.ts";
import type { SlabPool } from "#streams/ring/slab.ts";
import type { Socket } from "node:net";

/** Where one track of a session goes. The RTCP channel is the RTP channel + 1. */
export type TrackTarget =
  | { readonly kind: "interleaved"; readonly channel: number }
  | { readonly kind: "udp"; readonly rtp: UdpDestination; readonly rtcp: UdpDestination };

/** A byte stream to one client: a plain socket, TLS, or a tunnel. */
export interface ByteOutput {
  /** The plain socket, where bytes may go to the kernel directly; undefined for TLS and tunnels. */
  readonly socket: Socket | undefined;
  /** Writes; `done` is called once the bytes are with the kernel, or failed. The chunk must not change before. */
  write(chunk: Buffer, done: (error?: Error | null) => void): void;
  /** Bytes written and not yet with the kernel. */
  readonly pendingBytes: number;
  destroy(): void;
}

/** How a session's media leaves. */
export type ReaderSink =
  | { readonly kind: "tcp"; readonly output: ByteOutput; readonly fanOut?: TcpFanOut | undefined }
  | { readonly kind: "udp"; readonly rtp: UdpSocket; readonly rtcp: UdpSocket; readonly maxPacketBytes: number };

/** Where a track begins, for the RTP-Info header. */
export interface PlayPosition {
  readonly track: number;
  readonly sequence: number;
  readonly rtpTime: number;
}

/** Counters of a session's media. */
export interface ReaderStatistics {
  packets: number;
  bytes: number;
  rtcpPackets: number;
  /** Packets the reader was too slow for, or that the kernel refused. */
  discardedPackets: number;
  /** Packets the reader itself reports lost. */
  reportedLost: number;
}

/** Egress of one session. */
export interface RtspReader {
  /** Fixes the start position of every track. Nothing is sent before `start`. */
  play(): readonly PlayPosition[];
  start(): void;
  pause(): void;
  /** A receiver report block of the reader for `track`: cumulative packets lost. */
  receiverReport(track: number, cumulativeLost: number): void;
  /** Idempotent. */
  close(): void;
  readonly statistics: ReaderStatistics;
}

/** What `createRtspReader` needs. */
export interface RtspReaderOptions {
  readonly path: Path;
  readonly clock: Clock;
  readonly slabs: SlabPool;
  readonly tracks: readonly { readonly track: number; readonly target: TrackTarget }[];
  readonly sink: ReaderSink;
  /** A reader that takes nothing for this long is closed. */
  readonly writeTimeoutMs: number;
  /** The stream ended, the reader is stuck, or its connection failed: the session is over. */
  readonly onClose: (error: SluiceError) => void;
}
