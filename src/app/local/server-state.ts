/** What the server that runs on this machine says of itself, or what the service manager says where none does. */
import type { CameraList } from "#api/contract/cameras.ts";
import type { DeviceView, HealthReport } from "#api/contract/device.ts";
import type { MemoryView } from "#api/contract/memory.ts";
import { messageOf } from "#base/errors.ts";
import { SystemChanges } from "#platform/system-changes.ts";
import { SERVICE } from "../install/machine-files.ts";
import { askServer } from "./ask-server.ts";
import type { RunningServer } from "./running-file.ts";

/** What the service manager knows of the service. */
export interface ServiceState {
  readonly active: string;
  readonly sub: string;
  /** Why it ended; `success` otherwise. */
  readonly result: string;
  readonly restarts: number;
  /** What it said of itself last. */
  readonly status: string;
}

/** How it is. */
export type ServerState =
  | { readonly kind: "not-running"; readonly service: ServiceState | undefined }
  /** It is there and doesn't answer. */
  | {
      readonly kind: "no-answer";
      readonly server: RunningServer;
      readonly reason: string;
      readonly service: ServiceState | undefined;
    }
  | {
      readonly kind: "running";
      readonly server: RunningServer;
      readonly device: DeviceView;
      readonly health: HealthReport;
      readonly memory: MemoryView;
      readonly cameras: CameraList["cameras"];
    };

/** Asks it. */
export async function readServerState(server: RunningServer | undefined): Promise<ServerState> {
  if (server === undefined) return { kind: "not-running", service: readService() };
  try {
    const [device, health, memory, list] = await Promise.all(
      ["device", "health", "memory", "cameras"].map((what) => askServer(server, `/api/${what}`)),
    );
    // What our own API promises in its contract.
    return {
      kind: "running",
      server,
      device: device as DeviceView,
      health: health as HealthReport,
      memory: memory as MemoryView,
      cameras: (list as CameraList).cameras,
    };
  } catch (error) {
    return { kind: "no-answer", server, reason: messageOf(error), service: readService() };
  }
}

/** Undefined where there is no service manager, or it has no such service. */
function readService(): ServiceState | undefined {
  const properties = "ActiveState,SubState,Result,NRestarts,StatusText,LoadState";
  const text = new SystemChanges("/").ask("systemctl", ["show", SERVICE, `--property=${properties}`, "--no-pager"]);
  if (text === undefined) return undefined;
  const of = (name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(text)?.[1] ?? "";
  if (of("LoadState") !== "loaded") return undefined;
  return {
    active: of("ActiveState"),
    sub: of("SubState"),
    result: of("Result"),
    restarts: Number(of("NRestarts")),
    status: of("StatusText"),
  };
}
