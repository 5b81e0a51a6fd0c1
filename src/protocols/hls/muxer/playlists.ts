/**
 * The texts of one muxer's playlists, printed once per change and shared by all viewers. Where a viewer's own query goes
 * behind an address, `SUFFIX` stands.
 */
import { type MediaPlaylist, type PlaylistSegment, printMediaPlaylist } from "#formats/m3u8/media-playlist.ts";
import { printMultivariantPlaylist } from "#formats/m3u8/multivariant-playlist.ts";
import type { Container } from "./container.ts";
import type { Segment, SegmentWindow } from "./window.ts";

/** Stands for `?session=…&…`; no address holds this character. */
export const SUFFIX = "\0";

/** Versions of the format: 3 for plain MPEG-TS; 10 as MediaMTX announces fMP4 (skipping needs 9). */
const TS_VERSION = 3;
const MP4_VERSION = 10;
/** Target durations back from the end for which parts are listed (RFC 8216bis §6.2.2). */
const PARTS_LISTED = 3;
/** CAN-SKIP-UNTIL, in target durations: the least that is allowed. */
const SKIP_BOUNDARY = 6;
/** PART-HOLD-BACK, in part targets: at least 2, should be 3 (RFC 8216bis §4.4.3.8). */
const HOLD_BACK_PARTS = 3;
/** Room over the longest part seen, so that jitter doesn't exceed PART-TARGET; parts must stay ≥ 85 % of it. */
const PART_MARGIN = 1.1;

/** Whole, what changed since a moment ago, or whole with gaps in front where there are too few segments (see `server.ts`). */
export type PlaylistKind = "whole" | "delta" | "padded";

/** What the texts are made from. */
export interface PlaylistOptions {
  readonly window: SegmentWindow;
  readonly container: Container;
  readonly names: Names;
  readonly lowLatency: boolean;
  /** Segments that a padded playlist has at least. */
  readonly padding: number;
  /** Shortest part and segment, ms. */
  readonly partMs: number;
  /** How long segments will be as far as can be told, ms. */
  readonly expectedMs: () => number;
  /** Pictures a second; undefined where unknown. */
  readonly frameRate: () => number | undefined;
}

/** Names of one muxer's files. */
export interface Names {
  /** The media playlist. */
  readonly playlist: string;
  init(version: number): string;
  segment(number: number): string;
  part(number: number): string;
  /** Which segment or part a name is; undefined for neither. */
  read(name: string): { readonly kind: "segment" | "part"; readonly number: number } | undefined;
}

/** See the head of this file. */
export class Playlists {
  readonly #options: PlaylistOptions;
  #texts = new Map<string, string>();
  #target = 1;
  #partTarget = 0;

  constructor(options: PlaylistOptions) {
    this.#options = options;
  }

  /** Seconds; never gets smaller. */
  get targetDuration(): number {
    return this.#target;
  }

  /** Seconds; 0 before the first playlist. */
  get partTarget(): number {
    return this.#partTarget;
  }

  /** The window has changed. */
  changed(): void {
    this.#texts = new Map();
  }

  multivariant(): string {
    return this.#text("multivariant", () => this.#printMultivariant());
  }

  media(kind: PlaylistKind): string {
    return this.#text(kind, () => {
      const playlist = this.#playlist(kind === "padded" ? this.#options.padding : 0);
      return printMediaPlaylist(playlist, kind === "delta" ? skippable(playlist) : 0);
    });
  }

  #text(key: string, print: () => string): string {
    let text = this.#texts.get(key);
    if (text === undefined) {
      text = print();
      this.#texts.set(key, text);
    }
    return text;
  }

  #playlist(padding: number): MediaPlaylist {
    const { window, lowLatency, container } = this.#options;
    const all = [...window.finished, ...(lowLatency && window.current !== undefined ? [window.current] : [])];
    this.#follow(all);
    const segments = [...this.#gaps(padding), ...all.map((segment) => this.#segment(segment))];
    return {
      version: container.extension === "ts" ? TS_VERSION : MP4_VERSION,
      targetDuration: this.#target,
      mediaSequence: (all[0]?.number ?? window.number) - (segments.length - all.length),
      discontinuitySequence: window.discontinuitySequence,
      independentSegments: all.every((segment) => segment.parts[0]?.independent !== false),
      lowLatency: lowLatency
        ? {
            partTarget: this.#partTarget,
            partHoldBack: this.#partTarget * HOLD_BACK_PARTS,
            canSkipUntil: this.#target * SKIP_BOUNDARY,
            preloadHint: this.#options.names.part(window.nextPart) + SUFFIX,
          }
        : undefined,
      segments,
    };
  }

  /** Durations that are announced follow what is there; they only grow. */
  #follow(all: readonly Segment[]): void {
    const { expectedMs, partMs } = this.#options;
    const longest = Math.max(expectedMs() / 1000, ...all.map(({ duration }) => duration));
    this.#target = Math.max(this.#target, Math.round(longest));
    const part = Math.max(...all.flatMap(({ parts }) => parts.map(({ duration }) => duration)), partMs / 1000);
    if (part > this.#partTarget) this.#partTarget = Math.ceil(part * PART_MARGIN * 1000) / 1000;
  }

  #gaps(padding: number): PlaylistSegment[] {
    const { window } = this.#options;
    const [oldest] = window.finished;
    const missing = Math.max(0, Math.min(padding - window.finished.length, oldest?.number ?? window.number));
    return Array.from({ length: missing }, () => ({
      uri: `gap.mp4${SUFFIX}`,
      duration: this.#target,
      programDateTime: undefined,
      discontinuity: false,
      gap: true,
      map: this.#map(oldest ?? window.current),
      parts: [],
    }));
  }

  #segment(segment: Segment): PlaylistSegment {
    const { window, names, lowLatency } = this.#options;
    const finished = segment !== window.current;
    return {
      uri: finished ? names.segment(segment.number) + SUFFIX : undefined,
      duration: segment.duration,
      programDateTime: segment.programDateTime,
      discontinuity: segment.discontinuity,
      gap: false,
      map: this.#map(segment),
      parts: lowLatency && this.#isNear(segment) ? this.#parts(segment) : [],
    };
  }

  #map(segment: Segment | undefined): string | undefined {
    if (segment === undefined || this.#options.container.extension === "ts") return undefined;
    return this.#options.names.init(segment.initVersion) + SUFFIX;
  }

  #parts(segment: Segment) {
    return segment.parts.map(({ number, duration, independent }) => {
      return { uri: this.#options.names.part(number) + SUFFIX, duration, independent };
    });
  }

  /** Whether the segment's end is within `PARTS_LISTED` target durations of the playlist's. */
  #isNear(segment: Segment): boolean {
    const { window } = this.#options;
    let behind = window.current?.duration ?? 0;
    for (const later of window.finished) if (later.number > segment.number) behind += later.duration;
    return segment === window.current || behind < PARTS_LISTED * this.#target;
  }

  #printMultivariant(): string {
    const { container, names, window, frameRate } = this.#options;
    const [lead] = container.tracks;
    const measured = [...window.finished, ...(window.current === undefined ? [] : [window.current])].filter(
      ({ duration }) => duration > 0,
    );
    const seconds = measured.reduce((sum, { duration }) => sum + duration, 0);
    const bytes = measured.reduce((sum, segment) => sum + segment.bytes, 0);
    const isVideo = lead?.kind === "video" && lead.width > 0;
    return printMultivariantPlaylist({
      version: container.extension === "ts" ? TS_VERSION : MP4_VERSION,
      uri: names.playlist + SUFFIX,
      bandwidth: Math.ceil(Math.max(1, ...measured.map((segment) => (segment.bytes * 8) / segment.duration))),
      averageBandwidth: Math.ceil(Math.max(1, (bytes * 8) / Math.max(seconds, 0.001))),
      codecs: container.tracks.flatMap(({ codecs }) => (codecs === undefined ? [] : [codecs])),
      resolution: isVideo ? { width: lead.width, height: lead.height } : undefined,
      frameRate: lead?.kind === "video" ? frameRate() : undefined,
      independentSegments: window.finished.every((segment) => segment.parts[0]?.independent !== false),
    });
  }
}

/** Segments older than the skip boundary: they are known to who had a playlist a moment ago. */
function skippable(playlist: MediaPlaylist): number {
  const boundary = playlist.lowLatency?.canSkipUntil ?? Number.POSITIVE_INFINITY;
  let behind = 0;
  for (let at = playlist.segments.length - 1; at >= 0; at -= 1) {
    if (behind >= boundary) return at + 1;
    behind += playlist.segments[at]?.duration ?? 0;
  }
  return 0;
}
