/**
 * A session as publisher: what it may send is agreed on from its offer; it feeds the path from the moment the transport is
 * connected.
 */
import type { SluiceError } from "#base/errors.ts";
import type { Offer } from "#formats/jsep/offer.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import { agreeOnPublishing, type PublishAgreement } from "#protocols/webrtc/negotiation/publish-offer.ts";
import { MediaReceiver, type MediaReceiverStatistics } from "#protocols/webrtc/to-stream.ts";
import type { PathPublisher } from "#streams/source.ts";
import type { SessionServices } from "./services.ts";
import type { SessionTransport } from "./transport.ts";

const NOTHING_RECEIVED: MediaReceiverStatistics = {
  inboundRTPPackets: 0,
  inboundRTPPacketsLost: 0,
  inboundRTPPacketsJitter: 0,
  inboundRTCPPackets: 0,
  outboundRTCPPackets: 0,
};

/** See the head of this file. */
export class Publishing {
  readonly agreement: PublishAgreement;
  readonly #services: SessionServices;
  readonly #publisher: PathPublisher;
  readonly #path: string;
  #receiver: MediaReceiver | undefined;
  #closed = false;

  /** Throws a `path-…` error where the path takes no publisher, and `webrtc-nothing-offered`. */
  constructor(services: SessionServices, what: { offer: Offer; path: string; publisher: PathPublisher }) {
    this.#services = services;
    this.#path = what.path;
    this.#publisher = what.publisher;
    services.registry.checkPublish(what.path);
    this.agreement = agreeOnPublishing(what.offer);
  }

  get statistics(): MediaReceiverStatistics {
    return this.#receiver?.statistics ?? NOTHING_RECEIVED;
  }

  /** The transport is connected: rejects with a `path-…` error. */
  async start(transport: SessionTransport): Promise<void> {
    const { registry, clock, random } = this.#services;
    const { tracks } = this.agreement;
    const input = await registry.publish(
      this.#path,
      this.#publisher,
      tracks.map((track) => track.open),
    );
    if (this.#closed) {
      input.close(webrtcError("webrtc-client-left"));
      return;
    }
    this.#receiver = new MediaReceiver({
      tracks,
      input,
      clock,
      localSsrc: random.uint32(),
      cname: random.bytes(8).toString("hex"),
      sendRtcp: (packet) => transport.sendRtcp(packet),
    });
  }

  rtp(packet: Buffer): void {
    this.#receiver?.rtp(packet);
  }

  rtcp(packet: Buffer): void {
    this.#receiver?.rtcp(packet);
  }

  /** Once a second. Throws `webrtc-publisher-silent`. */
  check(now: number): void {
    const { readTimeout } = this.#services.options;
    if (this.#receiver === undefined || now - this.#receiver.heardAt <= readTimeout) return;
    throw webrtcError("webrtc-publisher-silent", { details: { seconds: Math.round(readTimeout / 1000) } });
  }

  /** Leaves the path. Idempotent. */
  close(error: SluiceError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#receiver?.close(error);
  }
}
