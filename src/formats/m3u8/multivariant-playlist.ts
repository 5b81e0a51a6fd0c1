/** Multivariant playlists of one variant (RFC 8216bis §4.4.6), printing only. */

/** The variant. */
export interface Variant {
  readonly version: number;
  readonly uri: string;
  /** Bits per second, most and on average. */
  readonly bandwidth: number;
  readonly averageBandwidth: number;
  /** RFC 6381 names of all its tracks. */
  readonly codecs: readonly string[];
  /** Pixels; undefined without picture. */
  readonly resolution: { readonly width: number; readonly height: number } | undefined;
  /** Pictures a second; undefined where unknown. */
  readonly frameRate: number | undefined;
  readonly independentSegments: boolean;
}

/** Prints it. */
export function printMultivariantPlaylist(variant: Variant): string {
  const attributes = [
    `BANDWIDTH=${String(variant.bandwidth)}`,
    `AVERAGE-BANDWIDTH=${String(variant.averageBandwidth)}`,
    `CODECS="${variant.codecs.join(",")}"`,
  ];
  const { resolution, frameRate } = variant;
  if (resolution !== undefined) attributes.push(`RESOLUTION=${String(resolution.width)}x${String(resolution.height)}`);
  if (frameRate !== undefined) attributes.push(`FRAME-RATE=${frameRate.toFixed(3)}`);
  return [
    "#EXTM3U",
    `#EXT-X-VERSION:${String(variant.version)}`,
    ...(variant.independentSegments ? ["#EXT-X-INDEPENDENT-SEGMENTS"] : []),
    "",
    `#EXT-X-STREAM-INF:${attributes.join(",")}`,
    variant.uri,
    "",
  ].join("\n");
}
