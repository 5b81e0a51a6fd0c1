/** The control API's listener: MediaMTX's v3 routes for what exists. */
import type { ListenAddress } from "#base/listen-address.ts";
import type { Logger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { requireApiUser, requireClaim } from "./access.ts";
import type { ApiAuthenticator, HealthView, PathsView, ProgramView, RtspView } from "./contract.ts";
import { HttpServer } from "./http-server.ts";
import { addHealthRoute } from "./routes/health.ts";
import { addInfoRoute } from "./routes/info.ts";
import { addPathRoutes } from "./routes/paths.ts";
import { addRtspRoutes } from "./routes/rtsp.ts";

/** What every HTTP listener needs. */
export interface ListenerOptions {
  readonly address: ListenAddress;
  readonly network: Network;
  readonly log: Logger;
  readonly authenticator: ApiAuthenticator;
}

/** What the control API shows. A server that doesn't run has no routes, as in MediaMTX. */
export interface ApiViews {
  readonly program: ProgramView;
  readonly paths: PathsView;
  readonly rtsp: RtspView | undefined;
  readonly rtsps: RtspView | undefined;
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
      if (views.rtsp !== undefined) addRtspRoutes(server, "rtsp", views.rtsp);
      if (views.rtsps !== undefined) addRtspRoutes(server, "rtsps", views.rtsps);
    },
  });
}

/** Makes the listener of `webAddress`: health now, the page later. */
export function createWebServer(options: ListenerOptions, health: HealthView): HttpServer {
  const { authenticator, ...listener } = options;
  return new HttpServer({
    ...listener,
    mount: (server) => {
      server.addHook("onRequest", requireClaim(authenticator));
      addHealthRoute(server, health);
    },
  });
}
