/**
 * What exists: a table of services in the order they start. Each says which options it depends on and whether it is wanted,
 * and opens itself from what was opened before it; they end in reverse. Adding one is a line here.
 */
import { createApiServer, createWebServer } from "#api/servers.ts";
import type { ApiViews } from "#api/servers.ts";
import type { PathsView } from "#api/views.ts";
import { httpSettings } from "#base/http-options.ts";
import { apiOptions, metricsOptions, webOptions } from "#config/options.ts";
import type { Config } from "#config/config.ts";
import { hlsServerOptions } from "#protocols/hls/options.ts";
import { rtspServerOptions } from "#protocols/rtsp/options.ts";
import type { RtspServerOptions } from "#protocols/rtsp/options.ts";
import { RtspServer } from "#protocols/rtsp/server.ts";
import { webrtcOptions } from "#protocols/webrtc/options.ts";
import type { CertificateFiles } from "./certificates/certificate-files.ts";
import { CertificateWatch } from "./certificates/certificate-watch.ts";
import { httpParts, openHttp } from "./http-listeners.ts";
import { moved, openWithFallback } from "./port-fallback.ts";
import type { TakenPort } from "./port-fallback.ts";
import type { RunningService, Service, ServiceContext } from "./service.ts";
import { openHls } from "./openers/hls.ts";
import { openMetrics } from "./openers/metrics.ts";
import { openWebRtc } from "./openers/webrtc.ts";
import { readPageFiles } from "./page/page-files.ts";
import { VERSION } from "./version.ts";

/** Every service, in the order they start. */
export const services: readonly Service[] = [
  { name: "rtsp", options: [rtspServerOptions], wanted: (config) => config.slice(rtspServerOptions).rtsp, open: openRtsp },
  { name: "hls", options: [hlsServerOptions], wanted: (config) => config.slice(hlsServerOptions).hls, open: openHls },
  {
    name: "webrtc",
    options: [webrtcOptions, { readTimeout: rtspServerOptions.readTimeout, writeTimeout: rtspServerOptions.writeTimeout }],
    wanted: (config) => config.slice(webrtcOptions).webrtc,
    open: openWebRtc,
  },
  { name: "api", options: [apiOptions], wanted: (config) => config.slice(apiOptions).api, open: openApi },
  {
    name: "metrics",
    options: [metricsOptions],
    wanted: (config) => config.slice(metricsOptions).metrics,
    open: openMetrics,
  },
  { name: "web", options: [webOptions], wanted: (config) => config.slice(webOptions).web, open: openWeb },
];

async function openRtsp(context: ServiceContext): Promise<RunningService> {
  const { machine, registry, authenticator, certificates, log } = context;
  const { clock, random, network } = machine;
  const server = await openWithFallback({
    options: withPort(context.config.slice(rtspServerOptions), context.rtspPort),
    open: async (options) => {
      const readCertificate = (files: CertificateFiles) => certificates.open(files, "rtsps");
      const made = new RtspServer({ options, registry, network, clock, random, log, authenticator, readCertificate });
      await made.start();
      return made;
    },
    move: context.portFallback ? moveRtsp : () => undefined,
    log,
  });
  const { rtsp, rtsps, rtp, rtcp } = server.ports;
  log.info(
    {
      protocol: "rtsp",
      tcp: rtsp,
      tls: rtsps,
      udp: rtp === undefined ? undefined : `${String(rtp)}-${String(rtcp)}`,
      fingerprint: rtsps === undefined ? undefined : certificates.servedBy("rtsps")?.fingerprint,
    },
    "listening",
  );
  const files = certificateOf(context.config.slice(rtspServerOptions));
  const certificate = new CertificateWatch({ clock, log, files, renew: () => server.renewCertificate() });
  return {
    name: "rtsp",
    shares: { rtsp: server },
    check: () => ({ name: "rtsp", ok: true }),
    reconfigure: async (config, keys) => {
      const options = config.slice(rtspServerOptions);
      const change = await server.reconfigure(withPort(options, context.rtspPort), keys);
      if (change === undefined) return undefined;
      const commit = (): void => {
        change.commit();
        certificate.follow(certificateOf(options));
      };
      return { ...change, commit };
    },
    close: () => {
      certificate.close();
      return server.close();
    },
  };
}

function certificateOf(options: RtspServerOptions): CertificateFiles | undefined {
  return options.rtspEncryption === "no" ? undefined : { key: options.rtspServerKey, cert: options.rtspServerCert };
}

/** `--port` moves the port that clients use first. */
function withPort(options: RtspServerOptions, port: number | undefined): RtspServerOptions {
  if (port === undefined) return options;
  if (options.rtspEncryption === "strict") return { ...options, rtspsAddress: { ...options.rtspsAddress, port } };
  return { ...options, rtspAddress: { ...options.rtspAddress, port } };
}

function moveRtsp(options: RtspServerOptions, { protocol, port }: TakenPort): RtspServerOptions | undefined {
  const { rtspAddress, rtspsAddress, rtpAddress, rtcpAddress } = options;
  if (protocol === "UDP" && (port === rtpAddress.port || port === rtcpAddress.port)) {
    return { ...options, rtpAddress: moved(rtpAddress, 2), rtcpAddress: moved(rtcpAddress, 2) };
  }
  if (protocol === "TCP" && port === rtspAddress.port) return { ...options, rtspAddress: moved(rtspAddress, 1) };
  if (protocol === "TCP" && port === rtspsAddress.port) return { ...options, rtspsAddress: moved(rtspsAddress, 1) };
  return undefined;
}

function openApi(context: ServiceContext): Promise<RunningService> {
  const options = context.config.slice(apiOptions);
  return openHttp(context, {
    name: "api",
    address: options.apiAddress,
    settings: httpSettings("api", options),
    settingsOf: (config) => httpSettings("api", config.slice(apiOptions)),
    make: (parts) => createApiServer({ ...httpParts(context), ...parts }, apiViews(context)),
  });
}

function apiViews(context: ServiceContext): ApiViews {
  const { registry, startedAt, opened } = context;
  const paths: PathsView = registry;
  return {
    program: { version: `v${VERSION}`, startedAt },
    config: context.reloader,
    refreshKeys: () => context.accounts.refreshKeys(),
    paths,
    own: context.own,
    metrics: context.metrics,
    get rtsp() {
      return opened.rtsp?.view("rtsp");
    },
    get rtsps() {
      return opened.rtsp?.view("rtsps");
    },
    get hls() {
      return opened.hlsServer;
    },
    get webrtc() {
      return opened.webrtcServer;
    },
  };
}

function openWeb(context: ServiceContext): Promise<RunningService> {
  const page = readPageFiles();
  if (page.find("index.html") === undefined) context.log.warn({ command: "scripts/web" }, "the page isn't built");
  const options = context.config.slice(webOptions);
  return openHttp(context, {
    name: "web",
    address: options.webAddress,
    settings: webSettings(context.config),
    settingsOf: webSettings,
    make: (parts) =>
      createWebServer({ ...httpParts(context), ...parts, accounts: context.accounts, page }, context.health, {
        live: context.opened,
        views: apiViews(context),
      }),
  });
}

function webSettings(config: Config) {
  const { webEncryption, webServerKey, webServerCert, webTrustedProxies } = config.slice(webOptions);
  return { encryption: webEncryption, serverKey: webServerKey, serverCert: webServerCert, trustedProxies: webTrustedProxies };
}
