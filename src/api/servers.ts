/** The HTTP listeners: the control API's with MediaMTX's v3 routes, the page's, and one for each protocol that travels in HTTP. */
import type { SecureContextOptions } from "node:tls";
import type { IpRange } from "#base/ip-range.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Logger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { requireApiUser, requireClaim } from "./access.ts";
import type { ApiAuthenticator, HealthView, PathsView, ProgramView, RtspView, WebRtcView } from "./contract.ts";
import { HttpServer } from "./http-server.ts";
import { LIVE_PREFIX, liveProtocols, mountProtocols } from "./protocol-mount.ts";
import type { MountedProtocol } from "./protocol-mount.ts";
import { addConfigurationRoutes } from "./routes/configuration.ts";
import type { Configuration } from "./routes/configuration.ts";
import { addHealthRoute } from "./routes/health.ts";
import { addInfoRoute } from "./routes/info.ts";
import { addPathRoutes } from "./routes/paths.ts";
import { addRtspRoutes } from "./routes/rtsp.ts";
import { addWebRtcRoutes } from "./routes/webrtc.ts";

/** What every HTTP listener needs. */
export interface ListenerOptions {
  readonly address: ListenAddress;
  readonly network: Network;
  readonly log: Logger;
  readonly authenticator: ApiAuthenticator;
  /** Key and certificate; makes it HTTPS. */
  readonly tls?: SecureContextOptions | undefined;
  readonly trustedProxies?: readonly IpRange[] | undefined;
}

/** Protocols under `/live/` of the page's listener. */
export interface LiveStreams {
  readonly hls?: MountedProtocol | undefined;
  readonly webrtc?: MountedProtocol | undefined;
}

/** What the control API shows. A server that doesn't run has no routes, as in MediaMTX. */
export interface ApiViews {
  readonly program: ProgramView;
  readonly paths: PathsView;
  readonly rtsp: RtspView | undefined;
  readonly rtsps: RtspView | undefined;
  readonly webrtc?: WebRtcView | undefined;
  /** Left out where nothing may be configured. */
  readonly configuration?: Configuration | undefined;
}

/** Makes the listener of `apiAddress`. */
export function createApiServer(options: ListenerOptions, views: ApiViews): HttpServer {
  const { authenticator, ...listener } = options;
  return new HttpServer({
    ...listener,
    mount: (server) => {
      server.addHook("onRequest", requireClaim(authenticator));
      server.addHook("onRequest", requireApiUser(authenticator));
      addInfoRoute(server, views.program);
      addPathRoutes(server, views.paths);
      if (views.configuration !== undefined) addConfigurationRoutes(server, views.configuration);
      if (views.rtsp !== undefined) addRtspRoutes(server, "rtsp", views.rtsp);
      if (views.rtsps !== undefined) addRtspRoutes(server, "rtsps", views.rtsps);
      if (views.webrtc !== undefined) addWebRtcRoutes(server, views.webrtc);
    },
  });
}

/** Makes the listener of `webAddress`: health and the streams now, the page later. */
export function createWebServer(options: ListenerOptions, health: HealthView, live: LiveStreams = {}): HttpServer {
  const { authenticator, trustedProxies = [], ...listener } = options;
  return new HttpServer({
    ...listener,
    mount: (server) => {
      server.addHook("onRequest", requireClaim(authenticator));
      addHealthRoute(server, health);
      const protocolOf = liveProtocols(live.hls, live.webrtc);
      mountProtocols(server, { prefix: LIVE_PREFIX, protocolOf, trustedProxies, authenticator, log: options.log });
    },
  });
}

/** Makes the listener of a protocol that travels in HTTP, such as that of `hlsAddress`. */
export function createProtocolServer(options: ListenerOptions, protocol: MountedProtocol): HttpServer {
  const { authenticator, trustedProxies = [], ...listener } = options;
  return new HttpServer({
    ...listener,
    mount: (server) => {
      mountProtocols(server, { prefix: "", protocolOf: () => protocol, trustedProxies, authenticator, log: options.log });
    },
  });
}
