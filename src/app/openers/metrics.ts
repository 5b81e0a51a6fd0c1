/** How the metrics are opened. */
import type { MetricsView } from "#api/contract.ts";
import { createMetricsServer } from "#api/servers.ts";
import { httpSettings } from "#base/http-options.ts";
import { metricsOptions } from "#config/options.ts";
import { httpParts, openHttp } from "#app/http-listeners.ts";
import { ProcessWatch } from "#app/process-figures.ts";
import type { RunningService, ServiceContext } from "#app/service.ts";
import { VERSION } from "#app/version.ts";

/** Opens the listener; what it shows is looked up with every question. */
export async function openMetrics(context: ServiceContext): Promise<RunningService> {
  const { registry, startedAt, opened } = context;
  const options = context.config.slice(metricsOptions);
  const watch = new ProcessWatch();
  const view: MetricsView = {
    program: { version: `v${VERSION}`, startedAt },
    paths: registry,
    get rtsp() {
      return opened.rtsp?.view("rtsp");
    },
    get rtsps() {
      return opened.rtsp?.view("rtsps");
    },
    get webrtc() {
      return opened.webrtcServer;
    },
    get hls() {
      return opened.hlsServer;
    },
    memory: { total: registry.budget.total, pools: () => registry.budget.uses() },
    process: () => watch.read(),
  };
  try {
    const listener = await openHttp(context, {
      name: "metrics",
      address: options.metricsAddress,
      settings: httpSettings("metrics", options),
      make: (parts) => createMetricsServer({ ...httpParts(context), ...parts }, view),
    });
    return {
      ...listener,
      close: async () => {
        watch.close();
        await listener.close();
      },
    };
  } catch (error) {
    watch.close();
    throw error;
  }
}
