/** By which certificates what is served over TLS now, for the API and the page: people compare fingerprints. */
import type { CertificateView } from "#api/contract/device.ts";
import { httpSettings } from "#base/http-options.ts";
import type { Config } from "#config/config.ts";
import { apiOptions, metricsOptions, webOptions } from "#config/options.ts";
import { hlsServerOptions } from "#protocols/hls/options.ts";
import { rtspServerOptions } from "#protocols/rtsp/options.ts";
import { webrtcOptions } from "#protocols/webrtc/options.ts";
import type { Certificates } from "../certificates/certificates.ts";

/** Every listener that speaks TLS by this configuration. */
export function servedCertificates(config: Config, certificates: Pick<Certificates, "servedBy">): readonly CertificateView[] {
  const { rtsp, rtspEncryption } = config.slice(rtspServerOptions);
  const [hls, webrtc, api] = [config.slice(hlsServerOptions), config.slice(webrtcOptions), config.slice(apiOptions)];
  const [metrics, web] = [config.slice(metricsOptions), config.slice(webOptions)];
  const encrypted: Readonly<Record<CertificateView["service"], boolean>> = {
    rtsps: rtsp && rtspEncryption !== "no",
    hls: hls.hls && httpSettings("hls", hls).encryption,
    webrtc: webrtc.webrtc && httpSettings("webrtc", webrtc).encryption,
    api: api.api && httpSettings("api", api).encryption,
    metrics: metrics.metrics && httpSettings("metrics", metrics).encryption,
    web: web.web && web.webEncryption,
  };
  return Object.entries(encrypted).flatMap(([name, active]) => {
    const service = name as CertificateView["service"]; // a key of the table above
    const served = active ? certificates.servedBy(service) : undefined;
    return served === undefined ? [] : [{ service, fingerprint: served.fingerprint, expires: served.expires }];
  });
}
