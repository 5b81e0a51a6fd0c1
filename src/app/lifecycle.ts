/**
 * The life of the server: everything opened in order, changed as the configuration changes, and closed in reverse within
 * `STOP_MS`. When one service can't start, those that did are closed and the reason is thrown.
 */
import type { Timer } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { ConfigTrigger, HealthCheck, HealthView, MetricsView } from "#api/views.ts";
import { explain } from "#api/explain.ts";
import { HostGuard } from "#api/http/host-guard.ts";
import type { Config } from "#config/config.ts";
import { differenceOf, pathReload } from "#config/difference.ts";
import type { ConfigDifference } from "#config/difference.ts";
import { hostOptions, logOptions } from "#config/options.ts";
import type { LogOptions } from "#config/options.ts";
import { defaultsOf } from "#config/read-value.ts";
import type { ConfigSchema } from "#config/schema.ts";
import { scheduleOptions } from "#jobs/options.ts";
import { LoopLag } from "#health/loop-lag.ts";
import { HealthMonitor } from "#health/monitor.ts";
import { Watchdog } from "#health/watchdog.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { TRIM_INTERVAL_MS } from "#platform/memory/memory-trim.ts";
import { CameraBoard } from "#cameras/camera-board.ts";
import type { LogTail } from "#api/log-tail.ts";
import type { OwnApi } from "#api/own/parts.ts";
import type { ConfigStore } from "#config/store/config-store.ts";
import { pathOptions } from "#streams/options.ts";
import type { PathOptions } from "#streams/options.ts";
import type { MemoryGovernor } from "#streams/memory/governor.ts";
import { createPathRegistry } from "#streams/path-registry.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import { startDemoCamera } from "./demo/demo-camera.ts";
import { Jobs } from "./jobs/open-jobs.ts";
import type { LocalAccess } from "./local/local-access.ts";
import { namesOf } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { Certificates } from "./certificates/certificates.ts";
import type { ConfigReloader, ReloadResult } from "./reload/config-reloader.ts";
import { planReload } from "./reload/plan.ts";
import type { SharedStep } from "./reload/plan.ts";
import { RunningServices } from "./reload/running-services.ts";
import { boxChecks } from "./health/box-checks.ts";
import { createRtspSourceFactory } from "./rtsp-sources.ts";
import { BudgetWatch } from "./memory/budget-watch.ts";
import { budgetOf, watchMemory } from "./memory/memory-watch.ts";
import { createMetricsView } from "./metrics/metrics-view.ts";
import { ProcessWatch } from "./metrics/process-figures.ts";
import { openOwnApi } from "./own-api/open-own-api.ts";
import { servedCertificates } from "./own-api/served-certificates.ts";
import { servicePorts } from "./own-api/service-ports.ts";
import type { ServiceContext } from "./service.ts";
import { services } from "./services.ts";
import type { UserAccounts } from "./users/accounts.ts";
import type { UserAuthenticator } from "./users/authenticator.ts";
import { changeUsers, openUsers } from "./users/open-users.ts";
import type { UserParts } from "./users/open-users.ts";
import { usersIn } from "./users/user-store.ts";

/** Longest time closing may take; what is still open then goes with the process. */
const STOP_MS = 1800;
/** Paths that are named where a change is told of. */
const MAX_TOLD_PATHS = 20;
/** Path of the demo camera. */
export const DEMO_PATH = "demo";

/** The two lines of the configuration that add a user. */
const FIRST_USER =
  "authInternalUsers:\n  - {user: NAME, pass: PASSWORD, permissions: [{action: read}, {action: publish}, {action: api}]}";

/** What to start. */
export interface StartOptions {
  readonly config: Config;
  readonly schema: ConfigSchema;
  readonly machine: Machine;
  readonly log: Logger;
  /** Takes over changed options of the log. */
  readonly configureLog: (options: LogOptions) => void;
  /** Why only page, API and log run; undefined when everything does. */
  readonly safeMode: () => SluiceError | undefined;
  /** What calls `apply`, for those who want to know or change the configuration. */
  readonly reloader: ConfigReloader;
  /** Through which it is changed. */
  readonly store: ConfigStore;
  readonly logTail: LogTail;
  /** Where tokens of scripts outlast the process. */
  readonly tokens: UserParts["tokens"];
  /** What outlasts the process; undefined where nothing does. */
  readonly stateFolder: string | undefined;
  /** How the command line of this machine finds and asks this server. */
  readonly localAccess: LocalAccess;
  /** Who is shut out for guessing. */
  readonly limits: UserParts["limits"];
  /** With the demo camera on `DEMO_PATH`. */
  readonly demo: boolean;
  readonly rtspPort: number | undefined;
  readonly portFallback: boolean;
}

/** A running server. */
export class Lifecycle {
  readonly #with: StartOptions;
  readonly #startedAt: number;
  readonly #services: RunningServices;
  readonly #authenticator: UserAuthenticator;
  readonly #accounts: UserAccounts;
  readonly #hosts: HostGuard;
  readonly #certificates: Certificates;
  readonly #registry: PathRegistry;
  readonly #own: OwnApi;
  readonly #jobs: Jobs;
  #config: Config;
  #demo: readonly PathOptions[] = [];
  readonly #lag: LoopLag;
  readonly #health: HealthMonitor;
  #allOpen = false;
  readonly #process = new ProcessWatch();
  readonly #metrics: MetricsView;
  #watchdog: Watchdog | undefined;
  #trim: Timer | undefined;
  #memory: MemoryGovernor | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(options: StartOptions) {
    const { config, machine, log } = options;
    const { clock, random, network } = machine;
    this.#with = options;
    this.#config = config;
    this.#startedAt = clock.wallNow();
    this.#services = new RunningServices({ clock, log });
    const { authenticator, accounts } = openUsers(config.authentication, {
      clock,
      random,
      log,
      store: usersIn(options.store),
      tokens: options.tokens,
      isLocal: (token) => options.localAccess.knows(token),
      limits: options.limits,
    });
    this.#authenticator = authenticator;
    this.#accounts = accounts;
    this.#certificates = new Certificates({ clock, random, log, names: () => namesOf(machine) });
    this.#hosts = new HostGuard({ own: [machine.hostName], allowed: config.slice(hostOptions).allowedHosts });
    const cameras = new CameraBoard(clock);
    this.#registry = createPathRegistry({
      paths: config.paths,
      clock,
      random,
      log,
      budgetBytes: budgetOf(config),
      sourceFactory: createRtspSourceFactory({ network, clock, random, log, board: cameras }),
    });
    this.#lag = new LoopLag(clock);
    this.#health = this.#watch();
    this.#own = openOwnApi({
      ...options,
      registry: this.#registry,
      cameras,
      opened: this.#services.opened,
      health: this.#healthView(),
      startedAt: this.#startedAt,
      demoPath: DEMO_PATH,
      jobs: () => this.#jobs.list(),
      served: () => ({
        services: servicePorts(this.#config, this.#services.opened),
        certificates: servedCertificates(this.#config, this.#certificates),
      }),
    });
    this.#jobs = this.#openJobs(cameras);
    this.#metrics = createMetricsView({
      ...options,
      registry: this.#registry,
      startedAt: this.#startedAt,
      opened: this.#services.opened,
      own: this.#own,
      health: this.#health,
      process: this.#process,
    });
  }

  #openJobs(cameras: CameraBoard): Jobs {
    const { machine, log, stateFolder } = this.#with;
    return new Jobs({
      clock: machine.clock,
      log: log.child({ part: "schedule" }),
      cameras,
      health: this.#health,
      events: this.#own.monitor.events,
      file: () => this.#config.file,
      stateFolder,
    });
  }

  #watch(): HealthMonitor {
    const { machine, log, reloader, safeMode } = this.#with;
    const checks = boxChecks({
      machine,
      registry: this.#registry,
      lag: this.#lag,
      config: () => this.#config,
      configStatus: reloader,
      safeMode,
    });
    return new HealthMonitor({ clock: machine.clock, log: log.child({ part: "health" }), checks });
  }

  #healthView(): HealthView {
    return {
      check: () => this.check(),
      opened: () => this.#allOpen,
      box: () => this.#health.report().entries,
      config: this.#with.reloader,
    };
  }

  /** Starts everything. Rejects with why something couldn't start, having closed the rest. */
  static async start(options: StartOptions): Promise<Lifecycle> {
    const lifecycle = new Lifecycle(options);
    try {
      await lifecycle.#open();
    } catch (error) {
      await lifecycle.stop();
      throw error;
    }
    return lifecycle;
  }

  /** Port of the RTSP server; undefined where it has no plain one. */
  get rtspPort(): number | undefined {
    return this.#services.opened.rtsp?.ports.rtsp;
  }

  /** Health of everything that is open. */
  check(): readonly HealthCheck[] {
    return this.#services.check();
  }

  /**
   * Puts another configuration in force: services and paths whose options are the same don't notice. Rejects where a part of
   * it can't be applied, everything being as before then. One call at a time.
   */
  async apply(config: Config): Promise<ConfigDifference> {
    const before = this.#config;
    const { schema } = this.#with;
    const plan = planReload(before, config, services);
    // Users first: nothing new is open to anyone whom the new configuration doesn't let in.
    for (const step of plan.shared) this.#share(step, config);
    try {
      await this.#services.change(plan.services, { before: this.#contextOf(before), after: this.#contextOf(config) });
    } catch (error) {
      for (const step of plan.shared) this.#share(step, before);
      throw error;
    }
    this.#config = config;
    this.#announce();
    const reloadOf = (old: PathOptions, now: PathOptions) => pathReload(old, now, schema.path);
    this.#registry.reconfigure(this.#pathsOf(config), reloadOf);
    return differenceOf(before, config, schema);
  }

  /** Tells those who watch what came of a new configuration. */
  tell(result: ReloadResult, trigger: ConfigTrigger): void {
    const { events } = this.#own.monitor;
    if (result.kind === "applied") {
      const { addedPaths, changedPaths, removedPaths } = result.difference;
      const paths = [...addedPaths, ...changedPaths, ...removedPaths].slice(0, MAX_TOLD_PATHS);
      events.add({ kind: "config-applied", by: trigger, etag: this.#with.store.etag, paths });
      for (const camera of addedPaths.slice(0, MAX_TOLD_PATHS)) events.add({ kind: "camera-added", camera });
      for (const camera of changedPaths.slice(0, MAX_TOLD_PATHS)) events.add({ kind: "camera-changed", camera });
      for (const camera of removedPaths.slice(0, MAX_TOLD_PATHS)) events.add({ kind: "camera-removed", camera });
      return;
    }
    if (result.kind === "unchanged") return;
    const errors = result.kind === "refused" ? [result.error] : result.problems.map(({ error }) => error);
    const first = errors[0] === undefined ? null : explain(errors[0]);
    events.add({ kind: "config-refused", by: trigger, errors: errors.length, first });
  }

  /** Closes everything. Idempotent; never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  async #open(): Promise<void> {
    const { machine, log } = this.#with;
    const config = this.#config;
    if (this.#with.demo) await this.#openDemo();
    this.#services.add({
      name: "paths",
      check: () => ({ name: "paths", ok: true }),
      close: () => Promise.resolve(this.#registry.close()),
    });
    const context = this.#contextOf(config);
    for (const service of services) if (service.wanted(config)) this.#services.add(await service.open(context));
    this.#registry.reconfigure(this.#pathsOf(config), () => undefined);
    if (!this.#authenticator.claimed) {
      const fields = { hint: FIRST_USER, "claim code": this.#accounts.claimCode };
      // Without it nobody could ever get in, however little is logged.
      const level = config.slice(logOptions).logLevel === "error" ? "error" : "warn";
      log[level](fields, "no users are configured: only this machine itself is served");
    }
    this.#feedWatchdog();
    this.#health.start();
    this.#jobs.use(config.slice(scheduleOptions));
    const { clock, memory: trim } = machine;
    this.#memory = watchMemory({ clock, log, registry: this.#registry, opened: this.#services.opened, trim });
    this.#trim = machine.clock.every("memory trim", TRIM_INTERVAL_MS, () => {
      machine.heap.look();
      machine.memory.look();
    });
    this.#own.monitor.events.add({ kind: "config-applied", by: "start", etag: this.#with.store.etag, paths: [] });
    this.#allOpen = true;
    this.#announce();
    machine.serviceManager.ready("running");
  }

  #announce(): void {
    const { webUrl, apiUrl } = this.#services.opened;
    this.#with.localAccess.announce(webUrl ?? apiUrl);
  }

  #contextOf(config: Config): ServiceContext {
    return {
      ...this.#with,
      config,
      registry: this.#registry,
      authenticator: this.#authenticator,
      accounts: this.#accounts,
      certificates: this.#certificates,
      hosts: this.#hosts,
      startedAt: this.#startedAt,
      own: this.#own,
      metrics: this.#metrics,
      health: this.#healthView(),
      opened: this.#services.opened,
    };
  }

  #share(step: SharedStep, config: Config): void {
    switch (step) {
      case "log":
        this.#with.configureLog(config.slice(logOptions));
        return;
      case "users":
        changeUsers(this.#authenticator, config.authentication, { ...this.#with.machine, log: this.#with.log });
        return;
      case "hosts":
        this.#hosts.allow(config.slice(hostOptions).allowedHosts);
        return;
      case "schedule":
        this.#jobs.use(config.slice(scheduleOptions));
        return;
      case "memory":
        this.#registry.budget.resize(budgetOf(config));
    }
  }

  /** The demo camera's path joins those of the configuration, unless that has one of this name itself. */
  #pathsOf(config: Config): readonly PathOptions[] {
    const configured = config.paths.some((path) => path.name === DEMO_PATH);
    if (configured && this.#demo.length > 0)
      this.#with.log.warn({ path: DEMO_PATH }, "the configuration has a path of this name: no demo camera");
    return configured ? config.paths : [...config.paths, ...this.#demo];
  }

  async #openDemo(): Promise<void> {
    const camera = await startDemoCamera({ ...this.#with.machine, log: this.#with.log });
    this.#services.add({ name: "demo", check: () => ({ name: "demo", ok: true }), close: () => camera.close() });
    this.#demo = [{ ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: DEMO_PATH, source: camera.url }];
  }

  /** The service manager hears of us only while everything is well. */
  #feedWatchdog(): void {
    const { machine, log } = this.#with;
    const { clock, serviceManager } = machine;
    const intervalMs = serviceManager.watchdogIntervalMs;
    if (intervalMs === undefined) return;
    const services = (): string | undefined => {
      const unwell = this.check().filter((check) => !check.ok);
      return unwell.length === 0 ? undefined : unwell.map(({ name, reason }) => `${name} ${reason ?? ""}`.trim()).join(", ");
    };
    const budget = new BudgetWatch(this.#registry.budget, clock);
    const vital = [
      { name: "services", fault: services },
      { name: "memory", fault: () => budget.fault() },
    ];
    this.#watchdog = new Watchdog({ clock, log, intervalMs, vital, feed: () => serviceManager.alive() });
  }

  async #close(): Promise<void> {
    const { clock, serviceManager } = this.#with.machine;
    serviceManager.stopping("stopping");
    this.#with.localAccess.close();
    this.#watchdog?.close();
    this.#health.close();
    this.#jobs.close();
    this.#lag.close();
    this.#process.close();
    this.#trim?.cancel();
    this.#memory?.close();
    this.#own.monitor.close();
    const enough = new AbortController();
    const closed = this.#services.close().finally(() => enough.abort());
    await Promise.race([closed, clock.sleep("stop", STOP_MS, enough.signal).catch(() => undefined)]);
  }
}
