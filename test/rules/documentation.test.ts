/**
 * What is written about the code agrees with the code: head comments, doc comments, the map of src, the READMEs' commands.
 */
import assert from "node:assert/strict";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli } from "#app/cli.ts";
import { listFiles, readSourceTree, ROOT } from "#test/support/source-tree.ts";
import { expectNone } from "./expect-none.ts";

const source = readSourceTree("src");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const READMES = ["README.md", "README.zh-CN.md"];

test("every file of src opens with a comment that says its job", () => {
  const bare = source.filter((file) => !/^(#!.*\n)?\/\*\*\n \* \S/.test(file.text) && !/^(#!.*\n)?\/\*\* \S/.test(file.text));
  expectNone(bare.map((file) => file.path));
});

test("every exported symbol of src has a doc comment", () => {
  const bare = source.flatMap((file) =>
    file.exports.filter((symbol) => !symbol.documented).map((symbol) => `${file.path}:${String(symbol.line)} ${symbol.name}`),
  );
  expectNone(bare);
});

test("the map in src/README.md names exactly the folders there are", () => {
  const folders = new Set<string>();
  for (const path of listFiles("src")) {
    const parts = path.split("/").slice(1, -1);
    for (let depth = 1; depth <= parts.length; depth++) folders.add(`${parts.slice(0, depth).join("/")}/`);
  }
  const named = [...read("src/README.md").matchAll(/^\| `([a-z0-9/-]+\/)` \| \S/gm)].map((row) => row[1] ?? "");
  assert.equal(new Set(named).size, named.length, "a folder is named twice");
  const missing = [...folders].filter((folder) => !named.includes(folder)).map((folder) => `${folder} is not in the map`);
  const gone = named.filter((folder) => !folders.has(folder)).map((folder) => `${folder} is in the map only`);
  expectNone([...missing, ...gone]);
});

test("files that src/README.md points to exist", () => {
  const named = [...read("src/README.md").matchAll(/`([a-z0-9-]+\/[a-z0-9/-]+\.(?:ts|c|md))`/g)].map((match) => match[1] ?? "");
  assert.ok(named.length > 0);
  expectNone(named.filter((path) => !existsSync(join(ROOT, "src", path)) && !existsSync(join(ROOT, path))));
});

test("commands named in the documents exist and can be run", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const bad = [...READMES, "test/README.md", "src/README.md", "bundle/demo/README.md", "SECURITY.md"].flatMap((document) => {
    const text = read(document);
    const files = [...text.matchAll(/\bscripts\/[a-z][a-z0-9./-]*[a-z0-9]/g)].map((match) => match[0]);
    const missing = files.filter((path) => !existsSync(join(ROOT, path)));
    const commands = [...text.matchAll(/^\s*(?:\$ )?(scripts\/[a-z-]+)(?: |$)/gm)].map((match) => match[1] ?? "");
    const notRunnable = commands.filter((path) => existsSync(join(ROOT, path)) && !isExecutable(path));
    const runs = [...text.matchAll(/\bnpm run ([a-z:-]+)/g)].map((match) => match[1] ?? "").filter((name) => !(name in scripts));
    return [...new Set([...missing, ...notRunnable, ...runs])].map((what) => `${document}: ${what}`);
  });
  expectNone(bad);
});

test("the READMEs name the commands that the command line has", async () => {
  let help = "";
  const silent = {
    environment: {},
    folder: ROOT,
    stderr: () => undefined,
    signal: AbortSignal.abort(),
    onHangup: () => undefined,
  };
  await runCli(["--help"], { ...silent, stdout: (text) => (help += text) });
  const commands = [...help.matchAll(/^ {2}([a-z]+)\b/gm)].map((match) => match[1] ?? "").sort();
  assert.ok(commands.includes("run"), help);
  for (const document of READMES) {
    const named = [...read(document).matchAll(/^\| `scripts\/sluice ([a-z]+)/gm)].map((match) => match[1] ?? "");
    assert.deepEqual([...new Set(named)].sort(), commands, document);
  }
});

test("both READMEs show the same commands", () => {
  const [english, chinese] = READMES.map((path) =>
    [...read(path).matchAll(/^```sh\n(.*?)^```/gms)].map((block) => withoutComments(block[1] ?? "")),
  );
  assert.ok((english?.length ?? 0) >= 2);
  assert.deepEqual(chinese, english);
});

test("links between documents lead somewhere", () => {
  const documents = listFiles(".").filter((path) => path.endsWith(".md"));
  const broken = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? "")
      .filter((link) => !existsSync(join(ROOT, document, "..", link)))
      .map((link) => `${document}: ${link}`),
  );
  expectNone(broken);
});

function isExecutable(path: string): boolean {
  if (!statSync(join(ROOT, path)).isFile()) return false;
  try {
    accessSync(join(ROOT, path), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function withoutComments(shell: string): readonly string[] {
  return shell
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}
