/**
 * Stall detection by media time: video that brings nothing while the socket lives is a dead picture, whatever else still
 * flows (audio, RTCP, answers to keep-alives). A camera without video is judged by its audio; one that sends only metadata
 * is not judged.
 */
import type { StreamInput } from "#streams/input.ts";
import type { OpenTrack } from "#streams/track.ts";

/** How the media of one session is doing. Times are ms. */
export interface MediaReading {
  /** Time since the last packet of the judged tracks; 0 when nothing is judged. */
  readonly silentMs: number;
  /** Frame interval of the judged tracks; undefined until measured. */
  readonly intervalMs: number | undefined;
}

/** Watches the tracks that decide whether a session is alive. */
export class MediaWatch {
  /** What is judged; undefined when nothing is. */
  readonly judged: "video" | "audio" | undefined;
  readonly #input: StreamInput;
  readonly #tracks: readonly number[];
  readonly #attachedAt: number;

  constructor(tracks: readonly OpenTrack[], options: { input: StreamInput; now: number }) {
    const kinds = tracks.map(({ track }) => track.format.kind);
    this.judged = kinds.includes("video") ? "video" : kinds.includes("audio") ? "audio" : undefined;
    this.#tracks = kinds.flatMap((kind, index) => (kind === this.judged ? [index] : []));
    this.#input = options.input;
    this.#attachedAt = options.now;
  }

  /** How things are at monotonic `now`. Of several video tracks, one that sends is enough. */
  read(now: number): MediaReading {
    if (this.judged === undefined) return { silentMs: 0, intervalMs: undefined };
    let newest = this.#attachedAt;
    let intervalMs: number | undefined;
    for (const track of this.#tracks) {
      newest = Math.max(newest, this.#input.lastPacketAt(track) ?? 0);
      intervalMs ??= this.#input.frameInterval(track);
    }
    return { silentMs: Math.max(0, now - newest), intervalMs };
  }
}
