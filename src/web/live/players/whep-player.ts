/**
 * WebRTC by WHEP (RFC 9725 draft's way for playing): one POST with an offer, the box answers with its candidates, media comes
 * over UDP, or over TCP where UDP is blocked. DELETE ends it.
 */
import type { Clock, Timer } from "../../browser/clock.ts";
import { watchKeyFrames } from "./key-frame-watch.ts";
import { codeOf, liveAddress, reasonOf } from "./player.ts";
import type { Player, PlayerOptions } from "./player.ts";

/** Longest time from the answer to the first connection, TCP's candidate included. */
const CONNECT_MS = 5000;
/** Longest wait for the answer. */
const ANSWER_MS = 8000;

/** See the head of this file. */
export class WhepPlayer implements Player {
  readonly #options: PlayerOptions;
  readonly #clock: Clock;
  readonly #connection: RTCPeerConnection;
  readonly #abort = new AbortController();
  #timer: Timer | undefined;
  #session: string | undefined;
  #stopWatching: (() => void) | undefined;
  #closed = false;

  private constructor(options: PlayerOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  }

  /** Starts to play, or says by `onFailed` why not. */
  static open(options: PlayerOptions, clock: Clock): Player {
    const player = new WhepPlayer(options, clock);
    player.#start().catch(() => player.#fail("unreachable"));
    return player;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    this.#stopWatching?.();
    this.#abort.abort();
    this.#connection.close();
    if (this.#session !== undefined) void fetch(this.#session, { method: "DELETE", keepalive: true }).catch(() => undefined);
  }

  async #start(): Promise<void> {
    const connection = this.#connection;
    const media = new MediaStream();
    connection.addTransceiver("video", { direction: "recvonly" });
    connection.addTransceiver("audio", { direction: "recvonly" });
    connection.addEventListener("track", ({ track }) => {
      media.addTrack(track);
      if (track.kind === "video") this.#options.video.srcObject = media;
    });
    connection.addEventListener("connectionstatechange", () => this.#onState());
    const offer = await connection.createOffer();
    await connection.setLocalDescription(offer);
    if (this.#closed) return;
    this.#timer = this.#clock.after(ANSWER_MS, () => this.#fail("unreachable"));
    const response = await fetch(liveAddress(this.#options.path, "whep"), {
      method: "POST",
      headers: { "Content-Type": "application/sdp" },
      body: connection.localDescription?.sdp ?? offer.sdp ?? "",
      signal: this.#abort.signal,
    });
    const location = response.headers.get("Location");
    if (response.ok && location !== null) this.#session = new URL(location, response.url).href;
    const id = response.headers.get("ID");
    if (response.ok && id !== null) this.#options.onSession(id);
    if (!response.ok) {
      this.#fail(reasonOf(response.status, await codeOf(response)));
      return;
    }
    await this.#accept(await response.text());
  }

  async #accept(answer: string): Promise<void> {
    if (this.#closed) {
      // Closed while the answer was on its way: the box learns it now.
      if (this.#session !== undefined) void fetch(this.#session, { method: "DELETE" }).catch(() => undefined);
      return;
    }
    if (/^m=video 0 /m.test(answer)) return this.#fail("codec");
    if (/^m=audio 0 /m.test(answer)) this.#options.onNote("audio-unsupported", true);
    await this.#connection.setRemoteDescription({ type: "answer", sdp: answer });
    this.#timer?.cancel();
    if (this.#connection.connectionState === "connected") return;
    this.#timer = this.#clock.after(CONNECT_MS, () => this.#fail("blocked"));
  }

  #onState(): void {
    if (this.#closed) return;
    const { connectionState } = this.#connection;
    if (connectionState === "connected") {
      this.#timer?.cancel();
      this.#options.onConnected();
      this.#stopWatching ??= watchKeyFrames(this.#connection, this.#clock, (only) =>
        this.#options.onNote("key-units-only", only),
      );
    }
    if (connectionState === "failed") this.#fail(this.#session === undefined ? "unreachable" : "ended");
    if (connectionState === "closed") this.#fail("ended");
  }

  #fail(reason: Parameters<PlayerOptions["onFailed"]>[0]): void {
    if (this.#closed) return;
    this.close();
    this.#options.onFailed(reason);
  }
}

/** Whether this browser can play WebRTC at all. */
export function hasWebRtc(): boolean {
  return typeof RTCPeerConnection === "function";
}
