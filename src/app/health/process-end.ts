/** How this process ends when nobody asked it to: the reason is logged and remembered, and it exits. */
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { StartGuard } from "./start-guard.ts";

/** Any other number than those of commands: nobody chose it. */
const EXIT_CODE = 70;

/** Sees to it for as long as the process lives. */
export function rememberCrashes({ log, guard, flush }: { log: Logger; guard: StartGuard; flush: () => void }): void {
  process.on("uncaughtException", (error) => {
    log.error({ error }, "sluice has failed and ends");
    guard.failed(messageOf(error));
    flush();
    process.exit(EXIT_CODE);
  });
}
