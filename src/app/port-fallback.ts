/** `--port-fallback`: where a port is taken, the next one is tried, and the log says so. */
import { SluiceError } from "#base/errors.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Logger } from "#base/log.ts";
import { appError } from "./errors.ts";

/** Ports tried after the configured one. */
const MAX_ATTEMPTS = 50;
const MAX_PORT = 65_535;

/** Which port was taken. */
export interface TakenPort {
  readonly protocol: string;
  readonly port: number;
}

/** How to open something, and how its options look with another port; undefined where the port isn't one of theirs. */
export interface FallbackPlan<O, T> {
  readonly options: O;
  readonly open: (options: O) => Promise<T>;
  readonly move: (options: O, taken: TakenPort) => O | undefined;
  readonly log: Logger;
}

/** Opens with the first options whose ports are free. Rejects with the last refusal, or `app-no-free-port`. */
export async function openWithFallback<O, T>(plan: FallbackPlan<O, T>): Promise<T> {
  let { options } = plan;
  let first: TakenPort | undefined;
  for (let attempt = 0; attempt <= MAX_ATTEMPTS; attempt += 1) {
    try {
      return await plan.open(options);
    } catch (error) {
      const taken = takenPort(error);
      const moved = taken === undefined || taken.port >= MAX_PORT - 2 ? undefined : plan.move(options, taken);
      if (taken === undefined || moved === undefined) throw error;
      first ??= taken;
      plan.log.warn({ protocol: taken.protocol, port: taken.port }, "port is taken, trying the next");
      options = moved;
    }
  }
  throw appError("app-no-free-port", { details: { port: first?.port } });
}

/** `address` with another port. */
export function moved(address: ListenAddress, by: number): ListenAddress {
  return { ...address, port: address.port + by };
}

function takenPort(error: unknown): TakenPort | undefined {
  if (!(error instanceof SluiceError) || error.code !== "port-in-use") return undefined;
  return { protocol: String(error.details["protocol"]), port: Number(error.details["port"]) };
}
