/** What the metrics show, for every listener that carries them; each thing is looked up with every question. */
import { isServedThere, notCarriedClients } from "#api/not-carried.ts";
import type { MetricsView } from "#api/views.ts";
import type { HealthMonitor } from "#health/monitor.ts";
import { HostFacts } from "#platform/host/host-facts.ts";
import type { ServiceContext } from "../service.ts";
import { VERSION } from "../version.ts";
import type { ProcessWatch } from "./process-figures.ts";

/** What it is made of. */
export interface MetricsParts extends Pick<ServiceContext, "registry" | "startedAt" | "opened" | "own" | "reloader"> {
  readonly health: Pick<HealthMonitor, "report">;
  readonly process: Pick<ProcessWatch, "read">;
}

/** Puts it together. */
export function createMetricsView(parts: MetricsParts): MetricsView {
  const { registry, startedAt, opened, own, reloader, health } = parts;
  const host = new HostFacts();
  return {
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
    memory: registry.budget,
    get memoryNeed() {
      return { committedBytes: registry.admission.committedBytes, relief: registry.ladder.steps };
    },
    process: () => parts.process.read(),
    monitor: own.monitor,
    health: () => health.report().entries.map(({ name, finding }) => ({ check: name, state: finding?.severity ?? "ok" })),
    config: reloader,
    notCarried: () => notCarriedClients.filter((clients) => isServedThere(clients, own.configuration.store.inForce.config)),
    device: () => ({
      temperatureCelsius: host.temperatureCelsius(),
      power: host.power(),
      storageWearPercent: host.storageWearPercent(),
    }),
  };
}
