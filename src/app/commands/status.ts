/** `sluice status`: how the server is that runs on this machine. */
import type { Command } from "../command.ts";
import { chooseServer, serverOption } from "../local/choose-server.ts";
import { readServerState } from "../local/server-state.ts";
import { printStatus, printStatusJson, statusExitCode } from "../local/status-report.ts";

/** See the head of this file. */
export const status: Command = {
  name: "status",
  options: [serverOption, { name: "--json", summary: { en: "print the report as JSON", zh: "以 JSON 格式输出报告" } }],
  summary: { en: "how the running server is", zh: "查看正在运行的服务器的状态" },
  description: {
    en: "Health, cameras and memory, from the server itself. Exits with 2 when something has failed or nothing is running;\na warning alone is no failure. A service's server is asked by root or its own user.",
    zh: "由服务器自身给出的健康状况、摄像机和内存。有故障或未运行时退出码为 2，仅有警告不算故障。\n以服务方式运行时，需由 root 或服务用户查询。",
  },
  run: async (context) => {
    const state = await readServerState(chooseServer(context));
    context.stdout(context.options.has("--json") ? printStatusJson(state) : printStatus(state, context.language));
    return statusExitCode(state);
  },
};
