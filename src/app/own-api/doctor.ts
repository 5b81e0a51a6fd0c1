/**
 * The doctor for the page: what `sluice doctor` looks at, of the server that runs. A camera that plays isn't asked again (many
 * serve only one client), and no password is tried that has been refused lately.
 */
import { dirname } from "node:path";
import type { DoctorFindings } from "#api/contract/doctor.ts";
import type { CameraBoard } from "#cameras/camera-board.ts";
import type { ConfigSchema } from "#config/schema.ts";
import type { ConfigStore } from "#config/store/config-store.ts";
import { diagnose } from "../doctor/diagnosis.ts";
import { unwell, well, type Finding } from "../doctor/finding.ts";
import type { FirewallView } from "../doctor/firewall.ts";
import { toView } from "../doctor/report.ts";
import type { Machine } from "../machine.ts";

/** The server runs nobody's programs, and waits for none: only the command line reads a firewall's rules. */
const unseenFirewall: FirewallView = {
  isRoot: false,
  ufw: () => undefined,
  firewalld: () => undefined,
  nftables: () => undefined,
  iptables: () => undefined,
};

/** What it looks at. */
export interface DoctorParts {
  readonly machine: Machine;
  readonly schema: ConfigSchema;
  readonly store: Pick<ConfigStore, "inForce">;
  readonly cameras: Pick<CameraBoard, "report">;
}

/** Makes it. */
export function createDoctor({ machine, schema, store, cameras }: DoctorParts): (signal: AbortSignal) => Promise<DoctorFindings> {
  return async (signal) => {
    const { config, problems } = store.inForce;
    const folder = config.file === undefined ? process.cwd() : dirname(config.file);
    const known = (name: string): Finding | undefined => knownCamera(cameras, name);
    const what = { machine, schema, config, problems, folder, known, signal };
    return toView(await diagnose({ ...what, camera: undefined, firewall: unseenFirewall }));
  };
}

function knownCamera(cameras: DoctorParts["cameras"], name: string): Finding | undefined {
  const report = cameras.report(name);
  const subject = `camera ${name}`;
  switch (report?.state.kind) {
    case "live":
      return well(subject, { en: "live", zh: "画面正常" });
    case "needs-credentials":
    case "locked-out":
      return report.error === undefined ? undefined : unwell(subject, report.error);
    default:
      return undefined;
  }
}
