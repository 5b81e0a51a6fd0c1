/**
 * What a viewer gets: each track of the stream is given to the first medium of the offer that wants its kind and plays its codec,
 * in the best of the formats offered for it. Tracks without one are left out; without any it is no answer but an error.
 */
import type { AnsweredFormat, AnsweredMedia } from "#formats/jsep/answer.ts";
import type { Offer, OfferedMedia } from "#formats/jsep/offer.ts";
import type { RtpMap } from "#formats/sdp/parse.ts";
import type { ViewerTrack } from "#protocols/webrtc/egress/track-sender.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import type { Track } from "#streams/track.ts";
import { printParameters, rejectMedia } from "./formats.ts";

/** What came of an offer. */
export interface ReadAgreement {
  readonly tracks: readonly ViewerTrack[];
  readonly media: readonly AnsweredMedia[];
  /** Tracks of the stream that the viewer doesn't get. */
  readonly skipped: readonly Track[];
}

interface Match {
  readonly track: Track;
  readonly format: RtpMap;
  readonly retransmission: RtpMap | undefined;
}

/** Feedback we act on, as far as it was offered. */
const FEEDBACK = ["nack", "nack pli", "ccm fir"];

/** Agrees on tracks. Throws `webrtc-no-codec`. `makeSsrc` names retransmission streams. */
export function agreeOnReading(
  offer: Offer,
  stream: { readonly path: string; readonly tracks: readonly Track[]; readonly cname: string },
  makeSsrc: () => number,
): ReadAgreement {
  const free = new Set(offer.media.filter((media) => media.direction === "recvonly" || media.direction === "sendrecv"));
  const matches = new Map<OfferedMedia, Match>();
  const skipped: Track[] = [];
  for (const track of stream.tracks) {
    const found = [...free].map((media) => ({ media, match: matchTrack(media, track) })).find(({ match }) => match !== undefined);
    if (found?.match === undefined) {
      skipped.push(track);
      continue;
    }
    free.delete(found.media);
    matches.set(found.media, found.match);
  }
  if (matches.size === 0) {
    const codecs = stream.tracks.map((track) => track.name).join(", ");
    throw webrtcError("webrtc-no-codec", { details: { path: stream.path, codecs } });
  }
  const tracks: ViewerTrack[] = [];
  const media = offer.media.map((each): AnsweredMedia => {
    const match = matches.get(each);
    if (match === undefined) return rejectMedia(each);
    const agreed = viewerTrack(match, makeSsrc);
    tracks.push(agreed);
    return answerMedia(each, match, { agreed, cname: stream.cname, streamId: stream.path });
  });
  return { tracks, media, skipped };
}

function matchTrack(media: OfferedMedia, track: Track): Match | undefined {
  if (media.kind !== track.kind) return undefined;
  const mapping = track.open.codec.webrtc;
  let best: { format: RtpMap; rank: number } | undefined;
  for (const format of media.formats) {
    const rank = mapping?.rank(format, track.codec) ?? 0;
    if (rank > (best?.rank ?? 0)) best = { format, rank };
  }
  if (best === undefined) return undefined;
  const { payloadType } = best.format;
  const retransmission = media.formats.find(
    (format) => format.encodingName === "RTX" && format.fmtp.get("apt") === String(payloadType),
  );
  return { track, format: best.format, retransmission: track.kind === "video" ? retransmission : undefined };
}

function viewerTrack({ track, format, retransmission }: Match, makeSsrc: () => number): ViewerTrack {
  return {
    track: track.index,
    kind: track.kind === "video" ? "video" : "audio",
    ssrc: track.ssrc,
    payloadType: format.payloadType,
    retransmission: retransmission === undefined ? undefined : { ssrc: makeSsrc(), payloadType: retransmission.payloadType },
  };
}

function answerMedia(
  media: OfferedMedia,
  { format, retransmission }: Match,
  what: { agreed: ViewerTrack; cname: string; streamId: string },
): AnsweredMedia {
  const { agreed, cname, streamId } = what;
  const offered = new Set(media.feedback);
  const feedback = FEEDBACK.filter((each) => offered.has(`${String(format.payloadType)} ${each}`) || offered.has(`* ${each}`));
  const formats: AnsweredFormat[] = [{ ...format, fmtp: printParameters(format.fmtp), feedback }];
  if (retransmission !== undefined) {
    formats.push({ ...retransmission, encodingName: "rtx", fmtp: printParameters(retransmission.fmtp), feedback: [] });
  }
  return {
    kind: media.kind,
    mid: media.mid,
    protocol: media.protocol,
    rejected: false,
    direction: "sendonly",
    formats,
    extensions: [],
    source: { ssrc: agreed.ssrc, retransmission: agreed.retransmission?.ssrc, cname },
    streamId,
  };
}
