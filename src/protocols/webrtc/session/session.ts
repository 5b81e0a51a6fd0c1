/**
 * A session: one viewer or one publisher, from its offer to its end. It waits for the connection at most `webrtcHandshakeTimeout`,
 * then lives as long as the other side keeps giving consent.
 */
import { SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import { printAnswer, printFragment, type IceCandidate } from "#formats/jsep/answer.ts";
import type { IceCredentials, Offer } from "#formats/jsep/offer.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import { Reading } from "#protocols/webrtc/from-stream.ts";
import { CONSENT_MS } from "#protocols/webrtc/ice/agent.ts";
import type { PathPublisher, PathReader } from "#streams/source.ts";
import { Publishing } from "./publishing.ts";
import { randomId, type SessionServices } from "./services.ts";
import { SessionTransport } from "./transport.ts";

/** Who asks for a session. */
export interface SessionRequest {
  readonly mode: "read" | "publish";
  readonly path: string;
  readonly query: string;
  readonly user: string;
  readonly userAgent: string;
  /** Numeric address of the HTTP client. */
  readonly address: string;
  readonly offer: Offer;
}

type SessionState = "connecting" | "connected" | "closed";

/** See the head of this file. */
export class Session implements PathReader, PathPublisher {
  readonly type = "webRTCSession";
  readonly id: string;
  /** Names the session in its address: whoever knows it may end it. */
  readonly secret: string;
  readonly request: SessionRequest;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly transport: SessionTransport;
  readonly #services: SessionServices;
  readonly #log: Logger;
  readonly #openedAt: number;
  readonly #onClose: (session: Session) => void;
  #reading: Reading | undefined;
  #publishing: Publishing | undefined;
  #state: SessionState = "connecting";
  #restarts = 0;

  constructor(services: SessionServices, request: SessionRequest, onClose: (session: Session) => void) {
    const { clock, random, log } = services;
    this.#services = services;
    this.request = request;
    this.#onClose = onClose;
    this.id = randomId(random);
    this.secret = randomId(random);
    this.created = clock.wallNow();
    this.#openedAt = clock.now();
    this.#log = log.child({ session: this.id, path: request.path });
    this.transport = new SessionTransport(services, request.offer, {
      connected: () => this.#connected(),
      moved: () => this.#reading?.moved(),
      rtp: (packet) => this.#publishing?.rtp(packet),
      rtcp: (packet) => (this.#reading ?? this.#publishing)?.rtcp(packet),
      failed: (reason) => this.close(webrtcError("webrtc-handshake-failed", { details: { reason } })),
      closed: () => this.close(webrtcError("webrtc-client-left")),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get reading(): Reading | undefined {
    return this.#reading;
  }

  get publishing(): Publishing | undefined {
    return this.#publishing;
  }

  /** Names the present ICE credentials, for If-Match. */
  get etag(): string {
    return `"${this.id}-${String(this.#restarts)}"`;
  }

  /** Agrees on tracks; the answer. Rejects with what stands in the way; the session is closed then. */
  async open(candidates: readonly IceCandidate[], signal: AbortSignal): Promise<string> {
    const { offer, path, query, mode } = this.request;
    try {
      if (mode === "read") this.#reading = await Reading.open(this.#services, { offer, path, query, reader: this, signal });
      else this.#publishing = new Publishing(this.#services, { offer, path, publisher: this });
    } catch (error) {
      this.#end();
      throw error;
    }
    if (this.#state === "closed") {
      this.#reading?.close();
      throw webrtcError("webrtc-client-left");
    }
    const agreement = this.#reading?.agreement ?? this.#publishing?.agreement;
    const skipped = this.#reading?.agreement.skipped.map((track) => track.name) ?? [];
    if (skipped.length > 0) this.#log.warn({ codecs: skipped }, "tracks left out: the client can't play them");
    return printAnswer({
      originId: String(this.#services.random.uint32()),
      lite: true,
      ice: this.transport.agent.credentials,
      fingerprint: this.#services.identity.fingerprint,
      setup: this.transport.setup,
      candidates,
      media: agreement?.media ?? [],
    });
  }

  /** New ICE credentials (RFC 9725 §4.3.3); the fragment to answer with. */
  restart(remote: IceCredentials, candidates: readonly IceCandidate[]): string {
    this.transport.restart(remote);
    this.#restarts += 1;
    const mid = this.request.offer.media.find((media) => media.mid !== "")?.mid ?? "0";
    return printFragment({ ice: this.transport.agent.credentials, candidates, lite: true, mid });
  }

  /** Once a second: time-outs. */
  sweep(now: number): void {
    if (this.#state === "connecting") {
      const { webrtcHandshakeTimeout } = this.#services.options;
      if (now - this.#openedAt < webrtcHandshakeTimeout) return;
      const details = { seconds: Math.round(webrtcHandshakeTimeout / 1000), stage: this.transport.stage };
      this.close(webrtcError("webrtc-handshake-timeout", { details }));
      return;
    }
    if (now - this.transport.agent.heardAt > CONSENT_MS) {
      this.close(webrtcError("webrtc-client-silent", { details: { seconds: CONSENT_MS / 1000 } }));
      return;
    }
    try {
      this.#reading?.check(now);
      this.#publishing?.check(now);
    } catch (error) {
      this.close(asSluiceError(error));
    }
  }

  /** Ends the session. Idempotent. */
  close(error: SluiceError): void {
    if (this.#state === "closed") return;
    const connected = this.#state === "connected";
    this.#reading?.close();
    this.#publishing?.close(error);
    this.#end();
    const fields = { code: error.code, reason: error.message };
    if (connected) this.#log.info(fields, "session closed");
    else this.#log.debug(fields, "session closed before it was connected");
  }

  #end(): void {
    this.#state = "closed";
    this.transport.close();
    this.#onClose(this);
  }

  #connected(): void {
    if (this.#state !== "connecting") return;
    this.#state = "connected";
    const { mode, user } = this.request;
    const remote = this.transport.remote;
    this.#log.info({ mode, user, transport: remote?.transport, from: remote?.endpoint.address }, "session connected");
    this.#reading?.start(this.transport);
    this.#publishing?.start(this.transport);
  }
}

function asSluiceError(error: unknown): SluiceError {
  return error instanceof SluiceError ? error : webrtcError("webrtc-client-left", { cause: error });
}
