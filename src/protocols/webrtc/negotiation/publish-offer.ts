/**
 * What a publisher may send: of each medium it offers, the one format that reaches most readers, which is the codec that comes
 * first in our table. Retransmissions are asked for in the stream itself.
 */
import { codecs, openTrack } from "#codecs/registry.ts";
import type { AnsweredMedia } from "#formats/jsep/answer.ts";
import type { Offer, OfferedMedia } from "#formats/jsep/offer.ts";
import type { RtpMap } from "#formats/sdp/parse.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import type { OpenTrack } from "#streams/track.ts";
import { printParameters, rejectMedia } from "./formats.ts";

/** Media taken of one publisher. */
const MAX_TRACKS = 8;
/** Feedback we give: video is repaired and asked for pictures, and the rate is told. */
const FEEDBACK = ["goog-remb", "nack", "nack pli", "ccm fir"];

/** A medium we take. */
export interface PublishedTrack {
  readonly kind: "video" | "audio";
  readonly format: RtpMap;
  readonly open: OpenTrack;
}

/** What came of an offer. */
export interface PublishAgreement {
  readonly tracks: readonly PublishedTrack[];
  readonly media: readonly AnsweredMedia[];
}

/** Agrees on tracks. Throws `webrtc-nothing-offered`. */
export function agreeOnPublishing(offer: Offer): PublishAgreement {
  const tracks: PublishedTrack[] = [];
  const media = offer.media.map((each): AnsweredMedia => {
    const track = tracks.length < MAX_TRACKS ? chooseFormat(each) : undefined;
    if (track === undefined) return rejectMedia(each);
    tracks.push(track);
    return answerMedia(each, track.format);
  });
  if (tracks.length === 0) throw webrtcError("webrtc-nothing-offered");
  return { tracks, media };
}

function chooseFormat(media: OfferedMedia): PublishedTrack | undefined {
  if (media.direction !== "sendonly" && media.direction !== "sendrecv") return undefined;
  if (media.kind !== "video" && media.kind !== "audio") return undefined;
  let best: { track: PublishedTrack; place: number } | undefined;
  for (const format of media.formats) {
    const open = openTrack(format);
    const place = codecs.indexOf(open.codec);
    if ((open.codec.webrtc?.rank(format, undefined) ?? 0) === 0) continue;
    if (best === undefined || place < best.place) best = { track: { kind: media.kind, format, open }, place };
  }
  return best?.track;
}

function answerMedia(media: OfferedMedia, format: RtpMap): AnsweredMedia {
  const offered = new Set(media.feedback);
  const feedback = FEEDBACK.filter((each) => offered.has(`${String(format.payloadType)} ${each}`) || offered.has(`* ${each}`));
  return {
    kind: media.kind,
    mid: media.mid,
    protocol: media.protocol,
    rejected: false,
    direction: "recvonly",
    formats: [{ ...format, fmtp: printParameters(format.fmtp), feedback }],
    extensions: [],
    source: undefined,
    streamId: "",
  };
}
