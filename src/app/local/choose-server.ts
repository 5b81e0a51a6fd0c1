/** Which of the servers that run on this machine a command is about. */
import { resolve } from "node:path";
import type { CommandContext, OptionSpec } from "../command.ts";
import { findRunning } from "./running-file.ts";
import type { RunningServer } from "./running-file.ts";

/** Of every command that asks a running server. */
export const serverOption: OptionSpec = {
  name: "--config",
  value: "FILE",
  summary: {
    en: "the server with this configuration, where several are running",
    zh: "有多个服务器在运行时，选择使用此配置文件的服务器",
  },
};

/** The one with the configuration that is named, otherwise the one that was started last. */
export function chooseServer({ options, environment, folder }: CommandContext): RunningServer | undefined {
  const wanted = options.get("--config");
  const running = findRunning(environment);
  if (wanted === undefined) return running[0];
  const file = resolve(folder, wanted);
  return running.find(({ configuration }) => configuration !== null && resolve(configuration) === file);
}
