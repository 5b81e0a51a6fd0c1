/** How the metrics are opened. */
import { createMetricsServer } from "#api/servers.ts";
import { httpSettings } from "#base/http-options.ts";
import { metricsOptions } from "#config/options.ts";
import { httpParts, openHttp } from "#app/http-listeners.ts";
import type { RunningService, ServiceContext } from "#app/service.ts";

/** Opens the listener. */
export function openMetrics(context: ServiceContext): Promise<RunningService> {
  const options = context.config.slice(metricsOptions);
  return openHttp(context, {
    name: "metrics",
    address: options.metricsAddress,
    settings: httpSettings("metrics", options),
    settingsOf: (config) => httpSettings("metrics", config.slice(metricsOptions)),
    make: (parts) => createMetricsServer({ ...httpParts(context), ...parts }, context.metrics),
  });
}
