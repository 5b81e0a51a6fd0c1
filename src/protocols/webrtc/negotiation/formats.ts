/** What answers to viewers and to publishers have in common. */
import type { AnsweredMedia } from "#formats/jsep/answer.ts";
import type { OfferedMedia } from "#formats/jsep/offer.ts";

/** A format's parameters as the browser wrote them: an answer that says anything else would be another format. */
export function printParameters(parameters: ReadonlyMap<string, string>): string {
  return [...parameters].map(([key, value]) => (value === "" ? key : `${key}=${value}`)).join(";");
}

/** A medium that isn't taken, in its place. */
export function rejectMedia(media: OfferedMedia): AnsweredMedia {
  const { kind, mid, protocol } = media;
  const [first] = media.formats;
  const format = first === undefined ? (kind === "application" ? "webrtc-datachannel" : "0") : String(first.payloadType);
  return { kind, mid, protocol, rejected: true, format };
}
