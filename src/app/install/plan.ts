/**
 * What installing and removing does to a machine, as a list of steps: pure, so that all of it can be read and tested without a
 * machine. A file that already says what it should is left alone, which makes installing again harmless.
 */
import { RUNTIME_BYTES } from "#streams/memory/automatic-budget.ts";
import {
  CONFIGURATION,
  DROP_IN_FOLDERS,
  EXECUTABLE,
  JOURNAL_DROP_IN,
  KEPT_FOLDERS,
  MACHINE_DROP_IN,
  SERVICE,
  UNIT_FILES,
} from "./machine-files.ts";

const MIB = 1024 * 1024;
/** Share of the limit at which the kernel begins to slow the service down and reclaim, instead of killing it. */
const HIGH_SHARE = 0.9;
/** Limit where the machine isn't known yet, percent of its memory: above what the automatic budget and the program need from 512 MiB on. */
const UNKNOWN_MAX_PERCENT = 75;
/** From here on systemd follows a reload by itself (systemd 253, `Type=notify-reload`). */
const NOTIFY_RELOAD_SYSTEMD = 253;

/** A step of installing or removing. `run` names only programs of systemd and the account tools. */
export type InstallStep =
  | { readonly kind: "copy-executable"; readonly to: string }
  | { readonly kind: "write"; readonly file: string; readonly text: string; readonly mode: number }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "remove-empty"; readonly path: string }
  | { readonly kind: "run"; readonly program: SystemProgram; readonly words: readonly string[]; readonly mayFail: boolean };

/** Programs that a step may run. */
export type SystemProgram = "systemctl" | "systemd-sysusers" | "systemd-tmpfiles" | "userdel";

/** The machine as it is. */
export interface MachineState {
  /** Major version of systemd; undefined where another root is filled, and nothing can be run. */
  readonly systemd: number | undefined;
  /** Text of a file; undefined where there is none. */
  readonly textOf: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
  /** Whether the executable there is this one. */
  readonly executableIsCurrent: boolean;
}

/** What is put in place. */
export interface InstallContents {
  /** Text of an asset. */
  readonly asset: (name: string) => string;
  /** The annotated configuration, written where there is none. */
  readonly configuration: string;
  /** Bytes of the memory budget; undefined where it will be decided by a machine that isn't this one. */
  readonly budgetBytes: number | undefined;
}

/** Steps that put everything in place and start the service. */
export function planInstall(machine: MachineState, contents: InstallContents): readonly InstallStep[] {
  const files = [
    ...UNIT_FILES.filter(({ needs }) => needs === undefined || machine.exists(needs)).map(({ asset, target }) => ({
      file: target,
      text: contents.asset(asset),
    })),
    { file: MACHINE_DROP_IN, text: machineDropIn(machine.systemd, contents.budgetBytes) },
  ];
  const changed = files.filter(({ file, text }) => machine.textOf(file) !== text);
  const steps: InstallStep[] = changed.map(({ file, text }) => ({ kind: "write", file, text, mode: 0o644 }));
  if (!machine.executableIsCurrent) steps.unshift({ kind: "copy-executable", to: EXECUTABLE });
  const restart = steps.length > 0;
  const fresh = !machine.exists(CONFIGURATION);
  if (machine.systemd === undefined) {
    return fresh ? [...steps, configurationStep(contents)] : steps;
  }
  steps.push(
    run("systemd-sysusers", ["/etc/sysusers.d/sluice.conf"]),
    run("systemd-tmpfiles", ["--create", "/etc/tmpfiles.d/sluice.conf"]),
  );
  // The account exists now: what is written below /etc/sluice is given to it.
  if (fresh) steps.push(configurationStep(contents));
  if (changed.some(({ file }) => file === JOURNAL_DROP_IN)) steps.push(restartJournal());
  steps.push(run("systemctl", ["daemon-reload"]), run("systemctl", ["enable", SERVICE]));
  steps.push(run("systemctl", [restart ? "restart" : "start", SERVICE]));
  return steps;
}

/** Steps that undo it; the configuration and what the service wrote stay, unless `purge`. */
export function planUninstall(machine: MachineState, { purge }: { purge: boolean }): readonly InstallStep[] {
  const steps: InstallStep[] = [];
  const running = machine.systemd !== undefined;
  if (running) steps.push({ ...run("systemctl", ["disable", "--now", SERVICE]), mayFail: true });
  const files = [...UNIT_FILES.map(({ target }) => target), MACHINE_DROP_IN, EXECUTABLE];
  for (const path of files) if (machine.exists(path)) steps.push({ kind: "remove", path });
  for (const path of DROP_IN_FOLDERS) if (machine.exists(path)) steps.push({ kind: "remove-empty", path });
  if (running && machine.exists(JOURNAL_DROP_IN)) steps.push(restartJournal());
  if (running) steps.push(run("systemctl", ["daemon-reload"]), { ...run("systemctl", ["reset-failed", SERVICE]), mayFail: true });
  if (!purge) return steps;
  for (const path of KEPT_FOLDERS) if (machine.exists(path)) steps.push({ kind: "remove", path });
  if (running) steps.push({ ...run("userdel", ["sluice"]), mayFail: true });
  return steps;
}

function configurationStep({ configuration }: InstallContents): InstallStep {
  return { kind: "write", file: CONFIGURATION, text: configuration, mode: 0o640 };
}

/** Nothing is lost by it: the service manager keeps what is on the way. */
function restartJournal(): InstallStep {
  return { ...run("systemctl", ["try-restart", "systemd-journald.service"]), mayFail: true };
}

function run(program: SystemProgram, words: readonly string[]): InstallStep & { kind: "run" } {
  return { kind: "run", program, words, mayFail: false };
}

/** The part of the unit that is this machine's. */
function machineDropIn(systemd: number | undefined, budgetBytes: number | undefined): string {
  const reload = systemd !== undefined && systemd >= NOTIFY_RELOAD_SYSTEMD ? ["Type=notify-reload", "ExecReload="] : [];
  return [
    "# Written by `sluice install` for this machine; run it again after memory.budget was changed.",
    "[Service]",
    ...reload,
    ...memoryLimits(budgetBytes),
    "",
  ].join("\n");
}

function memoryLimits(budgetBytes: number | undefined): readonly string[] {
  if (budgetBytes === undefined) {
    const high = Math.floor(UNKNOWN_MAX_PERCENT * HIGH_SHARE);
    return [`MemoryHigh=${String(high)}%`, `MemoryMax=${String(UNKNOWN_MAX_PERCENT)}%`];
  }
  const max = Math.ceil((budgetBytes + RUNTIME_BYTES) / MIB);
  return [`MemoryHigh=${String(Math.floor(max * HIGH_SHARE))}M`, `MemoryMax=${String(max)}M`];
}
