/** What belongs to this user, and whether a process still runs: for files and folders that a killed process left behind. */
import { lstatSync } from "node:fs";
import { codeOf } from "#base/errors.ts";

/** Whether there is such a process, also one of somebody else. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** A folder, no link to one, of this user. */
export function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}
