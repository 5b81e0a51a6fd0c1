/** Whether what must be kept can be: free space, write access, wear. */
import { healthError } from "../errors.ts";
import type { HealthCheck } from "../health-check.ts";

const MIB = 1024 * 1024;
const PERIOD_MS = 30_000;
/** eMMC estimates its life in steps of 10 %. */
const WORN_PERCENT = 80;
/** Below this settings may not be saved any more. */
const LOW_BYTES = 16 * MIB;

/** What is asked of the machine. */
export interface DiskView {
  disk(folder: string): { readonly freeBytes: number; readonly writable: boolean } | undefined;
  storageWearPercent(): number | undefined;
}

/** The checks, over the folders that are written to. */
export function diskChecks(host: DiskView, folders: readonly string[]): readonly HealthCheck[] {
  return [
    {
      name: "disk",
      periodMs: PERIOD_MS,
      check: () => {
        for (const folder of folders) {
          const disk = host.disk(folder);
          if (disk === undefined) continue;
          if (!disk.writable)
            return { severity: "degraded", error: healthError("health-disk-read-only", { details: { folder } }) };
          if (disk.freeBytes >= LOW_BYTES) continue;
          const details = { folder, freeMib: Math.floor(disk.freeBytes / MIB) };
          return { severity: "degraded", error: healthError("health-disk-full", { details }) };
        }
        return undefined;
      },
    },
    {
      name: "storage-wear",
      periodMs: PERIOD_MS * 120,
      check: () => {
        const percent = host.storageWearPercent();
        if (percent === undefined || percent < WORN_PERCENT) return undefined;
        return { severity: "degraded", error: healthError("health-disk-worn", { details: { percent } }) };
      },
    },
  ];
}
