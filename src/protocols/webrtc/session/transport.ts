/**
 * The one transport of a session: ICE finds where the other side is, DTLS makes the keys, SRTP and SRTCP carry media and reports
 * over it. It is made with the session and costs little until the other side has proved itself; the handshake begins with the
 * first datagram of it.
 */
import type { SrtpContext } from "#base/network.ts";
import type { IceCredentials, Offer } from "#formats/jsep/offer.ts";
import { deriveSessionKeys } from "#formats/srtp/profile.ts";
import { SrtcpReceiver, SrtcpSender } from "#formats/srtp/rtcp.ts";
import { SrtpReceiver } from "#formats/srtp/rtp.ts";
import { DtlsLink, isDtls, type DtlsKeys } from "#protocols/webrtc/dtls/dtls-link.ts";
import { IceAgent } from "#protocols/webrtc/ice/agent.ts";
import type { Remote } from "#protocols/webrtc/ice/remote.ts";
import type { SessionServices } from "./services.ts";

/** Payload types that RTCP packet types look like (RFC 5761 §4). */
const RTCP_TYPE = { first: 192, last: 223 } as const;

/** What a session hears of its transport. */
export interface TransportEvents {
  /** The handshake is done: media may flow. */
  connected(): void;
  /** The other side is somewhere else now. */
  moved(): void;
  rtp(packet: Buffer): void;
  rtcp(packet: Buffer): void;
  failed(reason: string): void;
  /** The other side said goodbye. */
  closed(): void;
}

interface Protection {
  readonly context: SrtpContext;
  readonly rtcpSender: SrtcpSender;
  readonly rtp: SrtpReceiver;
  readonly rtcp: SrtcpReceiver;
}

/** See the head of this file. */
export class SessionTransport {
  readonly agent: IceAgent;
  readonly #services: SessionServices;
  readonly #offer: Offer;
  readonly #events: TransportEvents;
  #dtls: DtlsLink | undefined;
  #protection: Protection | undefined;
  #inboundBytes = 0;
  #outboundRtcpBytes = 0;
  #closed = false;

  constructor(services: SessionServices, offer: Offer, events: TransportEvents) {
    const { clock, random, ice } = services;
    this.#services = services;
    this.#offer = offer;
    this.#events = events;
    this.agent = new IceAgent({
      clock,
      random,
      remote: offer.ice,
      events: {
        selected: () => this.#selected(),
        data: (packet) => this.#receive(packet),
      },
    });
    ice.add(this.agent);
  }

  /** How far the connection has come. */
  get stage(): "waiting for ICE" | "waiting for DTLS" | "connected" {
    if (this.#protection !== undefined) return "connected";
    return this.agent.selected === undefined ? "waiting for ICE" : "waiting for DTLS";
  }

  /** Bytes of media and reports received. */
  get inboundBytes(): number {
    return this.#inboundBytes;
  }

  get outboundRtcpBytes(): number {
    return this.#outboundRtcpBytes;
  }

  /** Keys to send media with; undefined before the handshake is done. */
  get context(): SrtpContext | undefined {
    return this.#protection?.context;
  }

  get remote(): Remote | undefined {
    return this.agent.selected;
  }

  /** The role in the answer. */
  get setup(): "passive" | "active" {
    return this.#offer.setup === "passive" ? "active" : "passive";
  }

  sendRtcp(packet: Buffer): void {
    const sealed = this.#protection?.rtcpSender.protect(packet);
    if (sealed === undefined) return;
    this.#outboundRtcpBytes += sealed.length;
    this.agent.selected?.send(sealed);
  }

  /** New credentials on both sides. */
  restart(remote: IceCredentials): void {
    this.#services.ice.restart(this.agent, () => this.agent.restart(remote));
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dtls?.close();
    this.#services.ice.remove(this.agent);
    this.#protection?.context.close();
    this.#protection = undefined;
  }

  #selected(): void {
    if (this.setup === "active" && this.#dtls === undefined) this.#openDtls();
    if (this.#protection !== undefined) this.#events.moved();
  }

  #receive(packet: Buffer): void {
    if (this.#closed) return;
    if (isDtls(packet)) {
      (this.#dtls ?? this.#openDtls()).receive(packet);
      return;
    }
    const protection = this.#protection;
    if (protection === undefined || packet.length < 8) return;
    this.#inboundBytes += packet.length;
    const type = packet[1] ?? 0;
    if (type >= RTCP_TYPE.first && type <= RTCP_TYPE.last) {
      const opened = protection.rtcp.open(packet);
      if (opened !== undefined) this.#events.rtcp(opened);
    } else {
      const opened = protection.rtp.open(packet);
      if (opened !== undefined) this.#events.rtp(opened);
    }
  }

  #openDtls(): DtlsLink {
    const link = new DtlsLink({
      identity: this.#services.identity,
      fingerprints: this.#offer.fingerprints,
      role: this.setup === "passive" ? "server" : "client",
      profiles: this.#services.srtp.profiles,
      send: (packet) => void this.agent.selected?.send(packet),
      onKeys: (keys) => this.#keysReady(keys),
      onFailure: (reason) => this.#events.failed(reason),
      onClose: () => this.#events.closed(),
    });
    this.#dtls = link;
    return link;
  }

  #keysReady({ local, remote }: DtlsKeys): void {
    if (this.#closed) return;
    this.#protection = {
      context: this.#services.srtp.open(deriveSessionKeys(local, "rtp")),
      rtcpSender: new SrtcpSender(deriveSessionKeys(local, "rtcp")),
      rtp: new SrtpReceiver(deriveSessionKeys(remote, "rtp")),
      rtcp: new SrtcpReceiver(deriveSessionKeys(remote, "rtcp")),
    };
    this.#events.connected();
  }
}
