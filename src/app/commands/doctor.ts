/** `sluice doctor`: looks at everything that commonly goes wrong, and says what to do about it. */
import { loadConfig } from "#config/load.ts";
import type { Command } from "../command.ts";
import { diagnose } from "../doctor/diagnosis.ts";
import { firewallView } from "../doctor/machine-views.ts";
import { exitCodeOf, printJson, printReport } from "../doctor/report.ts";
import { openMachine } from "../machine.ts";
import { createSchema } from "../schema.ts";

/** See the head of this file. */
export const doctor: Command = {
  name: "doctor",
  options: [
    {
      name: "--config",
      value: "FILE",
      summary: { en: "the configuration; otherwise the usual places", zh: "配置文件；省略时在默认位置查找" },
    },
    { name: "--camera", value: "URL", summary: { en: "look at this camera too", zh: "同时检查此摄像机" } },
    { name: "--json", summary: { en: "print the report as JSON", zh: "以 JSON 格式输出报告" } },
  ],
  summary: { en: "look for what commonly goes wrong", zh: "诊断常见问题" },
  description: {
    en: "Configuration, ports, firewall, cameras (one try with each one's password), clock, names, disk, memory. Exits with 2 when\nsomething doesn't work.",
    zh: "检查配置、端口、防火墙、摄像机（各用其密码尝试一次）、时钟、域名、磁盘和内存。有故障时退出码为 2。",
  },
  run: async (context) => {
    const { folder, environment, options, signal } = context;
    const schema = createSchema();
    const { config, problems } = await loadConfig({ schema, file: options.get("--config"), folder, environment });
    const machine = openMachine(environment);
    const camera = options.get("--camera");
    const what = { machine, schema, config, problems, folder, camera, signal, firewall: firewallView() };
    const findings = await diagnose({ ...what, known: () => undefined });
    context.stdout(options.has("--json") ? printJson(findings) : printReport(findings, context.language));
    return exitCodeOf(findings);
  },
};
