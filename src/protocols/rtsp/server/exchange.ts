/** A request on its way to an answer: what handlers of requests get to see and do. */
import type { UdpEndpoint } from "#base/network.ts";
import type { RtspRequest } from "#formats/rtsp-message/message.ts";
import type { AccessAction } from "./authentication.ts";
import type { Reply } from "./reply.ts";
import type { ServerServices } from "./services.ts";
import type { Session, SessionClient, SessionHome } from "./session.ts";

/** Outcome of asking whether the client may do something. */
export type AccessOutcome =
  { readonly kind: "granted"; readonly client: SessionClient } | { readonly kind: "refused"; readonly reply: Reply };

/** The connection, as handlers know it. */
export interface Caller extends SessionHome {
  readonly peer: UdpEndpoint;
  /** Sessions of this connection, in order of creation. */
  readonly sessions: readonly Session[];
  /** Makes a session that belongs to this connection. Throws `rtsp-too-many-sessions`. */
  openSession(client: SessionClient): Session;
}

/** See the head of this file. */
export interface Exchange {
  readonly request: RtspRequest;
  readonly caller: Caller;
  /** The session of the request's `Session` header, which may be used here. */
  readonly session: Session | undefined;
  readonly services: ServerServices;
  /** Aborts when the connection ends. */
  readonly signal: AbortSignal;
  /** Asks for the right to read or publish `path` with the request's credentials. */
  access(action: AccessAction, path: string, query: string): Promise<AccessOutcome>;
}

/** Answers requests of one method. Throws a `SluiceError` to refuse. */
export type RequestHandler = (exchange: Exchange) => Reply | Promise<Reply>;
