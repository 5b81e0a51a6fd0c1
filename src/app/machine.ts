/** The machine as collaborators: made once per process, handed to everything that is opened. */
import { hostname } from "node:os";
import { SystemClock } from "#base/clock.ts";
import type { Clock } from "#base/clock.ts";
import type { Network } from "#base/network.ts";
import { systemRandom } from "#base/random.ts";
import type { Random } from "#base/random.ts";
import { openJournal } from "#platform/service-manager/journal.ts";
import type { Journal } from "#platform/service-manager/journal.ts";
import { AddressClaims } from "#platform/host/address-claims.ts";
import { HeapCollection, ownHeap } from "#platform/memory/heap-collection.ts";
import { MemoryTrim } from "#platform/memory/memory-trim.ts";
import { loadNative } from "#platform/native.ts";
import { createNetwork } from "#platform/network.ts";
import { openServiceManager } from "#platform/service-manager/notification.ts";
import type { ServiceManager } from "#platform/service-manager/notification.ts";
import { openSupervised } from "#platform/service-manager/supervised.ts";

/** What everything works with. */
export interface Machine {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly serviceManager: ServiceManager;
  /** Where standard output goes to it. */
  readonly journal: Journal | undefined;
  /** This machine's own name. */
  readonly hostName: string;
  readonly memory: MemoryTrim;
  readonly heap: HeapCollection;
  /** Who else has addresses of ours. */
  readonly addressClaims: AddressClaims;
  /** Why the native module isn't there; undefined when it is. */
  readonly withoutNative: string | undefined;
}

/** The machine this process runs on. */
export function openMachine(environment: Readonly<Record<string, string | undefined>>): Machine {
  const loaded = loadNative(environment);
  // A dump would hold every password. Where this isn't possible, the unit's LimitCORE says the same.
  loaded.native?.forbidCoreDumps();
  const clock = new SystemClock();
  const network = createNetwork({ native: loaded.native });
  const memory = new MemoryTrim(loaded.native, () => process.memoryUsage.rss());
  return {
    clock,
    hostName: hostname(),
    random: systemRandom,
    network,
    addressClaims: new AddressClaims({ native: loaded.native, clock, addresses: () => network.addresses() }),
    serviceManager: openSupervised(loaded.native, environment) ?? openServiceManager(loaded.native, environment),
    journal: openJournal(loaded.native, environment),
    memory,
    heap: new HeapCollection(ownHeap(), () => memory.giveBack()),
    withoutNative: loaded.native === undefined ? loaded.reason : undefined,
  };
}

/** What a machine is reached by: its name, and its name and addresses in the LAN. */
export function namesOf({ hostName, network }: Pick<Machine, "hostName" | "network">): readonly string[] {
  const [plain = hostName] = hostName.split(".", 1);
  return [hostName, `${plain}.local`, ...network.addresses().map(({ address }) => address.replace(/%.*$/, ""))];
}
