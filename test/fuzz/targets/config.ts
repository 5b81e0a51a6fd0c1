/** Fuzz target of the configuration: any text gives a configuration or problems, never an exception. */
import { createSchema } from "#app/schema.ts";
import { parseText } from "#config/layers/files.ts";
import { loadDraft } from "#config/load.ts";
import { formatProblems } from "#config/report.ts";
import { listSettings, printSettings } from "#config/settings.ts";
import { decodeText } from "#config/syntax/limits.ts";
import { brokenMeaning, brokenSyntax, brokenValues } from "../../unit/config/broken-files.ts";
import { soundFiles } from "../../unit/config/sound-files.ts";
import type { FuzzTarget } from "../target.ts";

const schema = createSchema();
const texts = [...brokenSyntax, ...brokenValues, ...brokenMeaning, ...soundFiles].map(({ text }) => text.replace("⇒", ""));

/** What a file may meet: a profile over it, variables to put in, and variables over all. */
const profile = parseText("over.yml", 'paths:\n  cam: {source: "${URL:-publisher}"}\n  ~^x: {maxReaders: 1}\n');
const environment = { A: "b: [", MTX_PATHS_CAM_MAXREADERS: "2", MTX_AUTHINTERNALUSERS_0_USER: "joe" };

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
      "${A}",
      "${A:-x}",
      "$${",
      "authInternalUsers:\n",
    ],
    // The YAML parser keeps a few objects of some hundred bytes per character pair.
    maxAllocationBytes: 32 * 1024 * 1024,
    run: (input) => {
      const text = decodeText(input);
      if (typeof text !== "string") return;
      const { problems, texts, root } = loadDraft({ schema, file: "c.yml", folder: "/", environment }, text, profile);
      formatProblems(problems, texts, "zh");
      printSettings(listSettings(schema, root));
    },
  },
];
