/**
 * The RTSP server (RFC 2326): reading and publishing over TCP, UDP and multicast, RTSPS, and tunnels over HTTP and WebSocket
 * on the same ports. This file opens and closes what the server is made of and looks at its time-outs once a second; a
 * connection's life is in `server/`, how bytes travel in `server-transport/`, requests in `server-requests/`. No SRTP: over
 * TLS, media stays on the connection.
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { RtspServerOptions } from "./options.ts";
import { rtspServerError } from "./server-errors.ts";
import { MediaPorts } from "./server-transport/media-ports.ts";
import { Admission, type AdmissionLimits } from "./server-listener/admission.ts";
import type { Authenticator } from "./server/authentication.ts";
import { Listener } from "./server-listener/listener.ts";
import type { ServerServices } from "./server/services.ts";
import type { Session } from "./server/session.ts";
import { ListenerChange } from "./server-listener/listener-change.ts";
import { SessionTable } from "./server/session-table.ts";
import { viewConnection, viewSession } from "./server/views.ts";
import type { RtspConnectionView, RtspSessionView, RtspView } from "#base/views/clients.ts";

const SWEEP_INTERVAL_MS = 1000;

/** Plain or over TLS. */
export type RtspScheme = "rtsp" | "rtsps";

/** What the server is made with. */
export interface RtspServerDependencies {
  readonly options: RtspServerOptions;
  readonly registry: PathRegistry;
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly authenticator: Authenticator;
  /** Reads the files of `rtspServerKey` and `rtspServerCert`; needed with encryption only. */
  readonly readCertificate?: (files: { key: string; cert: string }) => Promise<{ key: Buffer; cert: Buffer }>;
  readonly limits?: AdmissionLimits;
}

/** Ports that are open, of those that were asked for. */
export interface OpenPorts {
  readonly rtsp: number | undefined;
  readonly rtsps: number | undefined;
  readonly rtp: number | undefined;
  readonly rtcp: number | undefined;
}

/** See the head of this file. */
export class RtspServer {
  readonly #dependencies: RtspServerDependencies;
  readonly #admission: Admission;
  readonly #table = new SessionTable();
  readonly #listeners = new Map<RtspScheme, Listener>();
  /** Listeners that others have followed: they take nobody new, and go with their last connection. */
  readonly #former = new Set<{ readonly scheme: RtspScheme; readonly listener: Listener }>();
  #options: RtspServerOptions;
  #media: MediaPorts | undefined;
  #sweep: Timer | undefined;
  #closed = false;

  constructor(dependencies: RtspServerDependencies) {
    this.#dependencies = dependencies;
    this.#options = dependencies.options;
    this.#admission = new Admission(dependencies.limits);
  }

  /** Opens every port the options ask for. Rejects when one can't be had; nothing is left open then. */
  async start(): Promise<void> {
    const { clock, network, registry, options } = this.#dependencies;
    try {
      this.#media = await MediaPorts.open({ network, clock, slabs: registry.slabs }, options);
      await this.#openListeners();
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#sweep = clock.every("rtsp server sweep", SWEEP_INTERVAL_MS, () => this.#lookAtTimeouts());
  }

  /** The ports that are open. */
  get ports(): OpenPorts {
    return {
      rtsp: this.#listeners.get("rtsp")?.port,
      rtsps: this.#listeners.get("rtsps")?.port,
      rtp: this.#media?.udp?.rtp.port,
      rtcp: this.#media?.udp?.rtcp.port,
    };
  }

  /** Sessions over plain or encrypted connections. */
  sessions(scheme: RtspScheme = "rtsp"): readonly RtspSessionView[] {
    return this.#table
      .list()
      .filter((session) => session.type === `${scheme}Session`)
      .map(viewSession);
  }

  /** Plain or encrypted connections. */
  connections(scheme: RtspScheme = "rtsp"): readonly RtspConnectionView[] {
    return this.#allListeners()
      .filter((entry) => entry.scheme === scheme)
      .flatMap(({ listener }) => listener.connections.map(viewConnection));
  }

  /** What all connections hold for messages that haven't come whole yet, bytes. */
  get parserBytes(): number {
    const connections = this.#allListeners().flatMap(({ listener }) => listener.connections);
    return connections.reduce((sum, { parserBytes }) => sum + parserBytes, 0);
  }

  /** Ends a session of either scheme; false where there is none of this id. */
  kick(id: string): boolean {
    return this.#end(this.#table.byId(id));
  }

  /** What the API shows of one scheme; undefined where it isn't served. */
  view(scheme: RtspScheme): RtspView | undefined {
    if (!this.#listeners.has(scheme)) return undefined;
    return {
      sessions: () => this.sessions(scheme),
      connections: () => this.connections(scheme),
      kick: (id) => {
        const session = this.#table.byId(id);
        return session?.type === `${scheme}Session` && this.#end(session);
      },
    };
  }

  /**
   * Gets ready to serve with other options, of which `keys` have changed: connections that are there stay, whichever listener
   * they came by, and so do sessions, but those over UDP whose port is needed for another socket. Rejects, with nothing changed,
   * where a port can't be had.
   */
  async reconfigure(options: RtspServerOptions, keys: readonly string[]): Promise<{ commit(): void; rollback(): Promise<void> }> {
    const before = this.#options;
    const { network } = this.#dependencies;
    const changes: ListenerChange[] = [];
    const media = await this.#media?.change(options);
    try {
      for (const scheme of ["rtsp", "rtsps"] as const) {
        const [from, to] = [this.#endpoint(scheme, before), this.#endpoint(scheme, options)];
        const old = this.#listeners.get(scheme);
        const tls = to?.files === undefined ? undefined : await this.#certificate(to.files);
        const moves = old === undefined || to === undefined || keys.includes(`${scheme}Address`);
        const made = to !== undefined && moves ? this.#makeListener(scheme, options) : undefined;
        const change = new ListenerChange({ network, scheme, services: this.#services(scheme, options), old, made });
        changes.push(change);
        const oldTls = from?.files === undefined ? undefined : await this.#certificate(from.files).catch(() => undefined);
        await change.prepare({ from: from && { ...from, tls: oldTls }, to: to && { ...to, tls } });
      }
    } catch (error) {
      for (const change of changes) await change.rollback();
      await media?.rollback();
      throw error;
    }
    return {
      commit: () => {
        this.#options = options;
        media?.commit();
        this.#endCutOff();
        for (const change of changes) this.#put(change);
      },
      rollback: async () => {
        for (const change of changes) await change.rollback();
        await media?.rollback();
      },
    };
  }

  /** Reads the certificate's files again, for handshakes from now on. Rejects where they can't be used. */
  async renewCertificate(): Promise<void> {
    const files = this.#endpoint("rtsps", this.#options)?.files;
    const listener = this.#listeners.get("rtsps");
    if (files === undefined || listener === undefined) return;
    listener.renewCertificate(await this.#certificate(files));
  }

  /** Closes every port and socket. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#sweep?.cancel();
    const error = rtspServerError("rtsp-server-stopping");
    const listeners = this.#allListeners().map(({ listener }) => listener.close(error));
    for (const session of this.#table.list()) session.close(error);
    this.#media?.close();
    await Promise.all(listeners);
  }

  /** Their sockets are gone. */
  #endCutOff(): void {
    const sessions = this.#table.list().filter(({ reading, publishing }) => (reading ?? publishing)?.cutOff === true);
    for (const session of sessions) session.close(rtspServerError("rtsp-server-stopping"));
  }

  async #openListeners(): Promise<void> {
    for (const scheme of ["rtsp", "rtsps"] as const) {
      const endpoint = this.#endpoint(scheme, this.#options);
      if (endpoint === undefined) continue;
      const listener = this.#makeListener(scheme, this.#options);
      this.#listeners.set(scheme, listener);
      const tls = endpoint.files === undefined ? undefined : await this.#certificate(endpoint.files);
      await listener.open(this.#dependencies.network, endpoint.address, tls);
    }
  }

  /** Where a scheme is served, and with which files; undefined where it isn't. */
  #endpoint(scheme: RtspScheme, options: RtspServerOptions) {
    const { rtspEncryption, rtspAddress, rtspsAddress, rtspServerKey, rtspServerCert } = options;
    if (scheme === "rtsp") return rtspEncryption === "strict" ? undefined : { address: rtspAddress, files: undefined };
    return rtspEncryption === "no" ? undefined : { address: rtspsAddress, files: { key: rtspServerKey, cert: rtspServerCert } };
  }

  #certificate(files: { key: string; cert: string }): Promise<{ key: Buffer; cert: Buffer }> {
    const { readCertificate } = this.#dependencies;
    if (readCertificate === undefined) throw new TypeError("encryption needs a way to read certificates");
    return readCertificate(files);
  }

  #services(scheme: RtspScheme, options: RtspServerOptions): ServerServices {
    const { registry, clock, random, log, network } = this.#dependencies;
    const media = (): MediaPorts | undefined => this.#media;
    return {
      scheme,
      options,
      registry,
      clock,
      random,
      log: log.child({ protocol: scheme }),
      fanOut: network.fanOut,
      get ports() {
        return media()?.udp;
      },
      get multicast() {
        return media()?.multicast;
      },
    };
  }

  #makeListener(scheme: RtspScheme, options: RtspServerOptions): Listener {
    const { authenticator } = this.#dependencies;
    const services = this.#services(scheme, options);
    return new Listener({ services, authenticator, admission: this.#admission, table: this.#table });
  }

  #put(change: ListenerChange): void {
    const { scheme, listener, former } = change.commit();
    if (former !== undefined) this.#former.add({ scheme, listener: former });
    if (listener === undefined) this.#listeners.delete(scheme);
    else this.#listeners.set(scheme, listener);
  }

  #allListeners(): readonly { readonly scheme: RtspScheme; readonly listener: Listener }[] {
    return [...[...this.#listeners].map(([scheme, listener]) => ({ scheme, listener })), ...this.#former];
  }

  #end(session: Session | undefined): boolean {
    session?.close(rtspServerError("rtsp-kicked"));
    return session !== undefined;
  }

  #lookAtTimeouts(): void {
    const now = this.#dependencies.clock.now();
    for (const { listener } of this.#allListeners()) listener.sweep(now);
    for (const entry of this.#former) if (entry.listener.connections.length === 0) this.#former.delete(entry);
    for (const session of this.#table.list()) session.sweep(now);
    this.#media?.sweep();
  }
}
