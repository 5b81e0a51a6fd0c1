/**
 * Where the server's starts are remembered: where the service manager says, otherwise in a folder that lives as long as the
 * supervisor. One that was killed leaves its folder to the next, which takes it away.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isAlive, isOurs } from "#platform/own-things.ts";
import type { FolderEnvironment } from "../local/running-file.ts";

const PREFIX = "sluice-starts-";
/** Of a supervisor: its process, and what makes the name nobody else's. */
const NAME = /^sluice-starts-(\d{1,10})-\w+$/;

/** Makes it; `remove` ends it. `temporary` is the system's folder for such. */
export function openStartsFolder(
  { STATE_DIRECTORY = "" }: FolderEnvironment,
  temporary: string,
): { readonly folder: string; readonly remove: () => void } {
  const [state = ""] = STATE_DIRECTORY.split(":", 1);
  if (state !== "") return { folder: state, remove: () => undefined };
  removeLeftBehind(temporary);
  const folder = mkdtempSync(join(temporary, `${PREFIX}${String(process.pid)}-`));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, remove };
}

/** Of this user alone: in the system's temporary folder others' lie beside them. */
function removeLeftBehind(temporary: string): void {
  for (const name of readdirSync(temporary)) {
    const pid = NAME.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid)) || !isOurs(join(temporary, name))) continue;
    rmSync(join(temporary, name), { recursive: true, force: true });
  }
}
