import assert from "node:assert/strict";
import { test } from "node:test";
import { CONFIGURATION, EXECUTABLE, MACHINE_DROP_IN, UNIT_FILES } from "#app/install/machine-files.ts";
import { planInstall, planUninstall, type InstallStep, type MachineState } from "#app/install/plan.ts";

const MIB = 1024 * 1024;
const contents = { asset: (name: string) => `# ${name}\n`, configuration: "# all keys\n", budgetBytes: 96 * MIB };

/** A machine that is nothing but what was written to it. */
function machine(part: Partial<MachineState> = {}, files = new Map<string, string>()): MachineState {
  return {
    systemd: 257,
    textOf: (path) => files.get(path),
    exists: (path) => files.has(path),
    executableIsCurrent: files.has(EXECUTABLE),
    ...part,
  };
}

function after(steps: readonly InstallStep[], files = new Map<string, string>()): Map<string, string> {
  for (const step of steps) {
    if (step.kind === "write") files.set(step.file, step.text);
    if (step.kind === "copy-executable") files.set(step.to, "program");
    if (step.kind === "remove") files.delete(step.path);
  }
  return files;
}

const commands = (steps: readonly InstallStep[]): readonly string[] =>
  steps.flatMap((step) => (step.kind === "run" ? [[step.program, ...step.words].join(" ")] : []));

test("everything is put in place, then the account is made, then the service is started", () => {
  const steps = planInstall(machine(), contents);
  const files = after(steps);
  assert.deepEqual(
    [...files.keys()].sort(),
    [
      EXECUTABLE,
      CONFIGURATION,
      MACHINE_DROP_IN,
      ...UNIT_FILES.filter(({ needs }) => needs === undefined).map(({ target }) => target),
    ].sort(),
  );
  assert.deepEqual(commands(steps), [
    "systemd-sysusers /etc/sysusers.d/sluice.conf",
    "systemd-tmpfiles --create /etc/tmpfiles.d/sluice.conf",
    "systemctl try-restart systemd-journald.service",
    "systemctl daemon-reload",
    "systemctl enable sluice.service",
    "systemctl restart sluice.service",
  ]);
  const order = steps.map((step) => (step.kind === "run" ? step.program : step.kind === "write" ? step.file : step.kind));
  assert.ok(order.indexOf(CONFIGURATION) > order.indexOf("systemd-tmpfiles"), "the configuration is given to the account");
});

test("installing again changes nothing and restarts nothing", () => {
  const files = after(planInstall(machine(), contents));
  const again = planInstall(machine({}, files), contents);
  assert.deepEqual(
    again.filter(({ kind }) => kind !== "run"),
    [],
  );
  assert.equal(commands(again).at(-1), "systemctl start sluice.service");
  assert.ok(!commands(again).join().includes("restart"));
});

test("a configuration that is there is kept", () => {
  const steps = planInstall(machine({}, new Map([[CONFIGURATION, "paths: {}\n"]])), contents);
  assert.ok(!steps.some((step) => step.kind === "write" && step.file === CONFIGURATION));
});

test("memory limits follow from the budget, the upper one above the lower", () => {
  const limits = (budgetBytes: number): readonly number[] => {
    const text = after(planInstall(machine(), { ...contents, budgetBytes })).get(MACHINE_DROP_IN) ?? "";
    return [...text.matchAll(/^Memory(?:High|Max)=(\d+)M$/gm)].map(([, mib]) => Number(mib));
  };
  const [high = 0, max = 0] = limits(96 * MIB);
  assert.ok(high > 96 && max > high);
  assert.equal((limits(256 * MIB)[1] ?? 0) - max, 160);
});

test("a systemd that follows reloads by itself is told to", () => {
  const dropIn = (systemd: number): string => after(planInstall(machine({ systemd }), contents)).get(MACHINE_DROP_IN) ?? "";
  assert.match(dropIn(253), /^Type=notify-reload\nExecReload=$/m);
  assert.doesNotMatch(dropIn(252), /Type=/);
});

test("the hardware watchdog is switched on where there is one", () => {
  const files = after(planInstall(machine({ exists: (path) => path === "/dev/watchdog" }), contents));
  assert.ok(files.has("/etc/systemd/system.conf.d/sluice-watchdog.conf"));
});

test("filling another root runs nothing", () => {
  const steps = planInstall(machine({ systemd: undefined }), contents);
  assert.deepEqual(commands(steps), []);
  assert.ok(after(steps).has(CONFIGURATION));
});

test("uninstalling removes what was installed and keeps the configuration", () => {
  const files = after(planInstall(machine(), contents));
  const steps = planUninstall(machine({}, files), { purge: false });
  assert.deepEqual([...after(steps, files).keys()], [CONFIGURATION]);
  assert.deepEqual(commands(steps), [
    "systemctl disable --now sluice.service",
    "systemctl try-restart systemd-journald.service",
    "systemctl daemon-reload",
    "systemctl reset-failed sluice.service",
  ]);
});

test("folders of drop-ins are taken away where they are, and nothing else is in them", () => {
  const folder = "/etc/systemd/system/sluice.service.d";
  const steps = planUninstall(machine({}, new Map([[folder, ""]])), { purge: false });
  assert.deepEqual(
    steps.filter(({ kind }) => kind !== "run"),
    [{ kind: "remove-empty", path: folder }],
  );
});

test("purging removes what the service wrote, and its account", () => {
  const folders = ["/etc/sluice", "/var/lib/sluice", "/var/cache/sluice"];
  const files = new Map(folders.map((folder) => [folder, ""]));
  const steps = planUninstall(machine({}, files), { purge: true });
  assert.equal(after(steps, files).size, 0);
  assert.equal(commands(steps).at(-1), "userdel sluice");
});

test("uninstalling where nothing is installed removes nothing", () => {
  assert.deepEqual(
    planUninstall(machine(), { purge: false }).filter(({ kind }) => kind === "remove"),
    [],
  );
});
