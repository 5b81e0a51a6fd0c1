/**
 * WebRTC: reading by WHEP and publishing by WHIP (RFC 9725), all sessions on one UDP port, and one TCP port where configured.
 * This file opens and closes what the server is made of and looks at time-outs once a second; requests are answered in `http/`,
 * a session's life is in `session/`, how media leaves in `egress/`.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { HttpHandler, HttpReply, HttpRequest } from "#base/http.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Logger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { IceCandidate } from "#formats/jsep/answer.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import { createDtlsIdentity, type DtlsIdentity } from "./dtls/certificate.ts";
import { rehearseHandshake } from "./dtls/rehearsal.ts";
import { ScriptSrtp } from "./egress/script-srtp.ts";
import { webrtcError } from "./errors.ts";
import { WebRtcEndpoint } from "./http/endpoint.ts";
import { makeCandidates } from "./ice/candidates.ts";
import { IceServer } from "./ice/ice-server.ts";
import { Outside } from "./nat/outside.ts";
import type { WebRtcOptions } from "./options.ts";
import type { WebRtcAuthenticator } from "./session/access.ts";
import { Session, type SessionRequest } from "./session/session.ts";
import { SessionTable } from "./session/session-table.ts";
import { viewSession } from "./session/views.ts";
import type { WebRtcSessionView } from "#base/views/clients.ts";

const SWEEP_INTERVAL_MS = 1000;

/** What the server is made with. */
export interface WebRtcServerDependencies {
  readonly options: WebRtcOptions;
  readonly registry: PathRegistry;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly authenticator: WebRtcAuthenticator;
}

/** See the head of this file. */
export class WebRtcServer implements HttpHandler {
  readonly #dependencies: WebRtcServerDependencies;
  #options: WebRtcOptions;
  #ice: IceServer;
  /** To be the one in use next, while a change is prepared. */
  #nextIce: IceServer | undefined;
  /** How clients come through a NAT; undefined where no server is to be asked. */
  #outside: Outside | undefined;
  /** Whose ports a session's media travels through; ports that were moved stay open for those who have them. */
  readonly #iceOf = new Map<Session, IceServer>();
  readonly #table = new SessionTable();
  readonly #endpoint: WebRtcEndpoint;
  readonly #srtp: ScriptSrtp | NonNullable<Network["srtp"]>;
  #identity: Promise<DtlsIdentity> | undefined;
  #sweep: Timer | undefined;
  readonly #closing = new AbortController();
  #closed = false;

  constructor(dependencies: WebRtcServerDependencies) {
    const { options, network, log } = dependencies;
    this.#dependencies = { ...dependencies, log: log.child({ protocol: "webrtc" }) };
    this.#options = options;
    this.#ice = this.#makeIce(options);
    this.#srtp = network.srtp ?? new ScriptSrtp();
    this.#endpoint = new WebRtcEndpoint({
      ...this.#dependencies,
      sessions: {
        open: (request, signal) => this.#open(request, signal),
        find: (secret) => this.#table.bySecret(secret),
        candidates: (address) => this.#candidates(address),
        expect: (session, candidates) => this.#outside?.expect(session, candidates),
        prepare: () => this.prepare(),
        iceServers: () => this.#options.webrtcICEServers2,
      },
    });
  }

  /** Opens every port the options ask for. Rejects when one can't be had; nothing is left open then. */
  async start(): Promise<void> {
    await this.#ice.start();
    this.#outside = this.#makeOutside();
    this.#sweep = this.#dependencies.clock.every("webrtc sweep", SWEEP_INTERVAL_MS, () => {
      const now = this.#dependencies.clock.now();
      for (const session of this.#table.list()) session.sweep(now);
    });
  }

  /** The ports that are open. */
  get ports(): { readonly udp: number | undefined; readonly tcp: number | undefined } {
    return { udp: this.#ice.udp?.port, tcp: this.#ice.tcpPort };
  }

  /**
   * Takes over other options. Sessions stay; where ports move, they keep the ones they have until they end. Rejects where a
   * port can't be had, having changed nothing.
   */
  async reconfigure(options: WebRtcOptions): Promise<{ commit(): void; rollback(): Promise<void> }> {
    const addresses = { udp: options.webrtcLocalUDPAddress, tcp: options.webrtcLocalTCPAddress };
    // Sessions from before an earlier move may still have the ports of the next one.
    const known = [this.#ice, ...this.#iceOf.values()].find((ice) => ice.isFor(addresses));
    const ice = known ?? this.#makeIce(options);
    this.#nextIce = ice;
    if (known === undefined) await ice.start();
    const decided = (): void => {
      this.#nextIce = undefined;
    };
    return {
      commit: () => {
        const before = this.#options;
        this.#options = options;
        const old = this.#ice;
        this.#ice = ice;
        decided();
        if (old !== ice || serversOf(before) !== serversOf(options)) {
          this.#outside?.close();
          this.#outside = this.#makeOutside();
        }
        this.#closeUnused(old);
      },
      rollback: () => {
        decided();
        this.#closeUnused(ice);
        return Promise.resolve();
      },
    };
  }

  handle(request: HttpRequest): Promise<HttpReply> {
    return this.#endpoint.handle(request);
  }

  /**
   * Loads what handshakes need, so that the first viewer need not wait for it. Not before somebody shows interest: it takes some
   * 13 MiB for good, which a box that serves recorders only never needs.
   */
  prepare(): void {
    if (!this.#closed && this.#identity === undefined) void this.#preload().catch(() => undefined);
  }

  /** All sessions, for the API and the metrics. */
  sessions(): readonly WebRtcSessionView[] {
    return this.#table.list().map((session) => {
      const ice = this.#iceOf.get(session) ?? this.#ice;
      return viewSession(session, { udp: ice.udp?.port ?? 0, tcp: ice.tcpPort ?? 0 });
    });
  }

  /** Ends a session; false where there is none of this id. */
  kick(id: string): boolean {
    const session = this.#table.byId(id);
    session?.close(webrtcError("webrtc-kicked"));
    return session !== undefined;
  }

  /** Closes every session and port. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#closing.abort();
    this.#sweep?.cancel();
    const error = webrtcError("webrtc-server-stopping");
    for (const session of this.#table.list()) session.close(error);
    this.#outside?.close();
    for (const ice of new Set([this.#ice, ...this.#iceOf.values()])) ice.close();
    await this.#identity?.catch(() => undefined);
  }

  /** Spares the first viewer what can be done before it comes. */
  async #preload(): Promise<void> {
    const identity = await this.#prepare();
    const { profiles } = this.#srtp;
    await rehearseHandshake({ identity, profiles }, this.#dependencies.clock, this.#closing.signal);
  }

  /** Loads what handshakes need, once. */
  #prepare(): Promise<DtlsIdentity> {
    this.#identity ??= createDtlsIdentity();
    return this.#identity;
  }

  async #open(request: SessionRequest, signal: AbortSignal): Promise<{ session: Session; answer: string }> {
    this.#table.makeRoom(request.address);
    const identity = await this.#prepare();
    if (this.#closed) throw webrtcError("webrtc-server-stopping");
    const { registry, network, clock, random, log } = this.#dependencies;
    const [options, ice] = [this.#options, this.#ice];
    const services = { options, registry, network, clock, random, log, ice, srtp: this.#srtp, identity };
    const session = new Session(services, request, (closed) => this.#forget(closed));
    this.#table.add(session);
    this.#iceOf.set(session, ice);
    // The address it asks from is mostly the one its router shows.
    this.#outside?.expect(session, [{ address: request.address, port: 0 }, ...request.offer.candidates]);
    return { session, answer: await session.open(this.#candidates(request.address), signal) };
  }

  #forget(session: Session): void {
    this.#table.remove(session);
    this.#outside?.forget(session);
    const ice = this.#iceOf.get(session);
    this.#iceOf.delete(session);
    if (ice !== undefined) this.#closeUnused(ice);
  }

  #closeUnused(ice: IceServer): void {
    if (ice !== this.#ice && ice !== this.#nextIce && ![...this.#iceOf.values()].includes(ice)) ice.close();
  }

  #makeIce(options: WebRtcOptions): IceServer {
    const { network } = this.#dependencies;
    return new IceServer({ network, udp: options.webrtcLocalUDPAddress, tcp: options.webrtcLocalTCPAddress });
  }

  #makeOutside(): Outside | undefined {
    const { network, clock, random, log } = this.#dependencies;
    const servers = this.#options.webrtcICEServers2.filter(({ clientOnly }) => !clientOnly);
    const socket = this.#ice.udp;
    if (servers.length === 0 || socket === undefined || this.#closed) return undefined;
    return new Outside({ servers, network, ice: this.#ice, socket, clock, random, log });
  }

  #candidates(clientAddress: string): IceCandidate[] {
    const { network } = this.#dependencies;
    const options = this.#options;
    const own = makeCandidates({
      addresses: network.addresses(),
      fromInterfaces: options.webrtcIPsFromInterfaces,
      interfaces: options.webrtcIPsFromInterfacesList,
      additionalHosts: options.webrtcAdditionalHosts,
      udp: boundTo(options.webrtcLocalUDPAddress, this.ports.udp),
      tcp: boundTo(options.webrtcLocalTCPAddress, this.ports.tcp),
      clientAddress,
    });
    return [...own, ...(this.#outside?.candidates() ?? [])];
  }
}

/** The servers that are asked, to tell a change by: a `Secret` can't be compared. */
function serversOf({ webrtcICEServers2 }: WebRtcOptions): string {
  const asked = webrtcICEServers2.filter(({ clientOnly }) => !clientOnly);
  return JSON.stringify(asked.map(({ url, username, password }) => [url, username, password.reveal()]));
}

function boundTo(configured: ListenAddress | undefined, port: number | undefined): ListenAddress | undefined {
  return configured === undefined || port === undefined ? undefined : { host: wildcard(configured.host), port };
}

function wildcard(host: string | undefined): string | undefined {
  return host === "0.0.0.0" || host === "::" ? undefined : host;
}
