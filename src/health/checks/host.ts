/** Heat, power, network plugs, clock and descriptors: what the machine says of itself. */
import { healthError } from "../errors.ts";
import type { HealthCheck, HealthFinding, Unseen } from "../health-check.ts";

/** Most processors slow themselves down at 80 to 85 °C. */
const HOT_CELSIUS = 80;
const FAST_MS = 5000;
const SLOW_MS = 60_000;
/** A camera box on less shares one hundredth of a usual link: a broken cable far more often than a choice. */
const SLOW_LINK_MBITS = 10;
/** Share of the descriptors from which new viewers may soon be refused. */
const DESCRIPTOR_SHARE = 0.85;

/** What is asked of the machine; every answer may be missing. */
export interface HostView {
  temperatureCelsius(): number | undefined;
  power(): { readonly underVoltage: boolean; readonly throttled: boolean } | undefined;
  links(): readonly { readonly name: string; readonly carrier: boolean; readonly mbits: number | undefined }[];
  conflictingAddress(): { readonly address: string; readonly interface: string } | undefined;
  clockSynchronised(): { readonly source: string; readonly synchronised: boolean } | undefined;
  descriptors(): { readonly used: number; readonly limit: number } | undefined;
}

/** What isn't read in /proc and /sys. */
export interface HostSurroundings {
  readonly wallNow: () => number;
  /** A time (ms since 1970) that the clock can't be before. */
  readonly builtAt: number;
  readonly claims: Claims;
}

/** Whoever asks the LAN whether another device has an IPv4 address of ours. */
interface Claims {
  /** Whether it has the right to, as far as it knows. */
  readonly canAsk: boolean;
  find(): Promise<{ readonly address: string; readonly interface: string; readonly hardware: string } | undefined>;
}

const IPV4_UNSEEN: Unseen = {
  en: "well for IPv6; asking who else has an IPv4 address needs root",
  zh: "IPv6 正常；检查 IPv4 地址冲突需要 root 权限",
};

/** The checks, over this machine. */
export function hostChecks(host: HostView, around: HostSurroundings): readonly HealthCheck[] {
  return [
    { name: "temperature", periodMs: FAST_MS, check: () => heat(host) },
    { name: "power", periodMs: FAST_MS, check: () => power(host) },
    { name: "network-link", periodMs: FAST_MS, check: () => links(host) },
    {
      name: "network-address",
      periodMs: SLOW_MS,
      check: () => conflict(host, around),
      unseen: () => (around.claims.canAsk ? undefined : IPV4_UNSEEN),
    },
    { name: "clock", periodMs: SLOW_MS, check: () => time(host, around) },
    { name: "descriptors", periodMs: FAST_MS, check: () => descriptors(host) },
  ];
}

function heat(host: HostView): HealthFinding | undefined {
  if (host.power()?.throttled === true) return degraded(healthError("health-throttled"));
  const celsius = host.temperatureCelsius();
  if (celsius === undefined || celsius < HOT_CELSIUS) return undefined;
  return degraded(healthError("health-hot", { details: { celsius: Math.round(celsius) } }));
}

function power(host: HostView): HealthFinding | undefined {
  return host.power()?.underVoltage === true ? degraded(healthError("health-under-voltage")) : undefined;
}

/** A box with one plug in use and others empty is well: only when no plug is in use at all is it cut off. */
function links(host: HostView): HealthFinding | undefined {
  const plugs = host.links();
  const [first] = plugs;
  if (first === undefined) return undefined;
  const used = plugs.filter(({ carrier }) => carrier);
  if (used.length === 0) {
    return { severity: "failed", error: healthError("health-link-down", { details: { interface: first.name } }) };
  }
  const slow = used.find(({ mbits }) => mbits !== undefined && mbits <= SLOW_LINK_MBITS);
  if (slow === undefined) return undefined;
  return degraded(healthError("health-link-slow", { details: { interface: slow.name, mbits: slow.mbits ?? 0 } }));
}

async function conflict(host: HostView, { claims }: HostSurroundings): Promise<HealthFinding | undefined> {
  const found = host.conflictingAddress();
  if (found !== undefined) return degraded(healthError("health-address-conflict", { details: { ...found } }));
  const claimed = await claims.find();
  return claimed === undefined ? undefined : degraded(healthError("health-address-claimed", { details: { ...claimed } }));
}

function time(host: HostView, { wallNow, builtAt }: HostSurroundings): HealthFinding | undefined {
  const now = wallNow();
  if (now < builtAt) {
    return degraded(healthError("health-clock-unset", { details: { time: new Date(now).toISOString().slice(0, 10) } }));
  }
  return host.clockSynchronised()?.synchronised === false ? degraded(healthError("health-clock-unsynchronised")) : undefined;
}

function descriptors(host: HostView): HealthFinding | undefined {
  const found = host.descriptors();
  if (found === undefined || found.used < found.limit * DESCRIPTOR_SHARE) return undefined;
  return degraded(healthError("health-descriptors", { details: { ...found } }));
}

function degraded(error: HealthFinding["error"]): HealthFinding {
  return { severity: "degraded", error };
}
