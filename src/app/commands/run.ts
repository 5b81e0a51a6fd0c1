/** `sluice run`: the server, until the process is asked to end. */
import { once } from "node:events";
import { resolve } from "node:path";
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import { logOptions } from "#config/options.ts";
import { usualFiles } from "#config/layers/files.ts";
import type { LoadResult } from "#config/load.ts";
import { formatProblem, formatProblems } from "#config/report.ts";
import { loadUpToDate } from "#config/store/load-up-to-date.ts";
import type { Config } from "#config/config.ts";
import type { ConfigSchema } from "#config/schema.ts";
import { HostFacts } from "#platform/host/host-facts.ts";
import { FileWatch } from "#platform/files/file-watch.ts";
import { systemTextFiles } from "#platform/text-files.ts";
import { configOption, ExitCode, profileOption } from "../command.ts";
import type { Command, CommandContext } from "../command.ts";
import { appError } from "../errors.ts";
import { DEMO_PATH, Lifecycle } from "../lifecycle.ts";
import { LocalAccess } from "../local/local-access.ts";
import { openLog } from "../log/log.ts";
import { openConfiguration } from "../own-api/open-configuration.ts";
import { openMachine } from "../machine.ts";
import type { Machine } from "../machine.ts";
import { rememberCrashes } from "../health/process-end.ts";
import type { ConfigReloader } from "../reload/config-reloader.ts";
import { LastGood } from "../reload/last-good.ts";
import { SafeMode } from "../health/safe-mode.ts";
import { createSchema } from "../schema.ts";
import { StartGuard } from "../health/start-guard.ts";
import { GuessFile, type GuessFileParts } from "../users/guessing/guess-file.ts";
import { openTokenFile } from "../users/tokens/token-file.ts";
import { supervise } from "../supervise/supervise.ts";
import { VERSION } from "../version.ts";

const MAX_PORT = 65_535;

/** See the head of this file. */
export const run: Command = {
  name: "run",
  options: [
    configOption,
    profileOption,
    { name: "--port", value: "PORT", summary: { en: "RTSP port instead of the configured one", zh: "RTSP 端口，覆盖配置" } },
    {
      name: "--port-fallback",
      summary: { en: "take the next free port where one is taken", zh: "端口被占用时自动使用下一个空闲端口" },
    },
    {
      name: "--supervise",
      summary: {
        en: "start it again when it ends or hangs, where no service manager does",
        zh: "在没有服务管理器的系统上，异常退出或卡死时自动重启",
      },
    },
    { name: "--demo", summary: { en: "add a built-in camera on the path 'demo'", zh: "添加内置演示摄像机，路径为 demo" } },
  ],
  summary: { en: "run the server", zh: "运行服务器" },
  description: {
    en: "The usual places: sluice.yml, mediamtx.yml in this folder, /usr/local/etc, /usr/etc, /etc/mediamtx, /etc/sluice.\nEnds on SIGTERM and SIGINT within 2 seconds.",
    zh: "默认位置：当前目录的 sluice.yml、mediamtx.yml，以及 /usr/local/etc、/usr/etc、/etc/mediamtx、/etc/sluice。\n收到 SIGTERM 或 SIGINT 后 2 秒内结束。",
  },
  run: async (context) => {
    const rtspPort = readPort(context.options.get("--port"));
    if (context.options.has("--supervise")) return supervise(context);
    const file = context.options.get("--config");
    const { folder, environment, language } = context;
    const profile = context.options.get("--profile");
    const schema = createSchema();
    const loaded = await loadUpToDate({ schema, file, profile, folder, environment }, systemTextFiles);
    const lastGood = new LastGood(stateFolderOf(environment), systemTextFiles);
    const former = await lastGood.insteadOf(loaded, { schema, file, profile, folder, environment });
    const usable = former ?? loaded;
    if (usable.config !== undefined) {
      const broken = former !== undefined;
      return serve(context, { config: usable.config, loaded: usable, schema, rtspPort, lastGood, broken });
    }
    context.stderr(`${formatProblems(loaded.problems, loaded.texts, language)}\n`);
    return ExitCode.Usage;
  },
};

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_PORT) return Number(text);
  throw appError("app-bad-port", { details: { value: text } });
}

/** The first that the service manager gives; undefined where this isn't a service. */
function stateFolderOf(environment: CommandContext["environment"]): string | undefined {
  const first = environment["STATE_DIRECTORY"]?.split(":", 1)[0];
  return first === "" ? undefined : first;
}

/** What is served. */
interface Served {
  readonly config: Config;
  readonly loaded: LoadResult;
  readonly schema: ConfigSchema;
  readonly rtspPort: number | undefined;
  readonly lastGood: LastGood;
  /** The file itself can't be used: `loaded` is the last one that could. */
  readonly broken: boolean;
}

async function serve(context: CommandContext, served: Served): Promise<number> {
  const { config, loaded, schema, rtspPort } = served;
  const { folder, environment, language } = context;
  const machine = openMachine(environment);
  const { log, configure: configureLog, tail: logTail, flush } = openLog(config.slice(logOptions), machine);
  const stateFolder = stateFolderOf(environment);
  const guard = rememberStarts(context, { log, flush });
  const mode = new SafeMode({ clock: machine.clock, log, guard, schema });
  const loadOptions = { schema, file: loaded.file, profile: context.options.get("--profile"), folder, environment };
  const { reloader, store } = openConfiguration({
    config,
    loaded,
    loadOptions,
    machine,
    log,
    language,
    running: () => lifecycle,
    inForce: (changed) => mode.of(changed),
    applied: (changed) => void served.lastGood.keep(changed, log),
  });
  const kept = await openKept(stateFolder, { ...machine, log, files: systemTextFiles });
  let lifecycle: Lifecycle;
  const mayReload = reloadOnHangup(context, reloader);
  try {
    tellStart(context, { loaded, machine, log });
    lifecycle = await Lifecycle.start({
      config: mode.of(config),
      schema,
      machine,
      log,
      configureLog,
      safeMode: () => mode.reason,
      reloader,
      store,
      logTail,
      stateFolder,
      localAccess: new LocalAccess({ ...machine, environment, configuration: config.file }),
      ...kept.users,
      demo: context.options.has("--demo") && mode.reason === undefined,
      rtspPort,
      portFallback: context.options.has("--port-fallback"),
    });
    mode.watch(() => reloader.applyAgain());
    tellRunning(lifecycle, { demo: context.options.has("--demo"), log });
    const watch = watchFiles(reloader, { clock: machine.clock, folder });
    mayReload();
    if (mode.reason === undefined) await keepOrTell(served, { reloader, log });
    if (!context.signal.aborted) await once(context.signal, "abort");
    log.info({}, "sluice is stopping");
    watch.close();
    mode.close();
    await lifecycle.stop();
    await kept.close();
    guard.settled();
    log.info({}, "sluice has stopped");
    return ExitCode.Ok;
  } finally {
    flush();
  }
}

function tellRunning({ rtspPort }: Lifecycle, { demo, log }: { demo: boolean; log: Logger }): void {
  if (demo && rtspPort !== undefined) log.info({ url: `rtsp://127.0.0.1:${String(rtspPort)}/${DEMO_PATH}` }, "demo stream");
  log.info({}, "sluice is running");
}

/** A configuration that runs is the last good one; of a broken file is said what is wrong, wherever its state is shown. */
async function keepOrTell(
  { loaded, lastGood, broken }: Served,
  { reloader, log }: { reloader: ConfigReloader; log: Logger },
): Promise<void> {
  if (broken) void reloader.reload("file");
  else await lastGood.keep(loaded, log);
}

/** A supervisor has a folder for that alone. */
function rememberStarts({ environment }: CommandContext, { log, flush }: { log: Logger; flush: () => void }): StartGuard {
  const folder = environment["SLUICE_STARTS_DIRECTORY"] ?? stateFolderOf(environment);
  const guard = new StartGuard({ folder, boot: new HostFacts().boot() });
  rememberCrashes({ log, guard, flush });
  return guard;
}

/** What runs here, and what is odd about it. */
function tellStart(
  { environment, language }: CommandContext,
  { loaded, machine, log }: { loaded: LoadResult; machine: Machine; log: Logger },
): void {
  const { withoutNative } = machine;
  log.info({ version: VERSION, configuration: loaded.config?.file, withoutNative }, "sluice is starting");
  if (withoutNative !== undefined && environment["SLUICE_NATIVE"] !== "off") {
    log.warn({ reason: withoutNative }, "going without the native module: TypeScript does its work, at a higher cost");
  }
  for (const problem of loaded.problems) log.warn({ problem: formatProblem(problem, language) }, "configuration");
}

/** What outlasts the process about users. */
async function openKept(folder: string | undefined, parts: GuessFileParts) {
  const guesses = await GuessFile.open(folder, parts);
  const users = { limits: guesses.limits, tokens: await openTokenFile(folder, parts) };
  return { users, close: () => guesses.close() };
}

/**
 * SIGHUP from now on: one that comes while everything is being opened must not end the process, as it would without a handler,
 * and is obeyed when the function that is returned was called.
 */
function reloadOnHangup(context: CommandContext, reloader: ConfigReloader): () => void {
  const started = Promise.withResolvers<undefined>();
  context.onHangup(() => void started.promise.then(() => reloader.reload("signal")));
  return () => {
    started.resolve(undefined);
  };
}

/** Whichever comes first of the usual files is taken; once there is one, it stays this one. */
function watchFiles(reloader: ConfigReloader, { clock, folder }: { clock: Clock; folder: string }): FileWatch {
  const watched = (): readonly string[] =>
    reloader.file === undefined ? usualFiles(folder) : reloader.files.map((name) => resolve(folder, name));
  const watch = new FileWatch({
    clock,
    files: watched(),
    onChange: () => {
      void reloader.reload("file").then((result) => {
        watch.setFiles(watched());
        // An error of the disk passes without the file changing.
        if (result.kind === "invalid" && result.problems.some(({ error }) => error.code === "config-unreadable"))
          watch.tellAgain();
      });
    },
  });
  return watch;
}
