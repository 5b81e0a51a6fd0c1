/** What the machine and this process say of themselves. Looked at once a second: nothing here may take long. */
import { freemem, hostname, networkInterfaces, totalmem } from "node:os";
import { join } from "node:path";
import type { DeviceView, NetworkInterfaceView } from "#api/contract/device.ts";
import type { Clock } from "#base/clock.ts";
import { listSystemFolder, readSystemFile, readSystemNumber } from "#platform/host/system-files.ts";
import { VERSION } from "../version.ts";

const THERMAL = "/sys/class/thermal";
const NETWORK = "/sys/class/net";
/** The first line of /proc/stat is far shorter. */
const MAX_TICKS_BYTES = 4096;
/** Temperatures and interfaces change slowly. */
const SLOW_MS = 5000;

/** Collaborators; `served` tells where streams are served, and by which certificates. */
export interface DeviceFactsOptions {
  readonly clock: Clock;
  readonly startedAt: number;
  readonly served: () => Pick<DeviceView, "services" | "certificates">;
}

/** See the head of this file. */
export class DeviceFacts {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #served: DeviceFactsOptions["served"];
  #process = { at: 0, micros: 0, share: 0 };
  #machine = { busy: 0, total: 0, share: 0 };
  #slow: Pick<DeviceView, "temperatureCelsius" | "network"> = { temperatureCelsius: null, network: [] };
  #slowAt = Number.NEGATIVE_INFINITY;

  constructor(options: DeviceFactsOptions) {
    this.#clock = options.clock;
    this.#startedAt = options.startedAt;
    this.#served = options.served;
  }

  read(): DeviceView {
    const now = this.#clock.now();
    this.#measure(now);
    if (now - this.#slowAt > SLOW_MS) {
      this.#slowAt = now;
      this.#slow = { temperatureCelsius: readTemperature(), network: readNetwork() };
    }
    return {
      host: hostname(),
      version: `v${VERSION}`,
      nodeVersion: process.version,
      startedAt: this.#startedAt,
      now: this.#clock.wallNow(),
      processCpu: this.#process.share,
      machineCpu: this.#machine.share,
      memory: { totalBytes: totalmem(), availableBytes: readAvailable() ?? freemem() },
      ...this.#slow,
      ...this.#served(),
    };
  }

  /** Shares since the last look, of a second or more. */
  #measure(now: number): void {
    const elapsed = now - this.#process.at;
    if (elapsed < 1000) return;
    const { user, system } = process.cpuUsage();
    const micros = user + system;
    const share = this.#process.at === 0 ? 0 : (micros - this.#process.micros) / 1000 / elapsed;
    this.#process = { at: now, micros, share: Number(share.toFixed(3)) };
    const { busy, total } = readTicks();
    const passed = total - this.#machine.total;
    this.#machine = { busy, total, share: passed <= 0 ? 0 : Number(((busy - this.#machine.busy) / passed).toFixed(3)) };
  }
}

/** Of all processors since the machine's start (proc(5), the first line of /proc/stat); none where it doesn't tell. */
function readTicks(): { readonly busy: number; readonly total: number } {
  const [, line = ""] = /^cpu +([\d ]+)$/m.exec(readSystemFile("/proc/stat", MAX_TICKS_BYTES) ?? "") ?? [];
  // user, nice, system, idle, waiting for disks, interrupts, soft interrupts, stolen; guests are in user already.
  const ticks = line.split(" ").slice(0, 8).map(Number);
  const total = ticks.reduce((sum, each) => sum + each, 0);
  return { busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0), total };
}

/** The hottest zone; null where there is none. */
function readTemperature(): number | null {
  const zones = listSystemFolder(THERMAL).filter((name) => name.startsWith("thermal_zone"));
  const readings = zones.flatMap((zone) => readSystemNumber(join(THERMAL, zone, "temp")) ?? []);
  return readings.length === 0 ? null : Math.round(Math.max(...readings) / 100) / 10;
}

function readNetwork(): readonly NetworkInterfaceView[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) => {
    if (addresses.every(({ internal }) => internal)) return [];
    const statistics = join(NETWORK, name, "statistics");
    const speed = readSystemNumber(join(NETWORK, name, "speed")) ?? 0;
    return [
      {
        name,
        addresses: addresses.map(({ address }) => address),
        receivedBytes: readSystemNumber(join(statistics, "rx_bytes")) ?? null,
        sentBytes: readSystemNumber(join(statistics, "tx_bytes")) ?? null,
        linkMbits: speed > 0 ? speed : null,
      },
    ];
  });
}

/** Memory that can be had without swapping (proc(5), MemAvailable). */
function readAvailable(): number | undefined {
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(readSystemFile("/proc/meminfo") ?? "")?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}
