/** `sluice schema`: the JSON Schema of the configuration, for editors. */
import { fileJsonSchema } from "#config/reference/json-schema.ts";
import { ExitCode } from "../command.ts";
import type { Command } from "../command.ts";
import { createSchema } from "../schema.ts";

/** See the head of this file. */
export const schema: Command = {
  name: "schema",
  options: [],
  summary: { en: "print the configuration's JSON Schema, for editors", zh: "输出配置文件的 JSON Schema，供编辑器使用" },
  description: {
    en: "Save it as sluice.schema.json and begin the configuration with the line\n# yaml-language-server: $schema=sluice.schema.json",
    zh: "请保存为 sluice.schema.json，并在配置文件首行写\n# yaml-language-server: $schema=sluice.schema.json",
  },
  run: ({ stdout }) => {
    stdout(`${JSON.stringify(fileJsonSchema(createSchema()), undefined, 2)}\n`);
    return Promise.resolve(ExitCode.Ok);
  },
};
