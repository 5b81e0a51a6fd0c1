/** `sluice version`. */
import { ExitCode } from "../command.ts";
import type { Command } from "../command.ts";
import { VERSION } from "../version.ts";

/** See the head of this file. */
export const version: Command = {
  name: "version",
  options: [],
  summary: { en: "print the version", zh: "显示版本" },
  run: (context) => {
    context.stdout(`sluice ${VERSION} (Node ${process.version}, ${process.platform}-${process.arch})\n`);
    return Promise.resolve(ExitCode.Ok);
  },
};
