/**
 * Media playlists (RFC 8216bis §4.4.3–4.4.5), printing only. Addresses are printed as they come: whoever calls has made them
 * free of quotes and line ends.
 */

/** A partial segment. */
export interface PlaylistPart {
  readonly uri: string;
  /** Seconds. */
  readonly duration: number;
  /** Decoding can begin at it. */
  readonly independent: boolean;
}

/** A segment, or in the end of a low-latency playlist the parts of the one that is being made. */
export interface PlaylistSegment {
  /** Undefined while it is being made. */
  readonly uri: string | undefined;
  /** Seconds. */
  readonly duration: number;
  /** ms since 1970; undefined where it isn't known. */
  readonly programDateTime: number | undefined;
  /** What comes before doesn't join it. */
  readonly discontinuity: boolean;
  /** There is nothing at its address. */
  readonly gap: boolean;
  /** Address of its initialization segment, where it has one. */
  readonly map: string | undefined;
  readonly parts: readonly PlaylistPart[];
}

/** Low latency: all in seconds. */
export interface LowLatency {
  readonly partTarget: number;
  readonly partHoldBack: number;
  readonly canSkipUntil: number;
  /** Address of the part that comes next. */
  readonly preloadHint: string;
}

/** A whole playlist. */
export interface MediaPlaylist {
  readonly version: number;
  /** Whole seconds. */
  readonly targetDuration: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly independentSegments: boolean;
  readonly lowLatency: LowLatency | undefined;
  readonly segments: readonly PlaylistSegment[];
}

/** Prints `playlist`; a delta update leaves out its first `skipped` segments. */
export function printMediaPlaylist(playlist: MediaPlaylist, skipped = 0): string {
  const { lowLatency, segments } = playlist;
  const lines = [
    "#EXTM3U",
    `#EXT-X-VERSION:${String(playlist.version)}`,
    `#EXT-X-TARGETDURATION:${String(playlist.targetDuration)}`,
  ];
  if (lowLatency !== undefined) {
    const { partTarget, partHoldBack, canSkipUntil } = lowLatency;
    const control = `CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${seconds(partHoldBack)},CAN-SKIP-UNTIL=${seconds(canSkipUntil)}`;
    lines.push(`#EXT-X-SERVER-CONTROL:${control}`, `#EXT-X-PART-INF:PART-TARGET=${seconds(partTarget)}`);
  }
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${String(playlist.mediaSequence)}`);
  if (playlist.discontinuitySequence > 0) lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${String(playlist.discontinuitySequence)}`);
  if (playlist.independentSegments) lines.push("#EXT-X-INDEPENDENT-SEGMENTS");
  if (skipped > 0) lines.push(`#EXT-X-SKIP:SKIPPED-SEGMENTS=${String(skipped)}`);
  let map: string | undefined;
  for (const segment of segments.slice(skipped)) {
    if (segment.map !== undefined && (segment.map !== map || segment.discontinuity)) {
      if (segment.discontinuity) lines.push("#EXT-X-DISCONTINUITY");
      lines.push(`#EXT-X-MAP:URI="${segment.map}"`);
    } else if (segment.discontinuity) {
      lines.push("#EXT-X-DISCONTINUITY");
    }
    map = segment.map ?? map;
    pushSegment(lines, segment);
  }
  if (lowLatency !== undefined) lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${lowLatency.preloadHint}"`);
  return `${lines.join("\n")}\n`;
}

function pushSegment(lines: string[], segment: PlaylistSegment): void {
  if (segment.programDateTime !== undefined && (segment.uri !== undefined || segment.parts.length > 0)) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.programDateTime).toISOString()}`);
  }
  for (const { uri, duration, independent } of segment.parts) {
    lines.push(`#EXT-X-PART:DURATION=${seconds(duration)},URI="${uri}"${independent ? ",INDEPENDENT=YES" : ""}`);
  }
  if (segment.uri === undefined) return;
  if (segment.gap) lines.push("#EXT-X-GAP");
  lines.push(`#EXTINF:${seconds(segment.duration)},`, segment.uri);
}

function seconds(value: number): string {
  return value.toFixed(5);
}
