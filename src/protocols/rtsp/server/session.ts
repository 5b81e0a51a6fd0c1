/**
 * One RTSP session (RFC 2326 §3.4): a reader or a publisher, from its first SETUP or ANNOUNCE to its end. Over TCP it ends
 * with its connection; over UDP and multicast it lives on while requests or RTCP arrive. The secret in its `Session` header
 * is worth nothing on another connection, unless that one comes from the same address and user.
 */
import type { SluiceError } from "#base/errors.ts";
import type { UdpEndpoint } from "#base/network.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { PathPublisher, PathReader } from "#streams/path-registry.ts";
import type { ByteChannel } from "#protocols/rtsp/server-transport/byte-channel.ts";
import type { InterleavedChannels } from "#protocols/rtsp/server-transport/interleaved-channels.ts";
import type { Publishing } from "./publishing.ts";
import type { Reading } from "./reading.ts";
import { randomId, type ServerServices } from "./services.ts";

/** A session that isn't heard of for this long ends: 60 s of RFC 2326 §12.37. */
export const SESSION_TIMEOUT_MS = 60_000;
/** What clients are told: a little less, since some refresh at the very last moment. */
const ANNOUNCED_TIMEOUT_S = 55;
/** SETUP requests of one session. */
const MAX_SETUPS = 16;
/** 128 bits can't be guessed. */
const TOKEN_BYTES = 16;

/** Where a session is in its life. */
export type SessionState = "idle" | "announced" | "set-up" | "playing" | "paused" | "recording" | "closed";

/** The connection a session lives on. */
export interface SessionHome {
  readonly id: string;
  readonly peer: UdpEndpoint;
  readonly channel: ByteChannel;
  readonly channels: InterleavedChannels;
}

/** Who opened a session. */
export interface SessionClient {
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
}

type Role =
  | { readonly kind: "idle" }
  | { readonly kind: "reading"; readonly reading: Reading }
  | { readonly kind: "publishing"; readonly publishing: Publishing }
  | { readonly kind: "closed"; readonly error: SluiceError };

/** See the head of this file. */
export class Session implements PathReader, PathPublisher {
  /** As the API shows it. */
  readonly id: string;
  /** Secret of the `Session` header. */
  readonly token: string;
  readonly type: "rtspSession" | "rtspsSession";
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly peer: UdpEndpoint;
  readonly client: SessionClient;
  readonly #services: ServerServices;
  readonly #onClosed: (session: Session, error: SluiceError) => void;
  #home: SessionHome | undefined;
  #role: Role = { kind: "idle" };
  #established = false;
  #path = "";
  #finalBytes = 0;
  #setups = 0;
  #heardAt: number;

  constructor(
    services: ServerServices,
    who: { home: SessionHome; client: SessionClient; onClosed: (session: Session, error: SluiceError) => void },
  ) {
    this.#services = services;
    this.#home = who.home;
    this.#onClosed = who.onClosed;
    this.peer = who.home.peer;
    this.client = who.client;
    this.id = randomId(services.random);
    this.token = services.random.bytes(TOKEN_BYTES).toString("hex");
    this.type = services.scheme === "rtsps" ? "rtspsSession" : "rtspSession";
    this.created = services.clock.wallNow();
    this.#heardAt = services.clock.now();
  }

  get state(): SessionState {
    switch (this.#role.kind) {
      case "reading":
        return this.#role.reading.state;
      case "publishing":
        return this.#role.publishing.state;
      case "idle":
      case "closed":
        return this.#role.kind;
    }
  }

  get reading(): Reading | undefined {
    return this.#role.kind === "reading" ? this.#role.reading : undefined;
  }

  get publishing(): Publishing | undefined {
    return this.#role.kind === "publishing" ? this.#role.publishing : undefined;
  }

  /** The path it reads or publishes, also after its end; "" before it is known. */
  get pathName(): string {
    return this.#path;
  }

  /** Query of that path's address, without `?`. */
  get query(): string {
    return this.reading?.query ?? this.publishing?.query ?? "";
  }

  /** Bytes of media and RTCP sent on its connection, also after its end. */
  get bytesOnConnection(): number {
    if (this.#role.kind === "closed") return this.#finalBytes;
    if (this.#leavesConnection) return 0;
    return this.reading?.statistics.bytes ?? this.publishing?.statistics.outboundBytes ?? 0;
  }

  /** The connection it lives on; undefined once that is gone. */
  get home(): SessionHome | undefined {
    return this.#home;
  }

  /** Whether it outlived its connection. */
  get orphaned(): boolean {
    return this.#home === undefined;
  }

  /** Whether the client knows of it. */
  get established(): boolean {
    return this.#established;
  }

  /** An answer that names it was sent. */
  establish(): void {
    this.#established = true;
  }

  /** Value of the `Session` header. */
  get header(): string {
    return `${this.token};timeout=${String(ANNOUNCED_TIMEOUT_S)}`;
  }

  /** What log lines say of it. */
  get summary(): { session: string; path: string; address: string; transport: string; user: string } {
    const transport = this.reading?.transport ?? this.publishing?.transport ?? "none";
    return { session: this.id, path: this.#path, address: this.peer.address, transport, user: this.client.user };
  }

  /** Whether a request on `home` may use this session without proving more. */
  livesOn(home: SessionHome): boolean {
    return this.#home === home;
  }

  /** Whether a request of the same user from another connection of the same address may use it: only without a TCP stream of its own. */
  reachableFrom(home: SessionHome): boolean {
    return (
      this.#leavesConnection && home.peer.address === this.peer.address && home.channel.secure === (this.type === "rtspsSession")
    );
  }

  /** Counts a SETUP. Throws `rtsp-too-many-setups`. */
  countSetup(): void {
    this.#setups += 1;
    if (this.#setups > MAX_SETUPS) throw rtspServerError("rtsp-too-many-setups", { details: { max: MAX_SETUPS } });
  }

  /** The session becomes a reader or publisher; once. Throws where it was closed meanwhile. */
  become(role: Extract<Role, { kind: "reading" | "publishing" }>): void {
    if (this.#role.kind === "closed") throw this.#role.error;
    this.#role = role;
    this.#path = role.kind === "reading" ? role.reading.pathName : role.publishing.pathName;
  }

  /** A request of this session arrived. */
  touch(): void {
    this.#heardAt = this.#services.clock.now();
  }

  /** Once a second: closes the session when it was silent for too long. */
  sweep(now: number): void {
    this.publishing?.sweep(now);
    if (this.#role.kind === "closed") return;
    const heardAt = Math.max(this.#heardAt, this.reading?.heardAt ?? 0, this.publishing?.heardAt ?? 0);
    const kept = this.#leavesConnection ? false : this.state === "playing" || this.state === "recording";
    const silentMs = this.state === "recording" ? this.#services.options.readTimeout : SESSION_TIMEOUT_MS;
    if (this.state === "recording" && now - (this.publishing?.heardAt ?? 0) >= silentMs) {
      this.close(rtspServerError("rtsp-publisher-silent", { details: { seconds: silentMs / 1000 } }));
    } else if (!kept && now - heardAt >= SESSION_TIMEOUT_MS) {
      this.close(rtspServerError("rtsp-session-timeout", { details: { seconds: SESSION_TIMEOUT_MS / 1000 } }));
    }
  }

  /** Its connection is gone. */
  homeClosed(error: SluiceError): void {
    if (this.#leavesConnection && (this.state === "playing" || this.state === "recording")) this.#home = undefined;
    else this.close(error);
  }

  /** Ends the session. Idempotent; also called by the hub. */
  close(error: SluiceError): void {
    const role = this.#role;
    if (role.kind === "closed") return;
    this.#finalBytes = this.bytesOnConnection;
    this.#role = { kind: "closed", error };
    if (role.kind === "reading") role.reading.close();
    if (role.kind === "publishing") role.publishing.close(error);
    this.#onClosed(this, error);
    this.#home = undefined;
  }

  /** Whether its media doesn't travel on its connection. */
  get #leavesConnection(): boolean {
    const transport = this.reading?.transport ?? this.publishing?.transport;
    return transport === "udp" || transport === "multicast";
  }
}
