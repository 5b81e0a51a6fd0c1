/** Where streams are served now, for the links of the page. */
import type { ServicePorts } from "#api/contract/device.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Config } from "#config/config.ts";
import { apiOptions, metricsOptions } from "#config/options.ts";
import { hlsServerOptions } from "#protocols/hls/options.ts";
import { webrtcOptions } from "#protocols/webrtc/options.ts";
import type { OpenedServices } from "../service.ts";

/** Ports as configured, of what is open. */
export function servicePorts(config: Config, opened: OpenedServices): ServicePorts {
  const hls = config.slice(hlsServerOptions);
  const webrtc = config.slice(webrtcOptions);
  const api = config.slice(apiOptions);
  const metrics = config.slice(metricsOptions);
  const port = (open: boolean, address: ListenAddress): number | null => (open ? address.port : null);
  return {
    rtsp: opened.rtsp?.ports.rtsp ?? null,
    rtsps: opened.rtsp?.ports.rtsps ?? null,
    hls: port(opened.hls !== undefined, hls.hlsAddress),
    webrtc: port(opened.webrtc !== undefined, webrtc.webrtcAddress),
    api: port(api.api, api.apiAddress),
    metrics: port(metrics.metrics, metrics.metricsAddress),
  };
}
