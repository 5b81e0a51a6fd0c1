/**
 * The life of the server: everything opened in order, and closed in reverse within `STOP_MS`. When one service can't start,
 * those that did are closed and the reason is thrown.
 */
import type { Timer } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { HealthCheck } from "#api/contract.ts";
import { HostGuard } from "#api/http/host-guard.ts";
import type { Config } from "#config/config.ts";
import { hostOptions, memoryOptions } from "#config/options.ts";
import { defaultsOf } from "#config/read-value.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { TRIM_INTERVAL_MS } from "#platform/memory-trim.ts";
import { pathOptions } from "#streams/options.ts";
import type { PathOptions } from "#streams/options.ts";
import { createPathRegistry } from "#streams/path-registry.ts";
import { openUsers } from "./users/open-users.ts";
import { startDemoCamera } from "./demo/demo-camera.ts";
import type { Machine } from "./machine.ts";
import { createRtspSourceFactory } from "./rtsp-sources.ts";
import type { RunningService, ServiceContext } from "./service.ts";
import { services } from "./services.ts";

/** Longest time closing may take; what is still open then goes with the process. */
const STOP_MS = 1800;
/** Path of the demo camera. */
export const DEMO_PATH = "demo";

/** The two lines of the configuration that add a user. */
const FIRST_USER =
  "authInternalUsers:\n  - {user: NAME, pass: PASSWORD, permissions: [{action: read}, {action: publish}, {action: api}]}";

/** What to start. */
export interface StartOptions {
  readonly config: Config;
  readonly machine: Machine;
  readonly log: Logger;
  /** With the demo camera on `DEMO_PATH`. */
  readonly demo: boolean;
  readonly rtspPort: number | undefined;
  readonly portFallback: boolean;
}

/** A running server. */
export class Lifecycle {
  readonly #machine: Machine;
  readonly #log: Logger;
  readonly #running: RunningService[] = [];
  #watchdog: Timer | undefined;
  #trim: Timer | undefined;
  #stopping: Promise<void> | undefined;
  #rtspPort: number | undefined;

  private constructor(options: StartOptions) {
    this.#machine = options.machine;
    this.#log = options.log;
  }

  /** Starts everything. Rejects with why something couldn't start, having closed the rest. */
  static async start(options: StartOptions): Promise<Lifecycle> {
    const lifecycle = new Lifecycle(options);
    try {
      await lifecycle.#open(options);
    } catch (error) {
      await lifecycle.stop();
      throw error;
    }
    return lifecycle;
  }

  /** Port of the RTSP server; undefined where it has no plain one. */
  get rtspPort(): number | undefined {
    return this.#rtspPort;
  }

  /** Health of everything that is open. */
  check(): readonly HealthCheck[] {
    return this.#running.map((service) => service.check());
  }

  /** Closes everything. Idempotent; never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  async #open(options: StartOptions): Promise<void> {
    const { config, machine, log } = options;
    const { clock, random, network, serviceManager } = machine;
    const { authenticator, accounts } = openUsers(config.users, { clock, random, log });
    const { allowedHosts } = config.slice(hostOptions);
    const demo = options.demo ? await this.#openDemo(config, log) : [];
    const registry = createPathRegistry({
      paths: [...config.paths, ...demo],
      clock,
      random,
      log,
      budgetBytes: config.slice(memoryOptions).memory.budget,
      sourceFactory: createRtspSourceFactory({ network, clock, random, log }),
    });
    this.#running.push({
      name: "paths",
      check: () => ({ name: "paths", ok: true }),
      close: () => Promise.resolve(registry.close()),
    });
    const context: ServiceContext = {
      ...options,
      registry,
      authenticator,
      accounts,
      hosts: new HostGuard({ own: [machine.hostName], allowed: allowedHosts }),
      startedAt: clock.wallNow(),
      check: () => this.check(),
      opened: {},
    };
    for (const service of services) {
      if (service.wanted(config)) this.#running.push(await service.open(context));
    }
    this.#rtspPort = context.opened.rtsp?.ports.rtsp;
    registry.start();
    if (!authenticator.claimed) {
      log.warn(
        { hint: FIRST_USER, "claim code": accounts.claimCode },
        "no users are configured: only this machine itself is served",
      );
    }
    this.#feedWatchdog();
    this.#trim = clock.every("memory trim", TRIM_INTERVAL_MS, () => machine.memory.look());
    serviceManager.ready("running");
  }

  /** The path that pulls the demo camera; a configured path of that name stays what it is. */
  async #openDemo(config: Config, log: Logger): Promise<readonly PathOptions[]> {
    if (config.paths.some((path) => path.name === DEMO_PATH)) {
      log.warn({ path: DEMO_PATH }, "the configuration has a path of this name: no demo camera");
      return [];
    }
    const camera = await startDemoCamera({ ...this.#machine, log });
    this.#running.push({ name: "demo", check: () => ({ name: "demo", ok: true }), close: () => camera.close() });
    return [{ ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: DEMO_PATH, source: camera.url }];
  }

  /** The service manager hears of us only while everything is well. */
  #feedWatchdog(): void {
    const { clock, serviceManager } = this.#machine;
    const interval = serviceManager.watchdogIntervalMs;
    if (interval === undefined) return;
    this.#watchdog = clock.every("watchdog", interval, () => {
      if (this.check().every((check) => check.ok)) serviceManager.alive();
    });
  }

  async #close(): Promise<void> {
    const { clock, serviceManager } = this.#machine;
    serviceManager.stopping("stopping");
    this.#watchdog?.cancel();
    this.#trim?.cancel();
    const enough = new AbortController();
    const closed = this.#closeServices().finally(() => enough.abort());
    await Promise.race([closed, clock.sleep("stop", STOP_MS, enough.signal).catch(() => undefined)]);
  }

  async #closeServices(): Promise<void> {
    for (const service of this.#running.reverse()) {
      try {
        await service.close();
      } catch (error) {
        this.#log.error({ service: service.name, error: messageOf(error) }, "could not be closed");
      }
    }
  }
}
