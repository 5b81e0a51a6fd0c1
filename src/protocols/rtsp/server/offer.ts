/**
 * The session description a reader gets (RFC 2326 §C): one medium per track of the stream, with the parameter sets known by
 * now and the control addresses `trackID=N`. With a multicast address some players use multicast without being told to.
 */
import { printSdp } from "#formats/sdp/print.ts";
import type { TrackView } from "#streams/track.ts";

/** Control attribute of track `index`. */
export function trackControl(index: number): string {
  return `trackID=${String(index)}`;
}

/** What a description is printed from. */
export interface Offer {
  readonly pathName: string;
  readonly tracks: readonly TrackView[];
  /** Our own numeric address, as the client reached it. */
  readonly address: string;
  /** `address/ttl` of a group, where the client wants multicast. */
  readonly multicast: string | undefined;
}

/** The description as text. */
export function printOffer(offer: Offer): string {
  return printSdp({
    originId: String(offer.tracks[0]?.ssrc ?? 0),
    address: offer.address.replace(/%.*$/, ""),
    name: offer.pathName,
    media: offer.tracks.map((track) => ({
      kind: track.kind,
      payloadType: track.payloadType,
      encodingName: track.encodingName,
      clockRate: track.clockRate,
      channels: track.channels,
      fmtp: track.fmtp(),
      control: trackControl(track.index),
      connection: offer.multicast,
    })),
  });
}
