/** `sluice install` and `sluice uninstall`: the program as a service of this machine. */
import { join, resolve } from "node:path";
import { loadConfig } from "#config/load.ts";
import { memoryOptions } from "#config/options.ts";
import { defaultsOf } from "#config/read-value.ts";
import { defaultFile } from "#config/reference/default-file.ts";
import { isPacked, readAsset } from "#platform/assets.ts";
import { MemoryFacts } from "#platform/host/memory-facts.ts";
import { SystemChanges } from "#platform/system-changes.ts";
import { budgetFor, type MemoryThereIs } from "#streams/memory/automatic-budget.ts";
import { ExitCode } from "../command.ts";
import type { Command, CommandContext, OptionSpec } from "../command.ts";
import { appError } from "../errors.ts";
import { CONFIGURATION, EXECUTABLE, SERVICE } from "../install/machine-files.ts";
import { createSchema } from "../schema.ts";
import { planInstall, planUninstall, type InstallStep, type MachineState } from "../install/plan.ts";

const rootOption: OptionSpec = {
  name: "--root",
  value: "FOLDER",
  summary: { en: "fill this root file system instead, and run nothing", zh: "写入指定的根文件系统，不执行任何程序" },
};

/** See the head of this file. */
export const install: Command = {
  name: "install",
  options: [rootOption],
  summary: { en: "install this program as a service (systemd)", zh: "将本程序安装为系统服务（systemd）" },
  description: {
    en: `Puts ${EXECUTABLE}, the unit and its drop-ins in place, makes ${CONFIGURATION} where there is none, and starts the\nservice. Run again it changes only what differs. 'sluice uninstall' undoes it.`,
    zh: `安装 ${EXECUTABLE}、服务单元及其附加配置；若没有 ${CONFIGURATION} 则创建；然后启动服务。\n重复执行只更新有差异的部分。可用“sluice uninstall”撤销。`,
  },
  run: async (context) => {
    if (!isPacked()) throw appError("app-install-from-source");
    const { changes, machine } = openTarget(context);
    const configured = machine.exists(CONFIGURATION) ? await configuredBudget(context) : defaultsOf(memoryOptions).memory.budget;
    const budgetBytes = context.options.has("--root") && configured === 0 ? undefined : budgetFor(configured, memoryThereIs());
    const configuration = defaultFile(createSchema(), context.language);
    execute(planInstall(machine, { asset: textAsset, configuration, budgetBytes }), { changes, context });
    context.stdout(context.language === "zh" ? "已安装\n" : "installed\n");
    return ExitCode.Ok;
  },
};

/** Of the machine alone: the limit of the group that installs says nothing of the service's. */
function memoryThereIs(): MemoryThereIs {
  return { totalBytes: new MemoryFacts().machine()?.totalBytes, limitBytes: undefined };
}

/** A file with errors doesn't keep the program from being installed: the service says what is wrong with it. */
async function configuredBudget({ options, folder, environment }: CommandContext): Promise<number> {
  const file = join(resolve(folder, options.get("--root") ?? "/"), CONFIGURATION);
  const { config } = await loadConfig({ schema: createSchema(), file, folder, environment });
  return (config?.slice(memoryOptions) ?? defaultsOf(memoryOptions)).memory.budget;
}

/** See the head of this file. */
export const uninstall: Command = {
  name: "uninstall",
  options: [
    rootOption,
    { name: "--purge", summary: { en: "remove the configuration and all data too", zh: "同时删除配置和全部数据" } },
  ],
  summary: { en: "remove the service; the configuration stays", zh: "卸载系统服务，保留配置" },
  run: (context) => {
    const { changes, machine } = openTarget(context);
    execute(planUninstall(machine, { purge: context.options.has("--purge") }), { changes, context });
    context.stdout(context.language === "zh" ? "已卸载\n" : "uninstalled\n");
    return Promise.resolve(ExitCode.Ok);
  },
};

function openTarget(context: CommandContext): { changes: SystemChanges; machine: MachineState } {
  const root = context.options.get("--root");
  const changes = new SystemChanges(root === undefined ? "/" : resolve(context.folder, root));
  const systemd = root === undefined ? systemdVersion(changes) : undefined;
  if (root === undefined && systemd === undefined) throw appError("app-no-systemd");
  if (root === undefined && process.getuid?.() !== 0) throw appError("app-not-root");
  const machine: MachineState = {
    systemd,
    textOf: (path) => changes.textOf(path),
    exists: (path) => changes.exists(path),
    executableIsCurrent: changes.isSame(EXECUTABLE, process.execPath),
  };
  return { changes, machine };
}

/** Only where it runs: elsewhere its programs are there at most. */
function systemdVersion(changes: SystemChanges): number | undefined {
  if (!changes.exists("/run/systemd/system")) return undefined;
  const [, version] = /^systemd (\d+)/.exec(changes.ask("systemctl", ["--version"]) ?? "") ?? [];
  return version === undefined ? undefined : Number(version);
}

function textAsset(name: string): string {
  const bytes = readAsset(name);
  if (bytes === undefined) throw appError("app-asset-missing", { details: { name } });
  return bytes.toString("utf8");
}

function execute(steps: readonly InstallStep[], { changes, context }: { changes: SystemChanges; context: CommandContext }): void {
  for (const step of steps) {
    context.stdout(`${describe(step)}\n`);
    switch (step.kind) {
      case "copy-executable":
        changes.copyExecutable(process.execPath, step.to);
        break;
      case "write":
        changes.write(step.file, step);
        break;
      case "remove":
        changes.remove(step.path);
        break;
      case "remove-empty":
        changes.removeEmpty(step.path);
        break;
      case "run": {
        const failure = changes.run(step.program, step.words);
        if (failure !== undefined && !step.mayFail) {
          const details = { program: [step.program, ...step.words].join(" "), reason: failure, service: SERVICE };
          throw appError("app-step-failed", { details });
        }
        break;
      }
    }
  }
}

function describe(step: InstallStep): string {
  switch (step.kind) {
    case "copy-executable":
      return `+ ${step.to}`;
    case "write":
      return `+ ${step.file}`;
    case "remove":
      return `- ${step.path}`;
    case "remove-empty":
      return `- ${step.path}/ (where nothing else is in it)`;
    case "run":
      return `> ${[step.program, ...step.words].join(" ")}`;
  }
}
