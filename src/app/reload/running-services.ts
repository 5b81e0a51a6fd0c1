/**
 * The services that run. Changes are made all or none: everything new is opened beside what runs; only when all of it is open
 * does the old make way, and then it may finish what it has in hand. Where old and new want the same port, the old one is
 * closed first, and opened again should the rest fail.
 */
import type { Clock } from "#base/clock.ts";
import { messageOf, SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { HealthCheck } from "#api/views.ts";
import type { OpenedServices, PreparedChange, RunningService, Service, ServiceContext } from "../service.ts";
import type { ServiceStep } from "./plan.ts";

/** How long a service that made way may take to finish. */
const DRAIN_MS = 5000;

/** What the services run with. */
export interface RunningServicesOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

/** Contexts to open services with: of the configuration in force, and of the one that is to be. */
export interface ChangeContexts {
  readonly before: ServiceContext;
  readonly after: ServiceContext;
}

/** See the head of this file. */
export class RunningServices {
  /** What they offer each other now. */
  readonly opened: OpenedServices = {};
  readonly #clock: Clock;
  readonly #log: Logger;
  /** In the order they were first opened, which is the table's. */
  readonly #running = new Map<string, RunningService>();
  readonly #drains = new Map<RunningService, AbortController>();

  constructor(options: RunningServicesOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Something that is there for as long as everything is. */
  add(service: RunningService): void {
    this.#running.set(service.name, service);
    this.#share();
  }

  /** Health of everything that is open. */
  check(): readonly HealthCheck[] {
    return [...this.#running.values()].map((service) => service.check());
  }

  /** Carries out the steps, all of them or none. Rejects with why one couldn't be, everything being as before then. */
  async change(steps: readonly ServiceStep[], contexts: ChangeContexts): Promise<void> {
    const change = new Change(this.#running, steps, contexts);
    try {
      for (const step of steps) await change.prepare(step);
    } catch (error) {
      const lost = await change.rollback();
      for (const { name, error: reason } of lost) this.#log.error({ service: name, error: reason }, "could not be opened again");
      this.#share();
      throw error;
    }
    const retired = change.commit();
    this.#share();
    for (const old of retired) this.#retire(old);
  }

  /** Closes everything, the newest first. */
  async close(): Promise<void> {
    for (const drain of this.#drains.values()) drain.abort();
    await Promise.all([...this.#drains.keys()].map((service) => this.#closeOne(service)));
    for (const service of [...this.#running.values()].reverse()) await this.#closeOne(service);
  }

  #share(): void {
    for (const key of Object.keys(this.opened)) Reflect.deleteProperty(this.opened, key);
    for (const service of this.#running.values()) Object.assign(this.opened, service.shares);
  }

  #retire(old: RunningService): void {
    const enough = new AbortController();
    this.#drains.set(old, enough);
    void this.#drain(old, enough).finally(() => this.#drains.delete(old));
  }

  async #drain(old: RunningService, enough: AbortController): Promise<void> {
    const drained = Promise.resolve(old.drain?.()).finally(() => enough.abort());
    const late = this.#clock.sleep("drain", DRAIN_MS, enough.signal);
    await Promise.allSettled([Promise.race([drained, late])]);
    enough.abort();
    await this.#closeOne(old);
  }

  async #closeOne(service: RunningService): Promise<void> {
    try {
      await service.close();
    } catch (error) {
      this.#log.error({ service: service.name, error: messageOf(error) }, "could not be closed");
    }
  }
}

/** Steps under way. */
class Change {
  readonly #running: Map<string, RunningService>;
  readonly #contexts: ChangeContexts;
  /** Services that end or may be replaced, and their lines of the table. */
  readonly #leaving = new Map<RunningService, Service>();
  readonly #closed = new Set<RunningService>();
  readonly #prepared: PreparedChange[] = [];
  readonly #retired: RunningService[] = [];

  constructor(running: Map<string, RunningService>, steps: readonly ServiceStep[], contexts: ChangeContexts) {
    this.#running = running;
    this.#contexts = contexts;
    for (const { kind, service } of steps) {
      const old = running.get(service.name);
      if (old !== undefined && (kind === "close" || (kind === "change" && old.reconfigure === undefined)))
        this.#leaving.set(old, service);
    }
  }

  async prepare(step: ServiceStep): Promise<void> {
    const { service } = step;
    const old = this.#running.get(service.name);
    if (step.kind === "close") {
      this.#prepared.push({ commit: () => this.#replace(service.name, old, undefined), rollback: () => Promise.resolve() });
      return;
    }
    if (step.kind === "change" && old !== undefined) {
      const change = await old.reconfigure?.(this.#contexts.after.config, step.keys);
      if (change !== undefined) {
        this.#prepared.push(change);
        return;
      }
      this.#leaving.set(old, service);
    }
    const made = await this.#open(service, old);
    this.#prepared.push({ commit: () => this.#replace(service.name, old, made), rollback: () => made.close() });
  }

  /** Returns the services that have made way. */
  commit(): readonly RunningService[] {
    for (const change of this.#prepared) change.commit();
    return this.#retired;
  }

  /** Returns what could not be put back. */
  async rollback(): Promise<readonly { readonly name: string; readonly error: unknown }[]> {
    for (const change of this.#prepared.reverse()) await change.rollback();
    const lost: { name: string; error: unknown }[] = [];
    for (const old of this.#closed) {
      const { name } = old;
      try {
        const again = await this.#leaving.get(old)?.open(this.#contexts.before);
        if (again !== undefined) this.#running.set(name, again);
      } catch (error) {
        this.#running.delete(name);
        lost.push({ name, error });
      }
    }
    return lost;
  }

  /** Opens a service beside what runs or, where that has its port, in its place; `old` is the one it follows. */
  async #open(service: Service, old: RunningService | undefined): Promise<RunningService> {
    const { after } = this.#contexts;
    const inTheWay = [...this.#leaving.keys()].filter((leaving) => !this.#closed.has(leaving));
    inTheWay.sort((a, b) => Number(b === old) - Number(a === old));
    // With a fallback, a port that is taken moves us to the next one instead of telling.
    if (after.portFallback && old !== undefined) await this.#closeEarly(old);
    for (;;) {
      try {
        return await service.open(after);
      } catch (error) {
        const next = inTheWay.shift();
        if (!(error instanceof SluiceError) || error.code !== "port-in-use" || next === undefined) throw error;
        await this.#closeEarly(next);
      }
    }
  }

  async #closeEarly(old: RunningService): Promise<void> {
    if (this.#closed.has(old)) return;
    this.#closed.add(old);
    await old.close();
  }

  #replace(name: string, old: RunningService | undefined, made: RunningService | undefined): void {
    if (old !== undefined && !this.#closed.has(old)) this.#retired.push(old);
    if (made === undefined) this.#running.delete(name);
    else this.#running.set(name, made);
  }
}
