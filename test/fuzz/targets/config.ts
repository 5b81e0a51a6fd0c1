/** Fuzz target of the configuration: any text gives a configuration or problems, never an exception. */
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import { formatProblems } from "#config/report.ts";
import { decodeText } from "#config/syntax/limits.ts";
import { brokenMeaning, brokenSyntax, brokenValues } from "../../unit/config/broken-files.ts";
import { soundFiles } from "../../unit/config/sound-files.ts";
import type { FuzzTarget } from "../target.ts";

const schema = createSchema();
const texts = [...brokenSyntax, ...brokenValues, ...brokenMeaning, ...soundFiles].map(({ text }) => text.replace("⇒", ""));

/** The configuration's target. */
export const configTargets: readonly FuzzTarget[] = [
  {
    name: "config",
    seeds: texts.map((text) => Buffer.from(text)),
    dictionary: [
      ": ",
      "\n  ",
      "- ",
      "\t",
      "*a",
      "&a ",
      "<<: *a",
      "paths:\n",
      "~^(",
      "rtsp://",
      "__proto__: x\n",
      "authInternalUsers:\n",
    ],
    // The YAML parser keeps a few objects of some hundred bytes per character pair.
    maxAllocationBytes: 32 * 1024 * 1024,
    run: (input) => {
      const text = decodeText(input);
      if (typeof text !== "string") return;
      const { problems, texts } = loadText(schema, text);
      formatProblems(problems, texts, "zh");
    },
  },
];
