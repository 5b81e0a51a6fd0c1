/** `sluice run --supervise`: the server as a child that is kept running, where no service manager does it. */
import { tmpdir } from "node:os";
import { logOptions } from "#config/options.ts";
import { defaultsOf } from "#config/read-value.ts";
import { WATCHDOG_MS } from "#health/supervision.ts";
import type { CommandContext } from "../command.ts";
import { openLog } from "../log/log.ts";
import { openMachine } from "../machine.ts";
import { startChild } from "./start-child.ts";
import { openStartsFolder } from "./starts-folder.ts";
import { Supervisor } from "./supervisor.ts";

/** Runs `sluice run` with these options until it is asked to end. Resolves with the exit code. */
export async function supervise(context: CommandContext): Promise<number> {
  const machine = openMachine(context.environment);
  const { log, flush } = openLog(defaultsOf(logOptions), machine);
  const { folder, remove } = openStartsFolder(context.environment, tmpdir());
  const environment = { ...context.environment, SLUICE_STARTS_DIRECTORY: folder };
  const watchdogMs = Number(context.environment["SLUICE_WATCHDOG_MS"] ?? WATCHDOG_MS);
  const words = ["run", ...wordsOf(context)];
  const supervisor = new Supervisor({
    clock: machine.clock,
    log: log.child({ part: "supervisor" }),
    watchdogMs,
    start: () => startChild(words, { environment, watchdogMs }),
  });
  context.onHangup(() => {
    supervisor.reload();
  });
  context.signal.addEventListener("abort", () => {
    supervisor.stop();
  });
  if (context.signal.aborted) supervisor.stop();
  const code = await supervisor.ended;
  remove();
  flush();
  return code;
}

/** What was typed, without the word that made this one a supervisor. */
function wordsOf({ options }: CommandContext): readonly string[] {
  const rest = [...options].filter(([name]) => name !== "--supervise");
  return rest.flatMap(([name, value]) => (value === "" ? [name] : [`${name}=${value}`]));
}
