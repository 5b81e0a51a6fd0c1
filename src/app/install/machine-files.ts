/** Which file of the program goes where on a systemd machine. */

/** A file that is put in place as it travels with the program. */
export interface UnitFile {
  /** Name among the program's assets. */
  readonly asset: string;
  readonly target: string;
  /** Only where the machine has this. */
  readonly needs?: string;
}

/** Where the program itself goes. */
export const EXECUTABLE = "/usr/local/bin/sluice";
/** Name of the service. */
export const SERVICE = "sluice.service";
/** The configuration; made once, and kept. */
export const CONFIGURATION = "/etc/sluice/sluice.yml";
/** What of the unit depends on the machine. */
export const MACHINE_DROP_IN = "/etc/systemd/system/sluice.service.d/10-machine.conf";
/** What the journal may keep; it reads that only when it starts. */
export const JOURNAL_DROP_IN = "/etc/systemd/journald.conf.d/sluice.conf";
/** Folders that may be there for our files alone; taken away once they are empty. */
export const DROP_IN_FOLDERS = [
  "/etc/systemd/system/sluice.service.d",
  "/etc/systemd/journald.conf.d",
  "/etc/systemd/system.conf.d",
];
/** What the service writes, removed only when asked for. */
export const KEPT_FOLDERS = ["/etc/sluice", "/var/lib/sluice", "/var/cache/sluice"];

/** See the head of this file. */
export const UNIT_FILES: readonly UnitFile[] = [
  { asset: "units/sluice.service", target: "/etc/systemd/system/sluice.service" },
  { asset: "units/sysusers.conf", target: "/etc/sysusers.d/sluice.conf" },
  { asset: "units/tmpfiles.conf", target: "/etc/tmpfiles.d/sluice.conf" },
  { asset: "units/journald.conf", target: JOURNAL_DROP_IN },
  {
    asset: "units/hardware-watchdog.conf",
    target: "/etc/systemd/system.conf.d/sluice-watchdog.conf",
    needs: "/dev/watchdog",
  },
];
