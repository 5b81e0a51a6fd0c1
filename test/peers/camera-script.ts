/**
 * What a fake camera can be told to be: data, and hooks where data isn't enough. Everything left out is decent behaviour.
 */
import type { AuthenticationScript } from "./camera-authentication.ts";
import type { CameraRequest } from "./camera-connection.ts";
import type { MediaScript } from "./camera-media.ts";

/** An answer of the camera's; what is missing is as usual. */
export interface CameraAnswer {
  readonly status?: number;
  readonly reason?: string;
  /** Added to the usual headers; undefined removes one. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** Sent as it is in place of an answer. */
  readonly raw?: Buffer;
  /** Changes whatever goes over its connections. */
  readonly mangle?: (bytes: Buffer) => Buffer;
  /** Answers 404 to HTTP. */
  readonly refusesTunnels?: boolean;
  /** Closes the connection afterwards. */
  readonly close?: boolean;
}

/** A hook's wish for a request: an answer, silence, or a closed connection. */
export type CameraReply = CameraAnswer | "silent" | "close" | undefined;

/** How packets get lost and mixed up on their way over UDP; indexes count the packets of a session. */
export interface NetworkFaults {
  readonly drop?: (index: number) => boolean;
  readonly duplicate?: (index: number) => boolean;
  /** Sends the packet after the next one. */
  readonly swap?: (index: number) => boolean;
}

/** How a camera behaves. */
export interface CameraScript {
  /** Address it listens on; 127.0.0.1 by default. Others than loopback's are for a network of the test's own. */
  readonly address?: string;
  readonly authentication?: AuthenticationScript;
  readonly media?: MediaScript;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Changes the session description. */
  readonly description?: (sdp: string) => string;
  /** Answers a request otherwise than usual. */
  readonly answer?: (request: CameraRequest) => CameraReply;
  /** Transports it grants; others are answered 461. */
  readonly transports?: readonly ("tcp" | "udp" | "multicast")[];
  /** The Transport header of its answer, given the usual one. */
  readonly transportAnswer?: (usual: string, track: number) => string | undefined;
  /** Sends over the connection whatever was asked for. */
  readonly answersUdpWithTcp?: boolean;
  /** Channels it really sends a track on. */
  readonly channels?: (track: number, asked: readonly [number, number]) => readonly [number, number];
  /** Seconds; sessions without a counted request for longer are ended. */
  readonly sessionTimeout?: number;
  /** Whether the Session header names the time-out. */
  readonly namesTimeout?: boolean;
  /** Whether a request keeps the session alive; by default every one does. */
  readonly countsAsAlive?: (method: string) => boolean;
  /** Bytes put before each media frame on TCP connections, by index. */
  readonly garbage?: (index: number) => Buffer | undefined;
  readonly faults?: NetworkFaults;
  /** Transports it grants and then sends nothing over. */
  readonly silentTransports?: readonly ("tcp" | "udp")[];
  /** Sends UDP media from other ports than it names. */
  readonly otherServerPorts?: boolean;
  /** Changes whatever goes over its connections. */
  readonly mangle?: (bytes: Buffer) => Buffer;
  /** Answers 404 to HTTP. */
  readonly refusesTunnels?: boolean;
  /** Closes the connection after each 401. */
  readonly closesAfterChallenge?: boolean;
  /** Refuses requests whose headers aren't in the order and spelling of a plain client. */
  readonly strictHeaders?: boolean;
}
