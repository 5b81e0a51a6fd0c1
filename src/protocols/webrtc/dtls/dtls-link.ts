/**
 * DTLS of one session (RFC 6347, DTLS-SRTP RFC 5764): werift shakes hands over our own transport and the media keys come out of
 * it. It keeps what it is given, so what a peer may send is bounded here: `MAX_BYTES` of handshake in all, and afterwards
 * alerts only, and its last flight again where ours was lost.
 */
import { createHash } from "node:crypto";
import type { DtlsClient, DtlsServer, Transport } from "werift";
import type { Fingerprint } from "#formats/jsep/offer.ts";
import { srtpProfiles, type SrtpMasterKey, type SrtpProfile } from "#formats/srtp/profile.ts";
import type { DtlsIdentity } from "./certificate.ts";
import { RepeatedKeyExchange } from "./repeated-key-exchange.ts";

/** A handshake with a chain of certificates is some 3 KiB, repeated a few times on a bad link. */
const MAX_BYTES = 64 * 1024;
/** First bytes of a datagram (RFC 7983), which are DTLS's content types. */
const FIRST_BYTE = { lowest: 20, alert: 21, handshake: 22, highest: 63 } as const;
const CLIENT_HELLO = 1;
const RECORD_HEADER_BYTES = 13;
/** Level warning, description close_notify. */
const CLOSE_NOTIFY = Buffer.of(1, 0);
/** Higher than any flight: what werift still means to repeat, it doesn't. */
const NO_FLIGHT = 255;

/** Media keys of both directions. */
export interface DtlsKeys {
  readonly local: SrtpMasterKey;
  readonly remote: SrtpMasterKey;
}

/** What a link is made with. */
export interface DtlsLinkOptions {
  readonly identity: DtlsIdentity;
  /** Of the other side's certificate, from its offer. */
  readonly fingerprints: readonly Fingerprint[];
  readonly role: "server" | "client";
  /** Numbers of the SRTP profiles it may come to, the one preferred first: as server we choose. */
  readonly profiles: readonly SrtpProfile["id"][];
  readonly send: (packet: Buffer) => void;
  readonly onKeys: (keys: DtlsKeys) => void;
  /** The handshake failed. */
  readonly onFailure: (reason: string) => void;
  /** The other side said goodbye. */
  readonly onClose: () => void;
}

/** Whether a datagram that shares its port is DTLS. */
export function isDtls(packet: Buffer): boolean {
  const first = packet[0] ?? 0;
  return first >= FIRST_BYTE.lowest && first <= FIRST_BYTE.highest;
}

/** Our packets as werift's transport. */
class LinkTransport implements Transport {
  readonly type = "sluice";
  readonly address = { address: "", family: "", port: 0 };
  closed = false;
  onData: Transport["onData"] = () => undefined;
  readonly #send: (packet: Buffer) => void;

  constructor(send: (packet: Buffer) => void) {
    this.#send = send;
  }

  readonly send = (packet: Buffer): Promise<void> => {
    if (!this.closed) this.#send(packet);
    return Promise.resolve();
  };

  readonly close = (): Promise<void> => {
    this.closed = true;
    return Promise.resolve();
  };
}

/** See the head of this file. */
export class DtlsLink {
  readonly #options: DtlsLinkOptions;
  readonly #transport: LinkTransport;
  readonly #dtls: DtlsServer | DtlsClient;
  readonly #repeated = new RepeatedKeyExchange();
  #bytes = 0;
  #state: "shaking" | "connected" | "closed" = "shaking";

  /** Begins at once: as server it waits for the other side's hello. */
  constructor(options: DtlsLinkOptions) {
    const { werift, certificate } = options.identity;
    this.#options = options;
    this.#transport = new LinkTransport(options.send);
    const settings = {
      cert: certificate.certPem,
      key: certificate.privateKey,
      signatureHash: certificate.signatureHash,
      transport: this.#transport,
      srtpProfiles: [...options.profiles],
      extendedMasterSecret: true,
      certificateRequest: true,
    };
    this.#dtls = options.role === "server" ? new werift.DtlsServer(settings) : new werift.DtlsClient(settings);
    this.#dtls.onConnect.once(() => this.#connected());
    this.#dtls.onError.once((error) => this.#fail(error.message));
    this.#dtls.onClose.subscribe(() => {
      if (this.#state !== "closed") options.onClose();
    });
    if (this.#dtls instanceof werift.DtlsClient) {
      this.#dtls.connect().catch((error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Takes one datagram; its bytes are copied. */
  receive(packet: Buffer): void {
    if (this.#state === "closed" || (this.#state === "connected" && isHello(packet))) return;
    this.#bytes += packet.length;
    if (this.#bytes > MAX_BYTES && packet[0] !== FIRST_BYTE.alert) return;
    this.#transport.onData(Buffer.from(this.#state === "shaking" ? this.#repeated.filter(packet) : packet), ["", 0]);
  }

  /** Says goodbye, so that a browser need not find out by silence; sends and receives nothing any more. Idempotent. */
  close(): void {
    if (this.#state === "closed") return;
    if (this.#state === "connected") this.#sayGoodbye();
    this.#state = "closed";
    this.#transport.closed = true;
    this.#dtls.dtls.flight = NO_FLIGHT;
  }

  #connected(): void {
    if (this.#state !== "shaking") return;
    const profile = srtpProfiles.find((each) => each.id === this.#dtls.srtp.srtpProfile);
    if (profile === undefined) {
      this.#fail("no common SRTP profile");
      return;
    }
    if (!this.#hasOfferedCertificate()) {
      this.#fail("the certificate is not the one in the offer");
      return;
    }
    this.#state = "connected";
    const { localKey, localSalt, remoteKey, remoteSalt } = this.#dtls.extractSessionKeys(profile.keyBytes, profile.saltBytes);
    this.#options.onKeys({
      local: { profile, key: localKey, salt: localSalt },
      remote: { profile, key: remoteKey, salt: remoteSalt },
    });
  }

  /** RFC 8122 §5: any of the fingerprints whose hash is known must fit; SHA-1 is too weak to count. */
  #hasOfferedCertificate(): boolean {
    const { remoteCertificate } = this.#dtls;
    if (remoteCertificate === undefined) return false;
    return this.#options.fingerprints.some(({ algorithm, value }) => {
      if (algorithm === "sha-1") return false;
      const digest = createHash(algorithm.replace("-", "")).update(remoteCertificate).digest("hex");
      return digest === value.replaceAll(":", "").toLowerCase();
    });
  }

  /** A close_notify alert (RFC 5246 §7.2.1), which werift can read but not write. */
  #sayGoodbye(): void {
    const { cipher, dtls, sessionType } = this.#dtls;
    const { epoch, version } = dtls;
    dtls.recordSequenceNumber += 1;
    const sequenceNumber = dtls.recordSequenceNumber;
    const header = { type: FIRST_BYTE.alert, version: (version.major << 8) | version.minor, epoch, sequenceNumber };
    const fragment = cipher.cipher.encrypt(sessionType, CLOSE_NOTIFY, header);
    const record = Buffer.alloc(RECORD_HEADER_BYTES);
    record.writeUInt8(header.type, 0);
    record.writeUInt16BE(header.version, 1);
    record.writeUInt16BE(epoch, 3);
    record.writeUIntBE(sequenceNumber, 5, 6);
    record.writeUInt16BE(fragment.length, 11);
    this.#options.send(Buffer.concat([record, fragment]));
  }

  #fail(reason: string): void {
    if (this.#state === "closed") return;
    this.close();
    this.#options.onFailure(reason);
  }
}

/** A new handshake in clear (epoch 0), which would throw the old one's state away. */
function isHello(packet: Buffer): boolean {
  const inClear = packet.length > RECORD_HEADER_BYTES && packet.readUInt16BE(3) === 0;
  return inClear && packet[0] === FIRST_BYTE.handshake && packet[RECORD_HEADER_BYTES] === CLIENT_HELLO;
}
