/** The server as a child of its supervisor: this very program, with a channel to it. */
import { spawn } from "node:child_process";
import { isPacked } from "#platform/assets.ts";
import type { SupervisedMessage } from "#platform/service-manager/supervised.ts";
import type { SupervisedProcess } from "./supervisor.ts";

/** What belongs to whoever started the supervisor. */
const NOT_THE_CHILDS = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"];

/** Starts this program with other words. It has a session of its own, so that Ctrl-C reaches it by its supervisor alone. */
export function startChild(
  words: readonly string[],
  { environment, watchdogMs }: { environment: Readonly<Record<string, string | undefined>>; watchdogMs: number },
): SupervisedProcess {
  const [, script = ""] = process.argv;
  const all = isPacked() ? words : [...process.execArgv, script, ...words];
  const env = { ...environment, SLUICE_SUPERVISED_MS: String(watchdogMs) };
  for (const name of NOT_THE_CHILDS) Reflect.deleteProperty(env, name);
  const child = spawn(process.execPath, all, { env, detached: true, stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return {
    pid: child.pid,
    onMessage: (run) => {
      child.on("message", (message) => {
        run(message as SupervisedMessage); // our own program's
      });
    },
    onEnd: (run) => {
      child.once("exit", (code, signal) => {
        run({ code, signal });
      });
      child.once("error", () => {
        if (child.pid === undefined) run({ code: null, signal: null }); // it couldn't be started at all
      });
    },
    kill: (signal) => {
      child.kill(signal);
    },
  };
}
