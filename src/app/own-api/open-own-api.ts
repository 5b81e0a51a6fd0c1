/** Puts Sluice's own API together from what runs: one for the process, mounted on every listener that carries it. */
import { networkInterfaces } from "node:os";
import type { HealthView } from "#api/views.ts";
import type { LogTail } from "#api/log-tail.ts";
import { EventRing } from "#api/monitor/event-ring.ts";
import { Monitor } from "#api/monitor/monitor.ts";
import { ViewerReports } from "#api/monitor/viewer-reports.ts";
import { EventStreams } from "#api/own/event-stream.ts";
import type { OwnApi } from "#api/own/parts.ts";
import type { CameraBoard } from "#cameras/camera-board.ts";
import { differenceOf } from "#config/difference.ts";
import type { ConfigSchema } from "#config/schema.ts";
import { SealedTexts } from "#config/store/sealed-text.ts";
import type { ConfigStore } from "#config/store/config-store.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import type { Machine } from "../machine.ts";
import type { OpenedServices } from "../service.ts";
import { SERVICE } from "../install/machine-files.ts";
import { JournalHistory } from "../log/journal-history.ts";
import { createCameraProbe } from "./camera-probe.ts";
import { DeviceFacts } from "./device.ts";
import { createDoctor } from "./doctor.ts";
import type { DeviceFactsOptions } from "./device.ts";
import { readerSources } from "./readers.ts";

/** What it is made of. */
export interface OwnApiParts {
  readonly machine: Machine;
  readonly registry: PathRegistry;
  readonly cameras: CameraBoard;
  readonly store: ConfigStore;
  readonly schema: ConfigSchema;
  readonly logTail: LogTail;
  readonly opened: OpenedServices;
  readonly health: HealthView;
  readonly startedAt: number;
  readonly demoPath: string;
  readonly jobs: OwnApi["jobs"];
  readonly served: DeviceFactsOptions["served"];
}

/** Makes it; close its `monitor` at the end. */
export function openOwnApi(parts: OwnApiParts): OwnApi {
  const { machine, registry, cameras, store, schema, opened, health, demoPath } = parts;
  const { clock, random } = machine;
  const facts = new DeviceFacts({ clock, startedAt: parts.startedAt, served: parts.served });
  const monitor = new Monitor({
    sources: {
      clock,
      paths: registry,
      cameras,
      store,
      pathOptions: schema.pathKnown,
      readers: () => readerSources(opened, registry, () => clock.wallNow()),
      device: () => facts.read(),
      processMemory: () => {
        const { rss, heapUsed, external } = process.memoryUsage();
        return { rssBytes: rss, heapUsedBytes: heapUsed, externalBytes: external };
      },
      health,
      demoPath,
    },
    events: new EventRing(clock, random.bytes(4).toString("hex")),
    viewers: new ViewerReports(clock),
  });
  return {
    monitor,
    streams: new EventStreams(clock),
    configuration: { store, schema },
    difference: (after) => differenceOf(store.inForce.config, after, schema),
    sealed: new SealedTexts(random),
    probe: createCameraProbe(machine, ownAddresses),
    doctor: createDoctor({ machine, schema, store, cameras }),
    clock,
    jobs: parts.jobs,
    log: parts.logTail,
    logHistory: machine.journal === undefined ? undefined : new JournalHistory(SERVICE),
  };
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));
}
