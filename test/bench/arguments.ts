/** The command line of the bench programs. Pure; a mistake throws with a text for the person at the terminal. */
import { parseArgs } from "node:util";
import { DEFAULT_SCENARIOS, parseScenarios, type Scenario } from "./scenarios.ts";
import type { ServerSpec } from "./server/process.ts";

/** Command of the server in this repository. */
export const SLUICE_COMMAND = "scripts/sluice run --config {config}";

const QUICK = { runs: 1, seconds: 3, joins: 5 };
const JOINS = 20;

/** What `main.ts` was asked to do. */
export interface BenchOptions {
  readonly scenarios: readonly Scenario[];
  readonly servers: readonly ServerSpec[];
  readonly runs: number;
  readonly seconds: number;
  readonly joins: number;
  readonly out: string | undefined;
}

/** Usage text of `main.ts`. */
export const USAGE = `node test/bench/main.ts [options]
  --scenario NAME,…       what to run; default: ${DEFAULT_SCENARIOS.join(",")}
                          also tcp-CxR, udp-CxR (C cameras, R readers), whep-CxR,
                          join-Ns, join-udp-Ns, join-whep-Ns, whep-post, whep-garbage, whep-ice (together whep-aborts); +audio and +packet after any name
  --peer NAME='COMMAND {config}'   another server, any number of times; named go2rtc… it gets go2rtc's configuration, else MediaMTX's
  --sluice 'COMMAND {config}'      instead of '${SLUICE_COMMAND}'
  --no-sluice             peers only
  --runs N                runs of everything, medians are printed (3)
  --seconds N             length of a measuring window (10)
  --quick                 one run, ${QUICK.seconds} s windows, ${QUICK.joins} joins
  --out FILE              where the JSON goes (bench-results/TIME.json)`;

/** Reads the arguments of `main.ts`. */
export function parseBenchArguments(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenario: { type: "string", multiple: true },
      peer: { type: "string", multiple: true },
      sluice: { type: "string", default: SLUICE_COMMAND },
      "no-sluice": { type: "boolean", default: false },
      runs: { type: "string" },
      seconds: { type: "string" },
      quick: { type: "boolean", default: false },
      out: { type: "string" },
    },
  });
  const names = (values.scenario ?? [...DEFAULT_SCENARIOS]).flatMap((list) => list.split(","));
  const servers = (values.peer ?? []).map(parsePeer);
  if (!values["no-sluice"]) servers.unshift({ name: "sluice", command: values.sluice });
  if (servers.length === 0) throw new Error("no server to measure: --no-sluice needs a --peer");
  return {
    scenarios: names.flatMap(parseScenarios),
    servers,
    runs: positive("runs", values.runs ?? (values.quick ? QUICK.runs : 3)),
    seconds: positive("seconds", values.seconds ?? (values.quick ? QUICK.seconds : 10)),
    joins: values.quick ? QUICK.joins : JOINS,
    out: values.out,
  };
}

/** Reads `name=command {config}`. */
export function parsePeer(text: string): ServerSpec {
  const equals = text.indexOf("=");
  const spec = { name: text.slice(0, Math.max(0, equals)), command: text.slice(equals + 1) };
  if (!/^[\w.-]+$/.test(spec.name))
    throw new Error(`a server is given as NAME='COMMAND {config}', not as ${JSON.stringify(text)}`);
  if (!spec.command.includes("{config}")) throw new Error(`the command of ${spec.name} has no {config}`);
  return spec;
}

/** Reads the one server of `soak.ts` and `flaps.ts`: Sluice unless a peer is given. */
export function oneServer(values: { readonly sluice?: string | undefined; readonly peer?: string | undefined }): ServerSpec {
  if (values.peer !== undefined) return parsePeer(values.peer);
  return { name: "sluice", command: values.sluice ?? SLUICE_COMMAND };
}

/** Checks that an option's value is a number above zero. */
export function positive(name: string, value: string | number): number {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${name} takes a number above 0, not ${JSON.stringify(value)}`);
  return number;
}
