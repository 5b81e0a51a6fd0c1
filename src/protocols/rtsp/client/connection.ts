/**
 * One RTSP connection to a camera (RFC 2326): requests with their answers, authentication whenever it is asked for, frames
 * of media in between, and the camera's own requests answered. Headers go out in a fixed order and spelling, `User-Agent`
 * always among them, since cameras insist on all three (quirk row 2). Until a session is set up, a camera may close the
 * connection between two requests: it is opened again.
 */
import type { Clock, Timer } from "#base/clock.ts";
import { messageOf, type SluiceError } from "#base/errors.ts";
import { RtspHeaders } from "#formats/rtsp-message/headers.ts";
import { printRequest, printResponse, type RtspRequest, type RtspResponse } from "#formats/rtsp-message/message.ts";
import { RtspStreamReader } from "#formats/rtsp-message/stream-reader.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import type { Link } from "#protocols/rtsp/client-link/link.ts";
import { openLink, type LinkOptions } from "#protocols/rtsp/client-link/open-link.ts";
import type { Target } from "./target.ts";

/** Requests without an answer; beyond it the oldest is given up (cameras that never answer keep-alives). */
const MAX_PENDING = 8;
/** Challenges answered for one request. */
const MAX_TURNS = 8;
/** Connections made for one `RtspConnection`. */
const MAX_LINKS = 6;

/** Gets a frame's payload, valid during the call. */
export type FrameHandler = (channel: number, buffer: Buffer, range: { readonly start: number; readonly end: number }) => void;

/** A request; `headers` follow CSeq, Authorization and User-Agent in this order. */
export interface ClientRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

interface Pending {
  readonly method: string;
  readonly resolve: (response: RtspResponse) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

/** See the head of this file. */
export class RtspConnection {
  readonly target: Target;
  /** Resolves with the reason when the connection is lost after `establish`; never rejects. */
  readonly ended: Promise<SluiceError>;
  readonly #options: LinkOptions;
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  readonly #end: (error: SluiceError) => void;
  #link: Link | undefined;
  #links = 0;
  #sequence = 0;
  #matched = false;
  #established = false;
  #closed = false;
  #resynced = 0;
  #onFrame: FrameHandler = () => undefined;

  private constructor(target: Target, options: LinkOptions) {
    this.target = target;
    this.#options = options;
    this.#clock = options.clock;
    const end = Promise.withResolvers<SluiceError>();
    this.ended = end.promise;
    this.#end = end.resolve;
  }

  /** Connects. Rejects with the client's errors. */
  static async open(target: Target, options: LinkOptions): Promise<RtspConnection> {
    const connection = new RtspConnection(target, options);
    await connection.#connect();
    return connection;
  }

  /** Numeric address of the camera. */
  get remoteAddress(): string {
    return this.#link?.remoteAddress ?? "";
  }

  /** Our own address towards the camera. */
  get localAddress(): string {
    return this.#link?.localAddress ?? "";
  }

  /** Stray bytes stepped over between frames. */
  get resyncedBytes(): number {
    return this.#resynced;
  }

  /** Sets who gets interleaved frames. */
  onFrame(handler: FrameHandler): void {
    this.#onFrame = handler;
  }

  /** From here on a lost connection is the end. */
  establish(): void {
    this.#established = true;
  }

  /**
   * Sends a request and resolves with its answer, whatever its status but 401, which is worked off here. Rejects with
   * `source-credentials-…`, `source-no-answer`, `source-connection-lost`.
   */
  async request(request: ClientRequest): Promise<RtspResponse> {
    const { authentication } = this.#options;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const authorization = authentication.header({ method: request.method, uri: request.url });
      const response = await this.#exchange(request, { authorization, again: turn > 0 });
      if (response.status !== 401) {
        if (authorization !== undefined) authentication.accepted();
        return response;
      }
      authentication.challenged(response.headers.all("WWW-Authenticate"), authorization !== undefined);
      if (response.headers.get("Connection")?.toLowerCase() === "close") this.#dropLink();
    }
    throw sourceError("source-credentials-refused", { details: { host: this.target.host } });
  }

  /** Sends bytes between requests: interleaved reports. */
  send(bytes: Buffer): void {
    this.#link?.write(bytes);
  }

  /** Closes without a word. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dropLink();
    this.#rejectAll(sourceError("source-closed"));
  }

  async #connect(): Promise<Link> {
    if (this.#closed) throw sourceError("source-closed");
    this.#links += 1;
    const reader = this.#reader();
    const link = await openLink(this.target, this.#options, {
      bytes: (buffer, range) => {
        this.#read(reader, buffer, range);
      },
      closed: (error) => {
        this.#lost(error);
      },
    });
    if (this.#closed) {
      link.close();
      throw sourceError("source-closed");
    }
    this.#link = link;
    return link;
  }

  /** One request and its answer; once more over a fresh connection where the camera closed the last one after a challenge. */
  async #exchange(request: ClientRequest, turn: { authorization: string | undefined; again: boolean }): Promise<RtspResponse> {
    const reopened = this.#link === undefined;
    const link = this.#link ?? (await this.#reconnect());
    try {
      return await this.#send(link, request, turn.authorization);
    } catch (error) {
      const lostBetween = turn.again && !reopened && this.#link === undefined && !this.#established;
      if (!lostBetween) throw error;
      return this.#send(await this.#reconnect(), request, turn.authorization);
    }
  }

  #reconnect(): Promise<Link> {
    if (this.#established || this.#links >= MAX_LINKS) {
      const details = { host: this.target.host, reason: "it closes after each request" };
      throw sourceError("source-connection-lost", { details, retryable: true });
    }
    return this.#connect();
  }

  #send(link: Link, request: ClientRequest, authorization: string | undefined): Promise<RtspResponse> {
    const { method, url, timeoutMs } = request;
    const { userAgent } = this.#options;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const headers = RtspHeaders.of({
      CSeq: String(sequence),
      ...(authorization === undefined ? {} : { Authorization: authorization }),
      "User-Agent": userAgent,
      ...request.headers,
    });
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after("rtsp answer", timeoutMs, () => {
        const details = { host: this.target.host, method, seconds: timeoutMs / 1000 };
        this.#settle(sequence)?.reject(sourceError("source-no-answer", { details, retryable: true }));
      });
      this.#makeRoom();
      this.#pending.set(sequence, { method, resolve, reject, timer });
      link.write(printRequest({ method, url, headers }));
    });
  }

  #makeRoom(): void {
    const oldest = this.#pending.keys().next();
    if (this.#pending.size < MAX_PENDING || oldest.done === true) return;
    const details = { host: this.target.host, method: this.#pending.get(oldest.value)?.method, seconds: 0 };
    this.#settle(oldest.value)?.reject(sourceError("source-no-answer", { details, retryable: true }));
  }

  #reader(): RtspStreamReader {
    return new RtspStreamReader(
      {
        onMessage: (message) => {
          if (message.kind === "response") this.#answered(message);
          else this.#asked(message);
        },
        onFrame: (channel, buffer, range) => {
          this.#onFrame(channel, buffer, range);
        },
        onResync: (bytes) => {
          this.#resynced += bytes;
        },
      },
      { tolerant: true },
    );
  }

  #read(reader: RtspStreamReader, buffer: Buffer, range: { readonly start: number; readonly end: number }): void {
    if (this.#closed) return;
    try {
      reader.push(buffer, range);
    } catch (error) {
      this.#dropLink();
      const details = { host: this.target.host, reason: messageOf(error) };
      this.#lost(sourceError("source-protocol-broken", { cause: error, details }));
    }
  }

  #answered(response: RtspResponse): void {
    if (response.status < 200) return;
    const sequence = Number(response.headers.get("CSeq") ?? "");
    if (this.#pending.has(sequence)) {
      this.#matched = true;
      this.#settle(sequence)?.resolve(response);
      return;
    }
    // An answer to a request that was given up; or a camera that doesn't repeat the number.
    if (this.#matched && sequence > 0 && sequence <= this.#sequence) return;
    const oldest = this.#pending.keys().next();
    if (oldest.done !== true) this.#settle(oldest.value)?.resolve(response);
  }

  /** A request of the camera's: some ask OPTIONS to see whether we live (quirk row 9). */
  #asked(request: RtspRequest): void {
    const known = ["OPTIONS", "GET_PARAMETER", "SET_PARAMETER"].includes(request.method);
    const headers = new RtspHeaders();
    const sequence = request.headers.get("CSeq");
    if (sequence !== undefined) headers.append("CSeq", sequence);
    if (request.method === "OPTIONS") headers.append("Public", "OPTIONS, GET_PARAMETER, SET_PARAMETER");
    const session = request.headers.get("Session");
    if (session !== undefined) headers.append("Session", session);
    this.#link?.write(printResponse({ status: known ? 200 : 501, reason: known ? "OK" : "Not Implemented", headers }));
  }

  #settle(sequence: number): Pending | undefined {
    const pending = this.#pending.get(sequence);
    pending?.timer.cancel();
    this.#pending.delete(sequence);
    return pending;
  }

  #lost(error: SluiceError): void {
    this.#link = undefined;
    if (this.#closed) return;
    this.#rejectAll(error);
    if (!this.#established) return;
    this.#closed = true;
    this.#end(error);
  }

  #rejectAll(error: SluiceError): void {
    for (const sequence of [...this.#pending.keys()]) this.#settle(sequence)?.reject(error);
  }

  #dropLink(): void {
    this.#link?.close();
    this.#link = undefined;
  }
}
