/**
 * HLS: hls.js where the browser has Media Source Extensions (loaded when the first tile needs it), the browser's own player
 * otherwise (iPhones before iOS 17.1).
 */
import type Hls from "hls.js";
import { liveAddress, reasonOf } from "./player.ts";
import type { Player, PlayerOptions } from "./player.ts";
import type { Reason } from "../live-state.ts";

/** Low latency holds a request open for the next part; `plain` asks in between, for stills. */
export type HlsMode = "low-latency" | "plain";

/** See the head of this file. */
export class HlsPlayer implements Player {
  readonly #options: PlayerOptions;
  #hls: Hls | undefined;
  #closed = false;

  private constructor(options: PlayerOptions) {
    this.#options = options;
  }

  /** Starts to play, or says by `onFailed` why not. */
  static open(options: PlayerOptions, mode: HlsMode): Player {
    const player = new HlsPlayer(options);
    player.#start(mode).catch(() => player.#fail("unreachable"));
    return player;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#hls?.destroy();
    const { video } = this.#options;
    video.removeEventListener("error", this.#onNativeError);
    if (this.#hls === undefined) {
      video.removeAttribute("src");
      video.load();
    }
  }

  async #start(mode: HlsMode): Promise<void> {
    const address = liveAddress(this.#options.path, "index.m3u8");
    const { default: HlsJs } = await import("hls.js");
    if (this.#closed) return;
    this.#options.video.srcObject = null;
    if (!HlsJs.isSupported()) return this.#startNative(address);
    const hls = new HlsJs({
      lowLatencyMode: mode === "low-latency",
      enableWorker: false, // a worker would need a script from a blob
      maxBufferLength: 10,
      maxBufferSize: 16_000_000,
      backBufferLength: 2,
      maxLiveSyncPlaybackRate: 1.1,
      manifestLoadPolicy: onePolicy,
      ...(mode === "plain" ? { startFragPrefetch: true } : {}),
    });
    this.#hls = hls;
    hls.on(HlsJs.Events.MANIFEST_PARSED, () => void this.#play());
    hls.on(HlsJs.Events.FRAG_BUFFERED, () => this.#options.onConnected());
    hls.on(HlsJs.Events.ERROR, (_event, data) => {
      if (!data.fatal) return;
      this.#fail(data.type === HlsJs.ErrorTypes.MEDIA_ERROR ? "codec" : statusReason(data.response?.code));
    });
    hls.loadSource(address);
    hls.attachMedia(this.#options.video);
  }

  #startNative(address: string): void {
    const { video } = this.#options;
    if (video.canPlayType("application/vnd.apple.mpegurl") === "") return this.#fail("unsupported");
    video.addEventListener("error", this.#onNativeError);
    video.src = address;
    void this.#play();
  }

  readonly #onNativeError = (): void => this.#fail("refused");

  async #play(): Promise<void> {
    try {
      await this.#options.video.play();
    } catch {
      // The browser waits for a tap; the frames' absence shows it.
    }
  }

  #fail(reason: Reason): void {
    if (this.#closed) return;
    this.close();
    this.#options.onFailed(reason);
  }
}

/** The playlist is asked for once: the tile has its own pauses, and its own other ways. */
const onePolicy = {
  default: { maxTimeToFirstByteMs: 8000, maxLoadTimeMs: 10_000, timeoutRetry: null, errorRetry: null },
};

function statusReason(status: number | undefined): Reason {
  return status === undefined || status === 0 ? "unreachable" : reasonOf(status, "");
}
