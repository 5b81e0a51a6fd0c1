/**
 * What a new configuration asks for, as steps; pure. A service is concerned by its own sets of options only. In this order:
 * what can fail comes before what can't, so that everything is applied or nothing.
 */
import type { OptionSet } from "#base/option.ts";
import type { Config } from "#config/config.ts";
import { changedKeys } from "#config/difference.ts";
import { authOptions, hostOptions, logOptions, memoryOptions } from "#config/options.ts";
import { scheduleOptions } from "#jobs/options.ts";
import type { Service } from "../service.ts";

/** One service's step; `keys` are the options that changed. */
export type ServiceStep =
  | { readonly kind: "open"; readonly service: Service }
  | { readonly kind: "change"; readonly service: Service; readonly keys: readonly string[] }
  | { readonly kind: "close"; readonly service: Service };

/** What everything works with, besides services; none of these can fail. Paths are always matched anew. */
export type SharedStep = "schedule" | "log" | "users" | "hosts" | "memory";

/** What to do. */
export interface ReloadPlan {
  readonly shared: readonly SharedStep[];
  readonly services: readonly ServiceStep[];
}

/** What everything works with depends on. */
export const sharedOptions: readonly { readonly step: SharedStep; readonly options: OptionSet }[] = [
  { step: "log", options: logOptions },
  { step: "users", options: authOptions },
  { step: "hosts", options: hostOptions },
  { step: "memory", options: memoryOptions },
  { step: "schedule", options: scheduleOptions },
];

/** Compares what is in force with what shall be. */
export function planReload(before: Config, after: Config, services: readonly Service[]): ReloadPlan {
  const shared = sharedOptions.filter(({ options }) => changedKeys(before, after, options).length > 0);
  return {
    shared: shared.map(({ step }) => step),
    services: services.flatMap((service) => planService(service, before, after)),
  };
}

function planService(service: Service, before: Config, after: Config): readonly ServiceStep[] {
  const wanted = service.wanted(after);
  if (!service.wanted(before)) return wanted ? [{ kind: "open", service }] : [];
  if (!wanted) return [{ kind: "close", service }];
  const keys = service.options.flatMap((options) => changedKeys(before, after, options));
  return keys.length === 0 ? [] : [{ kind: "change", service, keys }];
}
