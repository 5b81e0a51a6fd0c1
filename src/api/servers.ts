/** The HTTP listeners: the control API's with MediaMTX's v3 routes, the page's, and one for each protocol that travels in HTTP. */
import type { SecureContextOptions } from "node:tls";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Logger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import type { ApiAuthenticator, ConfigStatusView, HealthView, MetricsView, PathsView, ProgramView } from "./views.ts";
import type { HlsView, RtspView, WebRtcView } from "#base/views/clients.ts";
import type { FastifyInstance } from "fastify";
import { requireClaim, requirePermission, requireRole } from "./access.ts";
import type { Accounts } from "./accounts.ts";
import { addCors } from "./http/cors-hook.ts";
import type { HostGuard } from "./http/host-guard.ts";
import { closedPolicy } from "./http/listener-policy.ts";
import type { ListenerPolicy } from "./http/listener-policy.ts";
import { HttpServer } from "./http-server.ts";
import { LIVE_PREFIX, liveProtocols, mountProtocols } from "./protocol-mount.ts";
import type { LiveStreams, MountedProtocol } from "./protocol-mount.ts";
import type { Monitor } from "./monitor/monitor.ts";
import { addConfigurationRoutes } from "./routes/configuration.ts";
import { addOpenApiRoute } from "./openapi/document.ts";
import { addOwnApi } from "./own/own-api.ts";
import type { OwnApi } from "./own/parts.ts";
import { addHealthRoute } from "./routes/health.ts";
import { addHlsRoutes } from "./routes/hls.ts";
import { addInfoRoute } from "./routes/info.ts";
import { addMetricsRoute } from "./routes/metrics.ts";
import { addPageRoutes } from "./routes/page.ts";
import type { PageFiles } from "./routes/page.ts";
import { addKeyRoute } from "./routes/keys.ts";
import { addNotCarriedRoutes } from "./routes/not-carried.ts";
import { addPathRoutes } from "./routes/paths.ts";
import { addRtspRoutes } from "./routes/rtsp.ts";
import { addWebRtcRoutes } from "./routes/webrtc.ts";
import { addSessionRoutes } from "./routes/session.ts";
import { addUserRoutes } from "./routes/users.ts";

/** What every HTTP listener needs. */
export interface ListenerOptions {
  readonly address: ListenAddress;
  readonly network: Network;
  readonly log: Logger;
  readonly authenticator: ApiAuthenticator;
  /** Key and certificate; makes it HTTPS. */
  readonly tls?: SecureContextOptions | undefined;
  /** No other origins and no proxies where left out. */
  readonly policy?: ListenerPolicy | undefined;
  /** Which names it answers to; all of them where left out. */
  readonly hosts?: HostGuard | undefined;
}

/** What the page's listener needs. */
export interface WebListenerOptions extends ListenerOptions {
  /** Sluice's own API is there with it. */
  readonly accounts?: Accounts | undefined;
  /** The built page. */
  readonly page?: PageFiles | undefined;
}

/** What the control API shows. A server that doesn't run has no routes, as in MediaMTX; which ones run is looked up each time. */
export interface ApiViews {
  readonly program: ProgramView;
  readonly config: ConfigStatusView;
  readonly paths: PathsView;
  readonly rtsp: RtspView | undefined;
  readonly rtsps: RtspView | undefined;
  readonly hls?: HlsView | undefined;
  readonly webrtc?: WebRtcView | undefined;
  /** Fetches again the keys of tokens that others sign. */
  readonly refreshKeys?: (() => Promise<void>) | undefined;
  /** Left out where there is nothing to watch or configure. */
  readonly own?: OwnApi | undefined;
  /** For those who may see them, beside their own listener; left out where there are none. */
  readonly metrics?: MetricsView | undefined;
}

/** Makes the listener of `apiAddress`. */
export function createApiServer(options: ListenerOptions, views: ApiViews): HttpServer {
  const { authenticator, policy = closedPolicy, ...listener } = options;
  return new HttpServer({
    ...listener,
    mount: (server) => {
      addCors(server, policy, ["GET", "POST", "PATCH", "DELETE"]);
      server.addHook("onRequest", requireClaim(authenticator, policy));
      server.addHook("onRequest", requirePermission(authenticator, "api", policy));
      addMediaMtxApi(server, views);
      addSluiceApi(server, views);
      if (views.metrics !== undefined) addMetricsRoute(server, views.metrics);
    },
  });
}

/** Makes the listener of `metricsAddress`. */
export function createMetricsServer(options: ListenerOptions, view: MetricsView): HttpServer {
  const { authenticator, policy = closedPolicy, ...listener } = options;
  return new HttpServer({
    ...listener,
    mount: (server) => {
      addCors(server, policy, ["GET"]);
      server.addHook("onRequest", requireClaim(authenticator, policy));
      server.addHook("onRequest", requirePermission(authenticator, "metrics", policy));
      addMetricsRoute(server, view);
    },
  });
}

/** Adds MediaMTX's v3. */
export function addMediaMtxApi(server: FastifyInstance, views: ApiViews): void {
  addInfoRoute(server, views.program, views.config);
  if (views.refreshKeys !== undefined) addKeyRoute(server, views.refreshKeys);
  addPathRoutes(server, views.paths);
  const configuration = views.own?.configuration;
  if (configuration !== undefined) {
    addConfigurationRoutes(server, configuration);
    addNotCarriedRoutes(server, () => configuration.store.inForce.config, views.paths);
  }
  addRtspRoutes(server, "rtsp", () => views.rtsp);
  addRtspRoutes(server, "rtsps", () => views.rtsps);
  addHlsRoutes(server, () => views.hls);
  addWebRtcRoutes(server, () => views.webrtc);
}

/** Adds Sluice's own API, without users and sessions: those are the page's. */
export function addSluiceApi(server: FastifyInstance, { own, program }: ApiViews): void {
  if (own === undefined) return;
  addOwnApi(server, own);
  addOpenApiRoute(server, own.configuration.schema, program.version);
}

/** What the page's listener carries besides. */
export interface Carried {
  readonly live?: LiveStreams | undefined;
  readonly views?: ApiViews | undefined;
}

/** Makes the listener of `webAddress`: the page, health, the streams and both APIs. */
export function createWebServer(options: WebListenerOptions, health: HealthView, carried: Carried = {}): HttpServer {
  const { authenticator, accounts, page, policy = closedPolicy, ...listener } = options;
  const { live = {}, views } = carried;
  return new HttpServer({
    ...listener,
    mount: (server) => {
      // Before the guards: the page itself holds nothing secret, and where nobody may in yet it says how.
      if (page !== undefined) addPageRoutes(server, page, () => live.webrtc?.handler.prepare?.());
      if (accounts !== undefined) mountOwnApi(server, { accounts, policy, views });
      if (views !== undefined) mountMediaMtxApi(server, { authenticator, policy, views });
      void server.register((scope, _options, done) => {
        scope.addHook("onRequest", requireClaim(authenticator, policy));
        addHealthRoute(scope, health);
        done();
      });
      const protocolOf = liveProtocols(live);
      mountProtocols(server, {
        prefix: LIVE_PREFIX,
        protocolOf,
        policy,
        authenticator,
        sessions: true,
        hosts: options.hosts,
        log: options.log,
      });
    },
  });
}

/** Sluice's own API: what is added here is for admins, unless a route's `config` says otherwise. */
function mountOwnApi(
  server: FastifyInstance,
  parts: { accounts: Accounts; policy: ListenerPolicy; views: ApiViews | undefined },
): void {
  const { accounts, policy, views } = parts;
  void server.register((scope, _options, done) => {
    scope.addHook("onRequest", requireRole(accounts, policy));
    addUserRoutes(scope, accounts, (user) => endReaders(views?.own?.monitor, user));
    addSessionRoutes(scope, accounts, policy);
    if (views !== undefined) addSluiceApi(scope, views);
    done();
  });
}

/** Ends what somebody reads whose rights have gone; who has the same name and still may comes back by himself. */
function endReaders(monitor: Monitor | undefined, user: string): void {
  for (const reader of monitor?.readers() ?? []) if (user !== "" && reader.user === user) monitor?.kick(reader.id);
}

/** MediaMTX's v3 beside the page, for who has its permission. */
function mountMediaMtxApi(
  server: FastifyInstance,
  parts: { authenticator: ApiAuthenticator; policy: ListenerPolicy; views: ApiViews },
): void {
  const { authenticator, policy, views } = parts;
  void server.register((scope, _options, done) => {
    scope.addHook("onRequest", requireClaim(authenticator, policy));
    scope.addHook("onRequest", requirePermission(authenticator, "api", policy));
    addMediaMtxApi(scope, views);
    if (views.metrics !== undefined) addMetricsRoute(scope, views.metrics);
    done();
  });
}

/** Makes the listener of a protocol that travels in HTTP, such as that of `hlsAddress`. */
export function createProtocolServer(options: ListenerOptions, protocol: MountedProtocol): HttpServer {
  const { authenticator, policy = closedPolicy, ...listener } = options;
  return new HttpServer({
    ...listener,
    mount: (server) => {
      const protocolOf = (): MountedProtocol => protocol;
      const { hosts, log } = options;
      mountProtocols(server, { prefix: "", protocolOf, policy, authenticator, sessions: false, hosts, log });
    },
  });
}
