/**
 * Which media of a session description are taken, and in which of their formats. One bad medium never spoils the others
 * (quirk row 15), and a back-channel is left alone, since setting it up silences some doorbells (quirk row 21).
 */
import { codecs, openTrack } from "#codecs/registry.ts";
import type { MediaDescription, RtpMap, SessionDescription } from "#formats/sdp/parse.ts";
import type { OpenTrack } from "#streams/track.ts";

/** Media taken of one session: interleaved channels are one byte, and no camera has so many. */
export const MAX_TRACKS = 16;

/** A medium that is taken. */
export interface SelectedTrack {
  readonly media: MediaDescription;
  readonly open: OpenTrack;
  readonly format: RtpMap;
}

/** Why a medium is left out. */
export type SkipReason = "back-channel" | "inactive" | "no-format" | "no-control" | "too-many";

/** A medium that is left out; `index` counts the `m=` lines. */
export interface SkippedMedia {
  readonly index: number;
  readonly reason: SkipReason;
}

/** Chooses tracks. `tracks` keeps the order of the description; it is empty when nothing can be used. */
export function selectTracks(sdp: SessionDescription): {
  readonly tracks: readonly SelectedTrack[];
  readonly skipped: readonly SkippedMedia[];
} {
  const tracks: SelectedTrack[] = [];
  const skipped: SkippedMedia[] = [];
  for (const [index, media] of sdp.media.entries()) {
    const format = preferredFormat(media);
    const reason = tracks.length >= MAX_TRACKS ? "too-many" : reasonToSkip(media, { sdp, format });
    if (reason === undefined && format !== undefined) tracks.push({ media, format: format.map, open: format.open });
    else skipped.push({ index, reason: reason ?? "no-format" });
  }
  return { tracks, skipped };
}

interface OpenFormat {
  readonly map: RtpMap;
  readonly open: OpenTrack;
}

/** The first format that is known, else the first one, which is passed through as it is. */
function preferredFormat(media: MediaDescription): OpenFormat | undefined {
  const takesAll = codecs.at(-1);
  let fallback: OpenFormat | undefined;
  for (const map of media.formats) {
    const found = { map, open: openTrack(map) };
    if (found.open.codec !== takesAll) return found;
    fallback ??= found;
  }
  return fallback;
}

function reasonToSkip(
  media: MediaDescription,
  context: { sdp: SessionDescription; format: OpenFormat | undefined },
): SkipReason | undefined {
  const { sdp, format } = context;
  if (media.direction === "inactive") return "inactive";
  if (isBackChannel(media, sdp)) return "back-channel";
  if (media.control === undefined && sdp.media.length > 1) return "no-control";
  return format === undefined ? "no-format" : undefined;
}

/**
 * `sendonly` marks what we would send (ONVIF Streaming 5.3). Cameras that put it on everything mean the opposite, as SDP by
 * itself has it; and no camera takes video back.
 */
function isBackChannel(media: MediaDescription, sdp: SessionDescription): boolean {
  if (media.direction !== "sendonly" || media.kind === "video") return false;
  return sdp.media.some((other) => other.direction !== "sendonly");
}
