/**
 * What the machine says of itself in /proc and /sys, each answer undefined where it doesn't. Cheap enough to be asked every few
 * seconds; nothing is run, nothing waits. `root` stands in front of every path, for tests.
 */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { codeOf } from "#base/errors.ts";
import { listSystemFolder, readSystemFile, readSystemNumber } from "./system-files.ts";

/** Wired interfaces: those of bridges, containers and tunnels come and go and have no plug. */
const WIRED = /^(eth|en)/;
/** A conflict that the kernel found itself: `IFA_F_DADFAILED` of if_inet6. */
const DAD_FAILED = 0x08;

/** Free space of the file system that holds a folder. */
export interface DiskFacts {
  readonly freeBytes: number;
  readonly writable: boolean;
}

/** A plug of the machine. */
export interface LinkFacts {
  readonly name: string;
  /** Whether the other end is there. */
  readonly carrier: boolean;
  /** Mbit/s; undefined where the driver doesn't say. */
  readonly mbits: number | undefined;
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** What the board says of its power and heat. */
export interface PowerFacts {
  readonly underVoltage: boolean;
  readonly throttled: boolean;
}

/** See the head of this file. */
export class HostFacts {
  readonly #root: string;

  constructor(root = "") {
    this.#root = root;
  }

  /** The hottest sensor of the processor. */
  temperatureCelsius(): number | undefined {
    const folder = `${this.#root}/sys/class/thermal`;
    const zones = listSystemFolder(folder).filter((name) => name.startsWith("thermal_zone"));
    const readings = zones.flatMap((zone) => readSystemNumber(`${folder}/${zone}/temp`) ?? []);
    return readings.length === 0 ? undefined : Math.max(...readings) / 1000;
  }

  /** Raspberry Pi firmware: bit 0 under-voltage, bits 1…3 slowed down, now; the same 16 bits higher since boot. */
  power(): PowerFacts | undefined {
    const text = readSystemFile(`${this.#root}/sys/devices/platform/soc/soc:firmware/get_throttled`);
    if (text === undefined || !/^[0-9a-f]{1,8}$/i.test(text)) return undefined;
    const bits = Number.parseInt(text, 16);
    return { underVoltage: (bits & 1) !== 0, throttled: (bits & 0b1110) !== 0 };
  }

  /** The file system that holds `folder`. */
  disk(folder: string): DiskFacts | undefined {
    try {
      const { bavail, bsize } = statfsSync(folder);
      return { freeBytes: bavail * bsize, writable: isWritable(folder) };
    } catch {
      return undefined;
    }
  }

  /** The most used part of built-in storage (eMMC, JEDEC 84-B50 DEVICE_LIFE_TIME_EST), percent in steps of 10. */
  storageWearPercent(): number | undefined {
    const folder = `${this.#root}/sys/block`;
    const estimates = listSystemFolder(folder)
      .filter((name) => name.startsWith("mmcblk"))
      .flatMap((name) => (readSystemFile(`${folder}/${name}/device/life_time`) ?? "").split(/\s+/))
      .filter((text) => /^0x0[1-9a-b]$/i.test(text))
      .map((text) => Number.parseInt(text, 16) * 10);
    return estimates.length === 0 ? undefined : Math.max(...estimates);
  }

  /** Wired interfaces that are switched on. */
  links(): readonly LinkFacts[] {
    const folder = `${this.#root}/sys/class/net`;
    return listSystemFolder(folder)
      .filter((name) => WIRED.test(name))
      .flatMap((name) => {
        const carrier = readSystemNumber(`${folder}/${name}/carrier`); // unreadable while it is switched off
        if (carrier === undefined) return [];
        const speed = readSystemNumber(`${folder}/${name}/speed`);
        return {
          name,
          carrier: carrier === 1,
          mbits: speed === undefined || speed <= 0 ? undefined : speed,
          receivedBytes: readSystemNumber(`${folder}/${name}/statistics/rx_bytes`) ?? 0,
          sentBytes: readSystemNumber(`${folder}/${name}/statistics/tx_bytes`) ?? 0,
        };
      });
  }

  /** An address of ours that the kernel found in use elsewhere (IPv6, RFC 4862 §5.4); for IPv4 see `address-claims.ts`. */
  conflictingAddress(): { readonly address: string; readonly interface: string } | undefined {
    for (const line of (readSystemFile(`${this.#root}/proc/net/if_inet6`) ?? "").split("\n")) {
      const [digits = "", , , , flags = "0", name = ""] = line.trim().split(/\s+/);
      if ((Number.parseInt(flags, 16) & DAD_FAILED) === 0) continue;
      return { address: (digits.match(/.{4}/g) ?? []).join(":"), interface: name };
    }
    return undefined;
  }

  /** Whether a time service has set the clock: undefined where none is known to run. */
  clockSynchronised(): { readonly source: string; readonly synchronised: boolean } | undefined {
    const timesync = `${this.#root}/run/systemd/timesync`;
    if (existsSync(timesync)) return { source: "systemd-timesyncd", synchronised: existsSync(`${timesync}/synchronized`) };
    return existsSync(`${this.#root}/run/chrony`) ? { source: "chrony", synchronised: true } : undefined;
  }

  /** Open file descriptors of this process and how many it may have. */
  descriptors(): { readonly used: number; readonly limit: number } | undefined {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readSystemFile(`${this.#root}/proc/self/limits`) ?? "") ?? [];
    // The listing is cut at some hundreds: enough to tell where the limit is small, the only place where it matters.
    const used = listSystemFolder(`${this.#root}/proc/self/fd`).length;
    return limit === undefined ? undefined : { used, limit: Number(limit) };
  }

  /** Milliseconds since the machine started, and which start that was. */
  boot(): { readonly id: string; readonly uptimeMs: number } {
    const id = readSystemFile(`${this.#root}/proc/sys/kernel/random/boot_id`) ?? "";
    const [seconds = "0"] = (readSystemFile(`${this.#root}/proc/uptime`) ?? "").split(" ");
    return { id, uptimeMs: Math.round(Number(seconds) * 1000) };
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    // Only a file system that is read-only counts: missing permission is another matter.
    return codeOf(error) !== "EROFS";
  }
}
