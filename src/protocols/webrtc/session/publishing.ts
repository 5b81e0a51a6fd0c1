/**
 * A session as publisher: what it may send is agreed on from its offer. It feeds the path once something of every track has
 * come, or `webrtcTrackGatherTimeout` after the transport is connected; tracks that have sent nothing by then are left out, or
 * readers would wait for them. What comes until then is kept, up to `MAX_EARLY_BYTES`: the first key unit and its parameter sets
 * are among it.
 */
import type { Timer } from "#base/clock.ts";
import { SluiceError } from "#base/errors.ts";
import type { Offer } from "#formats/jsep/offer.ts";
import { webrtcError } from "#protocols/webrtc/errors.ts";
import { agreeOnPublishing, type PublishAgreement } from "#protocols/webrtc/negotiation/publish-offer.ts";
import { MediaReceiver, type MediaReceiverStatistics } from "#protocols/webrtc/to-stream.ts";
import type { PathPublisher } from "#streams/source.ts";
import type { SessionServices } from "./services.ts";
import type { SessionTransport } from "./transport.ts";

/** Some seconds of sound, or a large key unit; what comes after is dropped, and a new picture asked for. */
const MAX_EARLY_BYTES = 512 * 1024;

const NOTHING_RECEIVED: MediaReceiverStatistics = {
  inboundRTPPackets: 0,
  inboundRTPPacketsLost: 0,
  inboundRTPPacketsJitter: 0,
  inboundRTCPPackets: 0,
  outboundRTCPPackets: 0,
};

interface Gathering {
  readonly transport: SessionTransport;
  /** Payload types. */
  readonly heard: Set<number>;
  readonly timer: Timer;
}

/** See the head of this file. */
export class Publishing {
  readonly agreement: PublishAgreement;
  readonly #services: SessionServices;
  readonly #publisher: PathPublisher;
  readonly #path: string;
  #gathering: Gathering | undefined;
  #receiver: MediaReceiver | undefined;
  /** Packets that came before the receiver was there. */
  #early: Buffer[] = [];
  #earlyBytes = 0;
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

  /** The transport is connected. */
  start(transport: SessionTransport): void {
    const { clock, options } = this.#services;
    const { webrtcTrackGatherTimeout } = options;
    this.#gathering = {
      transport,
      heard: new Set(),
      timer: clock.after("webrtc track gather", webrtcTrackGatherTimeout, () => this.#gathered()),
    };
  }

  /** Takes one packet and keeps its bytes. */
  rtp(packet: Buffer): void {
    if (this.#receiver !== undefined) {
      this.#receiver.rtp(packet);
      return;
    }
    this.#keep(packet);
    const gathering = this.#gathering;
    if (gathering === undefined) return;
    gathering.heard.add((packet[1] ?? 0) & 0x7f);
    if (this.agreement.tracks.every(({ format }) => gathering.heard.has(format.payloadType))) this.#gathered();
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
    this.#gathering?.timer.cancel();
    this.#gathering = undefined;
    this.#early = [];
    this.#receiver?.close(error);
  }

  #keep(packet: Buffer): void {
    if (this.#closed || this.#earlyBytes + packet.length > MAX_EARLY_BYTES) return;
    this.#earlyBytes += packet.length;
    this.#early.push(packet);
  }

  #gathered(): void {
    const gathering = this.#gathering;
    if (gathering === undefined) return;
    this.#gathering = undefined;
    gathering.timer.cancel();
    this.#publish(gathering).catch((error: unknown) => {
      this.#publisher.close(error instanceof SluiceError ? error : webrtcError("webrtc-client-left", { cause: error }));
    });
  }

  async #publish({ transport, heard }: Gathering): Promise<void> {
    const { registry, clock, random, options } = this.#services;
    const tracks = this.agreement.tracks.filter(({ format }) => heard.has(format.payloadType));
    if (tracks.length === 0) {
      const details = { seconds: Math.round(options.webrtcTrackGatherTimeout / 1000) };
      throw webrtcError("webrtc-publisher-silent", { details });
    }
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
    for (const packet of this.#early.splice(0)) this.#receiver.rtp(packet);
  }
}
