/** What the machine and this process say of themselves. Looked at once a second: nothing here may take long. */
import { readdirSync, readFileSync } from "node:fs";
import { cpus, freemem, hostname, networkInterfaces, totalmem } from "node:os";
import { join } from "node:path";
import type { DeviceView, NetworkInterfaceView } from "#api/contract/device.ts";
import type { Clock } from "#base/clock.ts";
import { VERSION } from "../version.ts";

const THERMAL = "/sys/class/thermal";
const NETWORK = "/sys/class/net";
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
    let [busy, total] = [0, 0];
    for (const { times } of cpus()) {
      const all = times.user + times.nice + times.sys + times.idle + times.irq;
      total += all;
      busy += all - times.idle;
    }
    const passed = total - this.#machine.total;
    this.#machine = { busy, total, share: passed <= 0 ? 0 : Number(((busy - this.#machine.busy) / passed).toFixed(3)) };
  }
}

/** The hottest zone; null where there is none. */
function readTemperature(): number | null {
  const zones = listFolder(THERMAL).filter((name) => name.startsWith("thermal_zone"));
  const readings = zones.map((zone) => readNumber(join(THERMAL, zone, "temp"))).filter((value) => value !== null);
  return readings.length === 0 ? null : Math.round(Math.max(...readings) / 100) / 10;
}

function readNetwork(): readonly NetworkInterfaceView[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) => {
    if (addresses.every(({ internal }) => internal)) return [];
    const statistics = join(NETWORK, name, "statistics");
    const speed = readNumber(join(NETWORK, name, "speed"));
    return [
      {
        name,
        addresses: addresses.map(({ address }) => address),
        receivedBytes: readNumber(join(statistics, "rx_bytes")),
        sentBytes: readNumber(join(statistics, "tx_bytes")),
        linkMbits: speed !== null && speed > 0 ? speed : null,
      },
    ];
  });
}

/** Memory that can be had without swapping (proc(5), MemAvailable). */
function readAvailable(): number | undefined {
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(readText("/proc/meminfo"))?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

function readNumber(file: string): number | null {
  const text = readText(file).trim();
  return /^-?\d+$/.test(text) ? Number(text) : null;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
