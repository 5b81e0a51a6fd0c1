/**
 * Who may import whom (the layers), which packages and parts of Node each layer may use, and that nothing imports in a
 * circle. Type imports count like any other: a type pulled upwards is a design pulled upwards.
 */
import { dirname } from "node:path";
import { test } from "node:test";
import { readSourceTree, type ImportEdge, type SourceFile } from "#test/support/source-tree.ts";
import { expectNone } from "./expect-none.ts";

interface Layer {
  /** Folders below src that this one may import; its own is always allowed. */
  readonly imports: readonly string[];
  /** Packages it may import. */
  readonly packages?: readonly string[];
  /** Folders whose direct subfolders never import each other. */
  readonly separateChildren?: true;
  /** Whether it may open sockets, files and processes itself. */
  readonly machine?: true;
}

const ground = ["base", "formats"];
const media = [...ground, "codecs", "streams"];

const layers: Readonly<Record<string, Layer>> = {
  base: { imports: [], packages: ["typebox"] },
  formats: { imports: ["base"] },
  platform: { imports: ["base"], machine: true },
  codecs: { imports: ground, separateChildren: true },
  streams: { imports: [...ground, "codecs"], packages: ["typebox"] },
  protocols: { imports: media, packages: ["typebox", "werift", "ws"], separateChildren: true },
  discovery: { imports: [...ground, "platform"], separateChildren: true },
  serial: { imports: [...ground, "platform"] },
  update: { imports: [...ground, "platform"] },
  jobs: { imports: ["base"], packages: ["node-cron", "typebox"] },
  alerts: { imports: [...ground, "platform"] },
  health: { imports: [...ground, "platform"] },
  cameras: { imports: ["base", "streams"], packages: ["typebox"] },
  config: { imports: ["base", "streams"], packages: ["typebox", "yaml"], machine: true },
  api: { imports: [...media, "cameras", "config"], packages: ["typebox", "fastify", "@fastify/ajv-compiler"] },
  web: {
    imports: ["api"],
    packages: ["preact", "preact/hooks", "@preact/signals", "uplot", "uplot/dist/uPlot.min.css", "uqr", "hls.js"],
  },
  app: {
    imports: [...media, "platform", "protocols", "health", "jobs", "update", "cameras", "config", "api"],
    packages: ["pino", "jose"],
    machine: true,
  },
};

/** Parts of Node that reach the machine. Pure names of them may be used anywhere. */
const machineModules =
  /^node:(net|dgram|tls|http2?|https|fs|fs\/promises|child_process|cluster|worker_threads|dns|dns\/promises|inspector|os)$/;
const pureNames = new Set(["isIP", "isIPv4", "isIPv6", "BlockList", "SocketAddress"]);

const files = readSourceTree("src");

function layerOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function childOf(path: string): string | undefined {
  const parts = path.split("/");
  return parts.length > 3 ? parts[2] : undefined;
}

function at(file: SourceFile, edge: ImportEdge): string {
  return `${file.path}:${String(edge.line)} imports ${edge.specifier}`;
}

/** Every import of src that `forbidden` names a reason for. */
function violations(forbidden: (file: SourceFile, edge: ImportEdge) => string | undefined): readonly string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((edge) => {
      const reason = forbidden(file, edge);
      return reason === undefined ? [] : [`${at(file, edge)}: ${reason}`];
    }),
  );
}

test("every folder of src is a known layer", () => {
  const unknown = files.map((file) => layerOf(file.path)).filter((layer) => !(layer in layers) && layer !== "main.ts");
  expectNone([...new Set(unknown)]);
});

test("imports go down only", () => {
  expectNone(
    violations((file, { target }) => {
      if (target === undefined || !target.startsWith("src/")) return undefined;
      const [from, to] = [layerOf(file.path), layerOf(target)];
      if (from === to || from === "main.ts") return undefined;
      return layers[from]?.imports.includes(to) === true ? undefined : `${from} may not import ${to}`;
    }),
  );
});

test("only main.ts imports app, and it imports nothing else of src", () => {
  expectNone(
    violations((file, { target }) => {
      if (file.path !== "src/main.ts")
        return target?.startsWith("src/app/") === true && layerOf(file.path) !== "app" ? "only main.ts may" : undefined;
      return target === undefined || target.startsWith("src/app/") ? undefined : "main.ts starts app and nothing else";
    }),
  );
});

test("the page imports types of the API's contract and nothing else of src", () => {
  expectNone(
    violations((file, { target, typeOnly }) => {
      if (layerOf(file.path) !== "web" || target === undefined || layerOf(target) === "web") return undefined;
      if (!target.startsWith("src/api/contract/")) return "the page talks HTTP";
      return typeOnly ? undefined : "a type import";
    }),
  );
});

test("protocols, codecs and discovery methods never import their peers", () => {
  expectNone(
    violations((file, { target }) => {
      if (target === undefined || layers[layerOf(file.path)]?.separateChildren !== true) return undefined;
      if (layerOf(target) !== layerOf(file.path)) return undefined;
      const [from, to] = [childOf(file.path), childOf(target)];
      return from === undefined || to === undefined || from === to ? undefined : "what two peers need moves down";
    }),
  );
});

test("a codec's folder is entered only through the registry", () => {
  expectNone(
    violations((file, { target }) => {
      if (target === undefined || layerOf(target) !== "codecs" || layerOf(file.path) === "codecs") return undefined;
      return childOf(target) === undefined ? undefined : "ask codecs/registry.ts: shared code never names a codec";
    }),
  );
});

test("only app names a concrete protocol", () => {
  expectNone(
    violations((file, { target }) => {
      if (target === undefined || layerOf(target) !== "protocols" || ["protocols", "app"].includes(layerOf(file.path)))
        return undefined;
      return "a protocol is reached through app's tables";
    }),
  );
});

test("src imports nothing of test or scripts", () => {
  expectNone(
    violations((_file, { target }) =>
      target === undefined || target.startsWith("src/") ? undefined : "not part of the program",
    ),
  );
});

test("sockets, files and processes are reached through platform", () => {
  expectNone(
    violations((file, edge) => {
      if (!machineModules.test(edge.specifier) || edge.typeOnly || layers[layerOf(file.path)]?.machine === true) return undefined;
      return edge.names.every((name) => pureNames.has(name)) ? undefined : "take the interface of base through the constructor";
    }),
  );
});

test("each layer uses only its packages", () => {
  expectNone(
    violations((file, { specifier, target }) => {
      if (target !== undefined || specifier.startsWith("node:")) return undefined;
      return layers[layerOf(file.path)]?.packages?.includes(specifier) === true ? undefined : "not a package of this layer";
    }),
  );
});

test("imports of another layer go by alias, of the same folder by relative path", () => {
  expectNone(
    violations((file, { specifier, target }) => {
      if (target === undefined) return undefined;
      if (!/\.(tsx?|css)$/.test(specifier)) return "write the extension";
      if (layerOf(target) !== layerOf(file.path)) return specifier.startsWith(".") ? "write it by its alias" : undefined;
      return specifier.startsWith("#") && dirname(target) === dirname(file.path) ? "same folder: write it relative" : undefined;
    }),
  );
});

test("nothing imports in a circle", () => {
  const edges = new Map(files.map((file) => [file.path, file.imports.flatMap((edge) => edge.target ?? [])]));
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const seen = trail.indexOf(path);
    if (seen >= 0) circles.push([...trail.slice(seen), path].join(" → "));
    if (seen >= 0 || done.has(path)) return;
    for (const target of edges.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  expectNone(circles);
});
